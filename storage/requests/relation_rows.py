"""All rows that relate one person to one request, in one statement.

A player asks once a second whether it may go on, so the number of statements counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, select

from storage.channels.channels import channel_of
from storage.combined import CombinedQuery
from storage.listening.listens import listen_of
from storage.people.drafts import DRAFT
from storage.people.people import MEMBER, member_in
from storage.records import (
    Adjudication,
    Appeal,
    Channel,
    Listen,
    Member,
    Person,
    Proposal,
    Request,
    SnippetRecord,
)
from storage.requests.adjudications import adjudication_of
from storage.requests.appeals import appeal_of
from storage.requests.clips import CLOSED, Closed, closed_by
from storage.requests.proposals import STANDING, answer_of, proposal_of
from storage.requests.snippets import snippet_of
from storage.tables import (
    adjudications,
    appeals,
    channels,
    declines,
    followers,
    late_answers,
    listens,
    snippets,
)

_REQUEST_ID = bindparam("request_id", type_=Integer)
_ROWS = CombinedQuery(
    member=MEMBER,
    closed=CLOSED,
    channel=select(channels).where(channels.c.id == bindparam("channel_id")),
    proposal=STANDING,
    late=select(late_answers).where(late_answers.c.request_id == _REQUEST_ID),
    decline=select(declines.c.declined_at).where(
        declines.c.request_id == _REQUEST_ID,
        declines.c.team_id == bindparam("team_id"),
        declines.c.user_id == bindparam("user_id"),
    ),
    listen=select(listens).where(listens.c.request_id == _REQUEST_ID),
    adjudication=select(adjudications).where(adjudications.c.request_id == _REQUEST_ID),
    appeal=select(appeals).where(appeals.c.request_id == _REQUEST_ID),
    follower=select(followers.c.guess).where(
        followers.c.request_id == _REQUEST_ID,
        followers.c.team_id == bindparam("team_id"),
        followers.c.user_id == bindparam("user_id"),
    ),
    snippet=select(snippets).where(snippets.c.request_id == _REQUEST_ID),
    draft=DRAFT,
)


@dataclass(frozen=True, kw_only=True)
class RelationRows:
    """What the database holds about one person and one request.

    Proposals, late answers, listens, adjudications and appeals are those of every
    person, oldest first. `guesses` holds the guess of a person who joined the question,
    maybe None.
    """

    member: Member
    closed: Closed
    channel: Channel | None
    proposals: Sequence[Proposal]
    late_answers: Sequence[Proposal]
    has_declined: bool
    listens: Sequence[Listen]
    adjudications: Sequence[Adjudication]
    appeals: Sequence[Appeal]
    guesses: Sequence[str | None]
    snippet: SnippetRecord | None
    draft: str | None


class Relations:
    """Reads what relates a person to a request."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of(
        self,
        request: Request,
        person: Person,
        *,
        channel_id: str,
        form: str,
    ) -> RelationRows:
        """Return the rows of this person and request.

        `channel_id` is the channel of the request's desk; `form` names the draft.
        """
        parameters = {
            "request_id": request.id,
            "clip_id": request.clip_id,
            "speaker": request.speaker,
            "channel_id": channel_id,
            "team_id": person.team_id,
            "user_id": person.user_id,
            "form": form,
        }
        found = _ROWS.run(self.connection, parameters)
        listened = [listen_of(row) for row in found["listen"]]
        proposed = [proposal_of(row) for row in found["proposal"]]
        late = [answer_of(row) for row in found["late"]]
        appealed = [appeal_of(row) for row in found["appeal"]]
        ruled = sorted(found["adjudication"], key=lambda row: int(row["id"]))
        return RelationRows(
            member=member_in(
                person.user_id, [row["group_id"] for row in found["member"]]
            ),
            closed=closed_by(
                [(row["why"], row["is_speaker"]) for row in found["closed"]]
            ),
            channel=next((channel_of(row) for row in found["channel"]), None),
            proposals=sorted(proposed, key=lambda x: (x.made_at, x.proposer.user_id)),
            late_answers=sorted(late, key=lambda x: (x.made_at, x.proposer.user_id)),
            has_declined=bool(found["decline"]),
            listens=sorted(listened, key=lambda x: (x.granted_at, x.id)),
            adjudications=[adjudication_of(row) for row in ruled],
            appeals=sorted(appealed, key=lambda x: (x.made_at, x.person.user_id)),
            guesses=[row["guess"] for row in found["follower"]],
            snippet=next((snippet_of(row) for row in found["snippet"]), None),
            draft=next((row["body"] for row in found["draft"]), None),
        )
