"""How long the answer to an open page holds, and which events of the log end it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.rules.listening.access_conditions import AccessConditions
from storage.records import Action, Event, Person

# An answer holds this long if the log has no news, because some reasons are not events.
LONGEST = timedelta(seconds=5)
# Joining the people of another company is no event, and closes a desk to them.
_LONGEST_IN_HOUSE = timedelta(seconds=1)


class Reach(Enum):
    """Which answers an event ends."""

    NONE = auto()
    # Those of the person who acted, and of the person acted upon.
    PERSON = auto()
    # Those about the event's request.
    REQUEST = auto()
    # Those about the event's recording, and those of its people, who may rest after it.
    CLIP = auto()
    # Those about requests of the event's desk.
    DESK = auto()
    ALL = auto()


# Every action that is not named here ends all answers.
_REACH: Mapping[Reach, frozenset[Action]] = {
    # They read, or concern work that no player waits for.
    Reach.NONE: frozenset(
        {
            Action.REQUEST_ASKED,
            Action.REQUEST_VIEWED,
            Action.TRANSCRIPT_VIEWED,
            Action.SNIPPET_HEARD,
            Action.SNIPPET_HEARD_CLOSER,
            Action.SNIPPET_HEARD_UNMASKED,
            Action.SNIPPET_PLAYED,
            Action.PRACTICE_HEARD,
            Action.PRACTICE_DONE,
            Action.RESULT_DELIVERED,
            Action.CASE_VIEWED,
            Action.STOPS_EXPLAINED,
            Action.ERASURES_VIEWED,
            Action.FACTS_DISCLOSED,
            Action.SHARING_SEEN,
            Action.SHARING_REMOVED,
            Action.INCIDENT_CLOSED,
            Action.CHANNEL_CHECKED,
            Action.OUTSIDER_SEEN,
            Action.QUEUE_VIEWED,
            Action.QUALITY_VIEWED,
            Action.DATABASE_RESTORED,
            Action.TASK_RETRIED,
            Action.TASK_DROPPED,
            Action.SESSION_STARTED,
            Action.LOG_QUERIED,
            Action.LOG_EXPORTED,
            Action.LOG_VERIFIED,
            Action.LOG_PRUNED,
            Action.PACK_MADE,
            Action.PACK_SIGNED,
            Action.CHECKPOINT_PUBLISHED,
            Action.WATERMARK_TRACED,
        }
    ),
    Reach.PERSON: frozenset({Action.SESSION_ENDED, Action.ROLE_CHANGED}),
    Reach.REQUEST: frozenset(
        {
            Action.REQUEST_JOINED,
            Action.REQUEST_DISCUSSED,
            Action.REQUEST_APPROVED,
            Action.REQUEST_REFUSED,
            Action.REQUEST_DECLINED,
            Action.REQUEST_SETTLED,
            Action.REQUEST_ADJUDICATED,
            Action.REQUEST_WITHDRAWN,
            Action.REQUEST_EXPIRED,
            Action.REQUEST_APPEALED,
            Action.REQUEST_CHASED,
            Action.REQUEST_REPOSTED,
            Action.SNIPPET_RENDERED,
            Action.SNIPPET_REPORTED,
            Action.SNIPPET_PURGED,
            Action.CLOSER_ASKED,
            Action.CLOSER_APPROVED,
            Action.CLOSER_REFUSED,
            Action.PROPOSAL_MADE,
            Action.PROPOSAL_CHANGED,
            Action.PROPOSAL_LATE,
            Action.PROPOSAL_WITHDRAWN,
        }
    ),
    Reach.CLIP: frozenset(
        {
            Action.CLIP_QUARANTINED,
            Action.CASE_OPENED,
            Action.CASE_JOINED,
            Action.CASE_GRADED,
            Action.CASE_ESCALATED,
            Action.CASE_ACKNOWLEDGED,
            Action.CASE_HANDED_OVER,
            Action.CASE_STEP_DONE,
            Action.CASE_CLOSED,
            Action.CASE_REOPENED,
        }
    ),
    Reach.DESK: frozenset({Action.CHANNEL_FROZEN, Action.CHANNEL_THAWED}),
}
_BY_ACTION = {action: reach for reach, some in _REACH.items() for action in some}


def reach_of(action: Action) -> Reach:
    """Return which answers an event of this action ends."""
    return _BY_ACTION.get(action, Reach.ALL)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What an answer is about, and until when it holds without news of the log."""

    request: str | None
    clip_id: str | None
    desk: str | None
    until: datetime


def is_ended(
    basis: Basis,
    person: Person,
    event: Event,
) -> bool:
    """Return whether an event may change the answer to this person.

    An event without the thing that its reach names ends every answer.
    """
    match reach_of(event.action):
        case Reach.NONE:
            return False
        case Reach.PERSON:
            return person in (event.actor, event.subject)
        case Reach.REQUEST:
            return event.request in (None, basis.request)
        case Reach.CLIP:
            if person in (event.actor, event.subject):
                return True
            return event.clip_id in (None, basis.clip_id)
        case Reach.DESK:
            return event.desk in (None, basis.desk)
        case Reach.ALL:
            return True


def holds_until(now: datetime, conditions: AccessConditions | None = None) -> datetime:
    """Return until when an answer about a desk with these conditions holds.

    Working hours begin and end with a minute.
    """
    if conditions is None:
        return now + LONGEST
    if not conditions.vendors:
        return now + _LONGEST_IN_HOUSE
    if not conditions.shifts:
        return now + LONGEST
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return min(now + LONGEST, minute)
