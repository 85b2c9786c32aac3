"""When a request is due, and which step of its clock comes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.desks_file import parse_desks
from bot.rules.desks import Desk
from bot.rules.requests.clocks import Step, due_at, is_late, next_step, next_step_at
from bot.rules.requests.lifecycle import move
from bot.rules.requests.routing import helping_desk
from storage.records import Person, Request, RequestState, Span

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK = {"locale": "en-US", "channel": "C1", "answer_within": 4, "rule_within": 20}


def desk(**keys: object) -> Desk:
    return parse_desks({"desks": {"en": {**DESK, **keys}}})["en"]


def request(**more: object) -> Request:
    found = Request(
        id=1,
        key="k",
        state=RequestState.OPEN,
        desk="en",
        locale="en-US",
        clip_id="c",
        span=Span(start_ms=0, end_ms=100),
        asker=Person(team_id="T", user_id="U"),
        difficulties=(),
        guess=None,
        quorum=2,
        asked_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=1),
        waiting_since=NOW,
    )
    return replace(found, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "hours"), [(RequestState.OPEN, 4), (RequestState.DISPUTED, 20)]
)
def test_answers_and_rulings_have_a_time_of_their_own(
    state: RequestState, hours: int
) -> None:
    due = due_at(request(state=state), desk())
    assert due == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("taken", "step", "hours"),
    [
        (0, Step.NUDGE, 2),
        (1, Step.OTHER_DESK, 4),
        (2, Step.LEAD, 5),
        (3, Step.OTHER_LEAD, 6),
        (4, Step.OTHER_LEAD, 10),
        (5, Step.OTHER_LEAD, 14),
    ],
)
def test_the_steps_of_a_clock_follow_each_other(
    taken: int, step: Step, hours: int
) -> None:
    waiting = request(chased=taken)
    assert next_step(waiting) is step
    assert next_step_at(waiting, desk()) == NOW + timedelta(hours=hours)
    assert is_late(waiting) is (taken >= 2)


def test_a_request_of_an_earlier_release_has_waited_since_it_was_opened() -> None:
    opened = request(waiting_since=None, opened_at=NOW - timedelta(hours=3))
    assert due_at(opened, desk()) == NOW + timedelta(hours=1)
    never = request(waiting_since=None, opened_at=None)
    assert due_at(never, desk()) == NOW - timedelta(hours=20)


def test_a_dispute_begins_its_clock_anew() -> None:
    open_request = request(chased=3, chase_at=NOW)
    disputed = move(open_request, RequestState.DISPUTED, waiting_since=NOW)
    assert (disputed.chased, disputed.chase_at) == (0, None)


OPEN_NOW = "Mon-Fri 08:00-18:00"
CLOSED_NOW = "Mon-Fri 20:00-22:00"


@pytest.mark.parametrize(
    ("other", "helps"),
    [
        ({"locale": "en-GB", "hours": OPEN_NOW}, True),
        ({"locale": "en_IE"}, True),
        ({"locale": "en-GB", "hours": CLOSED_NOW}, False),
        ({"locale": "de"}, False),
        ({"locale": "en-GB", "children": True}, False),
        ({"locale": "en-GB", "vendors": True}, False),
    ],
)
def test_a_desk_of_the_same_kind_and_language_helps_in_its_hours(
    other: dict[str, object], helps: bool
) -> None:
    in_house: dict[str, object] = {"channel": "C2", "vendors": False}
    desks = parse_desks(
        {
            "desks": {
                "en": {**DESK, "vendors": False, "hours": CLOSED_NOW},
                "other": {**in_house, **other},
            }
        }
    )
    found = helping_desk(desks["en"], desks.desks.values(), NOW)
    assert (found is not None) is helps
