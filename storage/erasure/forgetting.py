"""Deletes that an erasure makes in several tables at once."""

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from storage.records import Person, Request
from storage.tables import (
    adjudications,
    appeals,
    declines,
    drafts,
    followers,
    holds,
    late_answers,
    proposals,
    requests,
    results,
)


class Forgetting:
    """Deletes texts that people typed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def delete_texts_of_answers(self, request_id: int) -> None:
        """Delete guesses and the texts of proposals of a request.

        The people who answered and the kinds of their answers are kept.
        """
        self.connection.execute(
            update(requests)
            .where(requests.c.id == request_id)
            .values(guess=None, words_kept=False)
        )
        self.connection.execute(
            update(followers)
            .where(followers.c.request_id == request_id)
            .values(guess=None)
        )
        self._delete_texts_of_answers(request_id)
        self._delete_reasons_of_appeals(request_id)

    def _delete_texts_of_answers(self, request_id: int) -> None:
        for answers in (proposals, late_answers):
            about_it = update(answers).where(answers.c.request_id == request_id)
            self.connection.execute(about_it.values(text=None))

    def _delete_reasons_of_appeals(self, request_id: int) -> None:
        about_it = update(appeals).where(appeals.c.request_id == request_id)
        self.connection.execute(about_it.values(reason=""))

    def delete_texts_of_request(self, request: Request) -> None:
        """Delete every text of a request: guesses, answers, rulings, result and drafts."""
        request_id = request.id
        run = self.connection.execute
        run(
            update(requests)
            .where(requests.c.id == request_id)
            .values(
                guess=None,
                settled_text=None,
                problem=None,
                speaker=None,
                words_kept=False,
            )
        )
        run(
            update(followers)
            .where(followers.c.request_id == request_id)
            .values(guess=None)
        )
        self._delete_texts_of_answers(request_id)
        rulings = update(adjudications).where(adjudications.c.request_id == request_id)
        run(rulings.values(text=None, reason=""))
        self._delete_reasons_of_appeals(request_id)
        # Answers and reasons: the request's key is in the names of their forms.
        about_it = drafts.c.form.contains(request.key, autoescape=True)
        run(delete(drafts).where(about_it))

    def delete_results_of_request(self, request_id: int) -> None:
        """Delete the results of a request, including those not delivered yet."""
        self.connection.execute(
            delete(results).where(results.c.request_id == request_id)
        )

    def delete_texts_of_person(self, person: Person) -> None:
        """Delete what a person typed into closed requests, except on held clips."""
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
        for answers in (proposals, late_answers):
            run(
                update(answers)
                .where(
                    answers.c.request_id.in_(free),
                    answers.c.proposer_team == person.team_id,
                    answers.c.proposer_user == person.user_id,
                )
                .values(text=None)
            )
        run(
            update(appeals)
            .where(
                appeals.c.request_id.in_(free),
                appeals.c.team_id == person.team_id,
                appeals.c.user_id == person.user_id,
            )
            .values(reason="")
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
