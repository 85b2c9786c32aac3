"""What erasure deletes from the database, each a method that says whose and what."""

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    delete,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.holds import holds
from storage.records import Person, Request
from storage.tables import (
    adjudications,
    declines,
    drafts,
    followers,
    metadata,
    proposals,
    requests,
    results,
    sessions,
)

# Where a request's word was written in replies, so that erasure finds them.
thread_replies = Table(
    "thread_replies",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("ts", String(32), primary_key=True),
)


class ForgettingRows:
    """Methods of `Transaction` that erase what people typed."""

    connection: Connection

    def add_thread_reply(self, request_id: int, channel_id: str, ts: str) -> None:
        """Remember a reply that may hold a request's word. Twice is once."""
        if (channel_id, ts) not in self.thread_replies(request_id):
            self.connection.execute(
                insert(thread_replies).values(request_id=request_id, channel_id=channel_id, ts=ts)
            )

    def thread_replies(self, request_id: int) -> list[tuple[str, str]]:
        """The channel and ts of each reply, oldest first."""
        query = (
            select(thread_replies.c.channel_id, thread_replies.c.ts)
            .where(thread_replies.c.request_id == request_id)
            .order_by(thread_replies.c.ts)
        )
        return [(channel_id, ts) for channel_id, ts in self.connection.execute(query)]

    def clips_of_speaker(self, speaker: str) -> list[str]:
        """The clips of a speaker that were asked about."""
        query = select(requests.c.clip_id).where(requests.c.speaker == speaker).distinct()
        return sorted(self.connection.execute(query).scalars())

    def forget_typed(self, asked: Request) -> None:
        """Forget every word of a request: guesses, answers, rulings, result and drafts."""
        mine = asked.id
        run = self.connection.execute
        run(
            update(requests)
            .where(requests.c.id == mine)
            .values(guess=None, settled_text=None, problem=None, speaker=None, words_kept=False)
        )
        run(update(followers).where(followers.c.request_id == mine).values(guess=None))
        run(update(proposals).where(proposals.c.request_id == mine).values(text=None))
        rulings = update(adjudications).where(adjudications.c.request_id == mine)
        run(rulings.values(text=None, reason=""))
        run(delete(drafts).where(drafts.c.form == f"answer {asked.key}"))

    def forget_results(self, request_id: int) -> None:
        """Forget the results of a request; what is still to be delivered never will be."""
        self.connection.execute(delete(results).where(results.c.request_id == request_id))

    def forget_ask_drafts(self, clip_id: str) -> None:
        """Forget half-filled forms that name this clip."""
        named = drafts.c.body.contains(f'"clip": "{clip_id}"', autoescape=True)
        self.connection.execute(delete(drafts).where(drafts.c.form == "ask", named))

    def forget_drafts_of(self, person: Person) -> None:
        """Forget all a person has typed and not sent."""
        self.connection.execute(
            delete(drafts).where(
                drafts.c.team_id == person.team_id, drafts.c.user_id == person.user_id
            )
        )

    def forget_words_of(self, person: Person) -> None:
        """Forget what a person typed into closed requests, but for those on held clips."""
        free = (
            select(requests.c.id)
            .where(requests.c.closed_at.is_not(None))
            .where(requests.c.clip_id.not_in(select(holds.c.clip_id).where(_standing())))
        )
        run = self.connection.execute
        run(
            update(requests)
            .where(
                requests.c.id.in_(free),
                requests.c.asker_team == person.team_id,
                requests.c.asker_user == person.user_id,
            )
            .values(guess=None)
        )
        run(
            update(followers)
            .where(
                followers.c.request_id.in_(free),
                followers.c.team_id == person.team_id,
                followers.c.user_id == person.user_id,
            )
            .values(guess=None)
        )
        run(
            update(proposals)
            .where(
                proposals.c.request_id.in_(free),
                proposals.c.proposer_team == person.team_id,
                proposals.c.proposer_user == person.user_id,
            )
            .values(text=None)
        )
        run(
            delete(declines).where(
                declines.c.request_id.in_(free),
                declines.c.team_id == person.team_id,
                declines.c.user_id == person.user_id,
            )
        )

    def people_called(self, user_id: str) -> list[Person]:
        """Everybody of this Slack user id, whatever their team, of whom something is kept."""
        places = (
            (sessions.c.person_team, sessions.c.person_user),
            (drafts.c.team_id, drafts.c.user_id),
            (requests.c.asker_team, requests.c.asker_user),
            (followers.c.team_id, followers.c.user_id),
            (proposals.c.proposer_team, proposals.c.proposer_user),
            (declines.c.team_id, declines.c.user_id),
        )
        query = union(*(select(team).where(user == user_id) for team, user in places))
        teams = sorted(self.connection.execute(query).scalars())
        return [Person(team_id=team, user_id=user_id) for team in teams]

    def worked_on(self, person: Person, clip_ids: Iterable[str]) -> bool:
        """Whether a person asked or answered about any of these clips."""
        query = (
            select(requests.c.id)
            .outerjoin(proposals, proposals.c.request_id == requests.c.id)
            .where(
                requests.c.clip_id.in_(list(clip_ids)),
                (
                    (requests.c.asker_team == person.team_id)
                    & (requests.c.asker_user == person.user_id)
                )
                | (
                    (proposals.c.proposer_team == person.team_id)
                    & (proposals.c.proposer_user == person.user_id)
                ),
            )
        )
        return self.connection.execute(query).first() is not None


def _standing() -> ColumnElement[bool]:
    return holds.c.ended_at.is_(None)
