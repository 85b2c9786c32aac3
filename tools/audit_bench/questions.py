"""The queries that `bench` measures: each filter, and every pair of filters.

Where two filters have few events or none in common, an index that covers one of them
only would be read in vain, for longer and longer as the log grows.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.audit.query.search import Question
from storage.records import Action, Outcome, Person

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
PEOPLE, DESKS = 600, 20
CLIP_EVENTS = 12  # events of one clip, and of its one request

Make = Callable[[random.Random, int], Question]

HEARD = (Action.SNIPPET_HEARD, Action.SNIPPET_PLAYED)
COMMON, RARE = (Action.PROPOSAL_MADE,), (Action.CLIP_QUARANTINED,)


def desk_of(person: int) -> int:
    """Return the desk of a person; every person works on one desk."""
    return person % DESKS


def shapes() -> dict[str, Make]:
    """Return the measured queries by name, for a log of this many events."""
    return {
        **{
            name: _making(person, filters)
            for name, (person, filters) in _SHAPES.items()
        },
        "one clip": lambda dice, n: Question(clip_id=_clip(dice, n)),
        "one request": lambda dice, n: Question(request=_request(dice, n)),
        "clip, rare action": lambda dice, n: Question(
            clip_id=_clip(dice, n), actions=RARE
        ),
        "request, denied": lambda dice, n: Question(
            request=_request(dice, n), outcome=Outcome.DENIED
        ),
        "a clip and another's request": lambda dice, n: Question(
            clip_id=_clip(dice, n), request=_request(dice, n)
        ),
        "person, a clip of others": lambda dice, n: Question(
            person=_person(dice.randrange(PEOPLE)), clip_id=_clip(dice, n)
        ),
        "a week on a desk": lambda dice, _n: _week(
            dice, desk=f"desk-{dice.randrange(DESKS)}"
        ),
        "a week's unusual plays": lambda dice, _n: _week(dice, unusual=True),
        "a person's hour": lambda dice, _n: _week(
            dice, timedelta(hours=1), person=_person(dice.randrange(PEOPLE))
        ),
    }


# The actor of a query: any person, one person, that person on their desk, or on a desk
# where they never worked; or any person on one desk.
ANY_PERSON, ONE_PERSON, AT_HOME, ELSEWHERE, DESK = range(5)

_SHAPES: dict[str, tuple[int, dict[str, Any]]] = {
    "everything": (ANY_PERSON, {}),
    "all denials": (ANY_PERSON, {"outcome": Outcome.DENIED}),
    "all failures": (ANY_PERSON, {"outcome": Outcome.FAILED}),
    "who asked the log": (ANY_PERSON, {"actions": (Action.LOG_QUERIED,)}),
    "rare action, denied": (
        ANY_PERSON,
        {
            "actions": RARE,
            "outcome": Outcome.DENIED,
        },
    ),
    "an act that never was": (ANY_PERSON, {"actions": (Action.HOLD_PLACED,)}),
    "before the log began": (ANY_PERSON, {"until": START}),
    "unusual plays": (ANY_PERSON, {"unusual": True}),
    "unusual, a rare one": (
        ANY_PERSON,
        {
            "unusual": True,
            "actions": (Action.SNIPPET_HEARD_CLOSER,),
        },
    ),
    "unusual, another action": (
        ANY_PERSON,
        {
            "unusual": True,
            "actions": COMMON,
        },
    ),
    "unusual, denied": (
        ANY_PERSON,
        {
            "unusual": True,
            "outcome": Outcome.DENIED,
        },
    ),
    "one desk": (DESK, {}),
    "desk, rare action": (DESK, {"actions": RARE}),
    "desk, denied": (DESK, {"outcome": Outcome.DENIED}),
    "desk, unusual": (DESK, {"unusual": True}),
    "one person": (ONE_PERSON, {}),
    "person, heard": (ONE_PERSON, {"actions": HEARD}),
    "person, rare action": (ONE_PERSON, {"actions": RARE}),
    "person, denied": (ONE_PERSON, {"outcome": Outcome.DENIED}),
    "person, unusual": (ONE_PERSON, {"unusual": True}),
    "person on their desk": (AT_HOME, {}),
    "person on their desk, rare action": (AT_HOME, {"actions": RARE}),
    "person on another desk": (ELSEWHERE, {}),
    "person on another desk, action": (ELSEWHERE, {"actions": COMMON}),
    "person on another desk, denied": (ELSEWHERE, {"outcome": Outcome.DENIED}),
    "person on another desk, unusual": (ELSEWHERE, {"unusual": True}),
    "all filters": (
        AT_HOME,
        {
            "actions": COMMON,
            "outcome": Outcome.DENIED,
        },
    ),
}


def _making(whose: int, filters: dict[str, Any]) -> Make:
    def make(dice: random.Random, _n: int) -> Question:
        person = dice.randrange(PEOPLE)
        desk_number = desk_of(person + (whose == ELSEWHERE))
        asked_person = None
        if whose not in (ANY_PERSON, DESK):
            asked_person = _person(person)
        desk = None
        if whose not in (ANY_PERSON, ONE_PERSON):
            desk = f"desk-{desk_number}"
        return Question(
            person=asked_person,
            desk=desk,
            **filters,
        )

    return make


def _week(
    dice: random.Random,
    length: timedelta = timedelta(days=7),
    **filters: Any,
) -> Question:
    since = START + timedelta(days=dice.randrange(DAYS - 7))
    return Question(
        since=since,
        until=since + length,
        **filters,
    )


def _person(number: int) -> Person:
    return Person(team_id="T1", user_id=f"U{number:05d}")


def _clip(dice: random.Random, n: int) -> str:
    return f"clip-{dice.randrange(n // CLIP_EVENTS + 1)}"


def _request(dice: random.Random, n: int) -> str:
    return f"HC-{1001 + dice.randrange(n // CLIP_EVENTS + 1)}"
