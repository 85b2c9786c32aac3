"""The order of one person's shift."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.requests.shift import choose_next
from storage.records import Person, Request, RequestState, Span

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def request(number: int, **more: object) -> Request:
    """Return an open request, due `due` minutes after noon."""
    due = more.pop("due", 0)
    assert isinstance(due, int)
    values: dict[str, object] = {
        "desk": "english-us",
        "locale": "en-US",
        "speaker": f"speaker-{number}",
        **more,
    }
    return Request(
        id=number,
        key=f"key{number}",
        state=RequestState.OPEN,
        clip_id=f"clip-{number}",
        span=Span(start_ms=1_000, end_ms=1_500),
        asker=Person(team_id="T1", user_id="U1"),
        difficulties=(),
        guess=None,
        quorum=2,
        asked_at=NOON,
        expires_at=NOON + timedelta(minutes=due),
        **values,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("candidates", "last", "chosen"),
    [
        ([], None, None),
        ([request(1, due=9), request(2, due=5)], None, 2),
        ([request(1, due=1, desk="led"), request(2, due=90)], None, 2),
        (
            [request(1, locale="de-DE"), request(2)],
            request(9, locale="en-US"),
            2,
        ),
        (
            [request(1, due=1, speaker="same"), request(2, due=60)],
            request(9, speaker="same"),
            2,
        ),
        ([request(1, speaker="same")], request(9, speaker="same"), 1),
        ([request(1, speaker=None)], request(1, speaker=None), 1),
    ],
    ids=[
        "none",
        "due first",
        "own desk first",
        "same language in one minute",
        "another voice",
        "the same voice where no other waits",
        "a clip without a speaker is its own voice",
    ],
)
def test_the_next_request_is_chosen_by_desk_due_time_language_and_voice(
    candidates: list[Request],
    last: Request | None,
    chosen: int | None,
) -> None:
    found = choose_next(candidates, {"english-us"}, last)
    assert (found.id if found else None) == chosen
