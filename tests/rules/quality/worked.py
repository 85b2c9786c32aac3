"""Requests with answers, for the tests of figures."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from storage.records import (
    Adjudication,
    Answer,
    Appeal,
    Difficulty,
    Person,
    Proposal,
    Request,
    RequestState,
    Span,
    WorkedRequest,
)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def person(number: int) -> Person:
    return Person(team_id="T0SANDBOX", user_id=f"U{number}")


def minutes(number: float) -> datetime:
    """Return a time so many minutes after Monday morning."""
    return MONDAY + timedelta(minutes=number)


def request(
    state: RequestState = RequestState.DELIVERED,
    *,
    word: str | None = "lamp",
    answer: Answer | None = Answer.WORDS,
    desk: str = "english",
    locale: str = "en-US",
    difficulties: tuple[Difficulty, ...] = (),
    asked_at: datetime = MONDAY,
    personal: bool = False,
    asker: int = 0,
) -> Request:
    return Request(
        id=1,
        key="key",
        state=state,
        desk=desk,
        locale=locale,
        clip_id="clip",
        span=Span(start_ms=0, end_ms=500),
        asker=person(asker),
        difficulties=difficulties,
        guess=None,
        quorum=2,
        asked_at=asked_at,
        expires_at=asked_at + timedelta(days=1),
        opened_at=asked_at,
        settled_answer=answer,
        settled_text=word,
        settled_personal=personal,
    )


def ruling(
    word: str | None,
    at: datetime,
    answer: Answer = Answer.WORDS,
) -> Adjudication:
    return Adjudication(
        request_id=1,
        lead=person(99),
        answer=answer,
        text=word,
        reason="clear",
        made_at=at,
    )


def worked(
    of: Request,
    words: Iterable[str | None],
    *,
    rulings: tuple[Adjudication, ...] = (),
    appealed_at: datetime | None = None,
    first_listener: int = 1,
    reports: int = 0,
) -> WorkedRequest:
    """Return the request answered by one listener after the other, a minute apart."""
    proposals = []
    for number, word in enumerate(words):
        proposal = Proposal(
            request_id=1,
            proposer=person(first_listener + number),
            answer=Answer.WORDS,
            text=word,
            confidence=2,
            made_at=of.asked_at + timedelta(minutes=1 + number),
        )
        proposals.append(proposal)
    appeals = []
    if appealed_at is not None:
        appeal = Appeal(
            request_id=1,
            person=person(0),
            reason="it is lamb",
            made_at=appealed_at,
        )
        appeals.append(appeal)
    return WorkedRequest(
        request=of,
        proposals=tuple(proposals),
        adjudications=rulings,
        appeals=tuple(appeals),
        masking_reports=reports,
    )
