"""The clock of a request that waits for people: its due time and the steps around it.

An open request waits for answers, a disputed one for a ruling. The time begins when the
request enters that state, and is the desk's.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.rules.desks import Desk
from storage.records import Request, RequestState

# A person counts as being on shift for so long after their last act.
PRESENT_FOR = timedelta(minutes=30)
# So many people at most are asked at one step, and a person is nudged once an hour.
MOST_ASKED = 3
NUDGES_APART = timedelta(hours=1)
# A desk gets one digest of its disputes in this time.
DIGESTS_APART = timedelta(hours=1)
# A dispute is visible to other transactions this long after the time that it bears.
COMMITTED_WITHIN = timedelta(minutes=1)


class Step(StrEnum):
    """What the clock does about a request, in this order."""

    NUDGE = "nudge"
    OTHER_DESK = "other_desk"
    LEAD = "lead"
    OTHER_LEAD = "other_lead"


# Each step, and the part of the desk's time after which it comes.
STEPS: tuple[tuple[Step, float], ...] = (
    (Step.NUDGE, 0.5),
    (Step.OTHER_DESK, 1.0),
    (Step.LEAD, 1.25),
    (Step.OTHER_LEAD, 1.5),
)


def time_allowed(desk: Desk, state: RequestState) -> timedelta:
    """Return how long a request may wait in this state on this desk."""
    if state is RequestState.DISPUTED:
        return desk.rule_within
    return desk.answer_within


def waiting_since(request: Request) -> datetime:
    """Return since when the request has waited in its state."""
    return request.waiting_since or request.opened_at or request.asked_at


def due_at(request: Request, desk: Desk) -> datetime:
    """Return the time at which an open or disputed request is due."""
    return waiting_since(request) + time_allowed(desk, request.state)


def is_late(request: Request) -> bool:
    """Return whether the clock has called the request late, and asked another desk."""
    taken = [step for step, _ in STEPS[: request.chased]]
    return Step.OTHER_DESK in taken


def next_step(request: Request) -> Step:
    """Return the step that comes next; the last one is repeated."""
    position = min(request.chased, len(STEPS) - 1)
    return STEPS[position][0]


def next_step_at(request: Request, desk: Desk) -> datetime:
    """Return when the next step comes.

    After the last step, it comes again each time that the desk's time has passed.
    """
    allowed = time_allowed(desk, request.state)
    since = waiting_since(request)
    if request.chased < len(STEPS):
        return since + STEPS[request.chased][1] * allowed
    again = request.chased - len(STEPS) + 1
    return since + (STEPS[-1][1] + again) * allowed


def chase_at(
    request: Request,
    desk: Desk,
    now: datetime,
) -> datetime:
    """Return when the next step comes, after the steps up to now were taken.

    Steps that an outage or a new release delayed keep their distance: they do not come
    all at once.
    """
    planned = next_step_at(request, desk)
    if request.chased == 0:
        return planned
    before = next_step_at(replace(request, chased=request.chased - 1), desk)
    return max(planned, now + (planned - before))


def is_step_due(
    request: Request,
    desk: Desk,
    now: datetime,
) -> bool:
    """Return whether the next step is due by the desk's time and by the stored one."""
    if request.chase_at is not None and request.chase_at > now:
        return False
    return next_step_at(request, desk) <= now


def set_back(request: Request, lost: timedelta) -> Request:
    """Return the request with a clock that did not run for the time `lost`."""
    if request.waiting_since is not None:
        request = request.evolve(waiting_since=request.waiting_since + lost)
    if request.chase_at is not None:
        request = request.evolve(chase_at=request.chase_at + lost)
    return request


def is_digest_due(
    disputed_at: datetime,
    last_at: datetime | None,
    now: datetime,
) -> bool:
    """Return whether a desk's digest is due, which the newest dispute makes worthwhile.

    `disputed_at` is the time of the newest dispute that began before
    `now - COMMITTED_WITHIN`; a younger one is for the next digest. `last_at` is None
    before the first one. A digest counts what waits when it is sent.
    """
    if last_at is None:
        return True
    if disputed_at <= last_at - COMMITTED_WITHIN:
        return False
    return now - last_at >= DIGESTS_APART
