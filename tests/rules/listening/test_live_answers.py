"""Which events of the log end the kept answer to an open page."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.listening.live_answers import Basis, is_ended
from storage.records import Action, Event, Origin, Outcome, Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RAVI = Person(team_id="T1", user_id="U0RAVI")
JONAS = Person(team_id="T1", user_id="U0JONAS")
BASIS = Basis(
    request="HC-1001",
    clip_id="clip-1",
    desk="english-us",
    until=NOW + timedelta(seconds=5),
)


def event(action: Action, actor: Person, request: str, clip_id: str) -> Event:
    return Event(
        at=NOW,
        action=action,
        outcome=Outcome.ALLOWED,
        actor=actor,
        role=None,
        origin=Origin.PAGE,
        request=request,
        clip_id=clip_id,
        desk="english-us",
    )


@pytest.mark.parametrize(
    ("action", "actor", "request_name", "clip_id", "ends"),
    [
        (Action.CASE_OPENED, JONAS, "HC-1002", "clip-1", True),
        (Action.CASE_OPENED, JONAS, "HC-1002", "clip-2", False),
        # A person who stopped another recording may rest now.
        (Action.CASE_OPENED, RAVI, "HC-1002", "clip-2", True),
        (Action.REQUEST_APPEALED, JONAS, "HC-1001", "clip-1", True),
        (Action.REQUEST_CHASED, JONAS, "HC-1002", "clip-2", False),
        (Action.PRACTICE_HEARD, RAVI, "HC-1001", "clip-1", False),
        (Action.SESSION_ENDED, RAVI, "HC-1002", "clip-2", True),
        (Action.SETTING_CHANGED, JONAS, "HC-1002", "clip-2", True),
    ],
)
def test_an_event_ends_the_answers_that_it_may_change(
    action: Action, actor: Person, request_name: str, clip_id: str, ends: bool
) -> None:
    happened = event(action, actor, request_name, clip_id)
    assert is_ended(BASIS, RAVI, happened) is ends
