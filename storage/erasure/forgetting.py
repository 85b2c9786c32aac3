"""What an erasure deletes from several tables at once."""

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from storage.records import Person, Request
from storage.tables import (
    adjudications,
    declines,
    drafts,
    followers,
    holds,
    proposals,
    requests,
    results,
)


class Forgetting:
    """Deletes texts that people typed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def texts_of_answers(self, request_id: int) -> None:
        """Forget guesses and the text of proposals; who answered what kind of answer
        stays.
        """
        self.connection.execute(
            update(requests)
            .where(requests.c.id == request_id)
            .values(guess=None, words_kept=False)
        )
        for table in (followers, proposals):
            column = "guess" if table is followers else "text"
            self.connection.execute(
                update(table)
                .where(table.c.request_id == request_id)
                .values({column: None})
            )

    def texts_of_request(self, asked: Request) -> None:
        """Forget every word of a request: guesses, answers, rulings, result and
        drafts.
        """
        mine = asked.id
        run = self.connection.execute
        run(
            update(requests)
            .where(requests.c.id == mine)
            .values(
                guess=None,
                settled_text=None,
                problem=None,
                speaker=None,
                words_kept=False,
            )
        )
        run(update(followers).where(followers.c.request_id == mine).values(guess=None))
        run(update(proposals).where(proposals.c.request_id == mine).values(text=None))
        rulings = update(adjudications).where(adjudications.c.request_id == mine)
        run(rulings.values(text=None, reason=""))
        run(delete(drafts).where(drafts.c.form == f"answer {asked.key}"))

    def results_of_request(self, request_id: int) -> None:
        """Forget the results of a request; what is still to be delivered never will
        be.
        """
        self.connection.execute(
            delete(results).where(results.c.request_id == request_id)
        )

    def texts_of_person(self, person: Person) -> None:
        """Forget what a person typed into closed requests, but for those on held
        clips.
        """
        free = (
            select(requests.c.id)
            .where(requests.c.closed_at.is_not(None))
            .where(
                requests.c.clip_id.not_in(select(holds.c.clip_id).where(_standing()))
            )
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


def _standing() -> ColumnElement[bool]:
    return holds.c.ended_at.is_(None)
