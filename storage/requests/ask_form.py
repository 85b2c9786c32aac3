"""What the ask form needs, in one statement, because a person waits for it to open."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    String,
    bindparam,
    cast,
    false,
    literal,
    select,
    union_all,
)

from storage.people.drafts import DRAFT
from storage.people.people import MEMBER, member_in
from storage.records import Member, Person
from storage.requests.clips import CLOSED, Closed, closed_by
from storage.tables import requests


class AskFormContext(NamedTuple):
    """The asker, their draft, what keeps the clip closed, and their recent questions.

    `asked_lately` is the number of questions.
    """

    member: Member
    draft: str | None
    closed: Closed
    asked_lately: int


_member, _draft, _closed = MEMBER.subquery(), DRAFT.subquery(), CLOSED.subquery()
_ASKING = union_all(
    select(literal("member").label("what"), _member.c.group_id.label("value"), false()),
    select(literal("draft"), _draft.c.body, false()),
    select(literal("closed"), _closed.c.why, _closed.c.is_speaker),
    select(literal("asked"), cast(requests.c.id, String), false()).where(
        requests.c.asker_team == bindparam("team_id"),
        requests.c.asker_user == bindparam("user_id"),
        requests.c.asked_at > bindparam("since"),
    ),
)


class AskForm:
    """Reads what the ask form shows."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def context(
        self,
        person: Person,
        form: str,
        clip_id: str,
        speaker: str | None,
        *,
        since: datetime,
    ) -> AskFormContext:
        """What `member`, `draft` and `closed` say, for the price of one of them.

        Questions count from `since`.
        """
        whose = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "form": form,
        }
        of_clip = {
            "clip_id": clip_id,
            "speaker": speaker,
            "since": since,
        }
        rows = self.connection.execute(_ASKING, whose | of_clip).all()
        return AskFormContext(
            member=member_in(
                person.user_id, [x for what, x, _ in rows if what == "member"]
            ),
            draft=next((x for what, x, _ in rows if what == "draft"), None),
            closed=closed_by(
                [(why, own) for what, why, own in rows if what == "closed"]
            ),
            asked_lately=sum(what == "asked" for what, _, _ in rows),
        )
