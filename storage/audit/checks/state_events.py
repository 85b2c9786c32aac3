"""The rows of the state that events of the access log must have left.

Later acts change a row and delete only a few, so a row answers for an event when it is
of the same act or of a later one.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from storage.audit.checks.state_rows import (
    ANSWERED,
    CLOSED_CLIP,
    DECIDED,
    ERASED,
    ERASURE_ASKED,
    HEARD,
    HOLD_ENDED,
)
from storage.records import (
    STATES_WITH_RESULT,
    Action,
    Event,
    request_id_of,
)
from storage.tables import (
    adjudications,
    appeals,
    cases,
    declines,
    elevated_listens,
    erasures,
    followers,
    holds,
    late_answers,
    listens,
    proposals,
    quarantines,
    requests,
    results,
    waiting_erasures,
    work_tools,
)

# The asker who asks again about the span joins too, and is no follower.
_JOINED = union_all(
    select(followers.c.request_id, followers.c.user_id, followers.c.followed_at),
    select(requests.c.id, requests.c.asker_user, requests.c.asked_at),
).subquery()


def _is_same_time(row: Any, event: Event) -> bool:
    return bool(row.at == event.at)


def _is_not_before(row: Any, event: Event) -> bool:
    return bool(row.at >= event.at)


def _is_not_after(row: Any, event: Event) -> bool:
    return bool(row.at <= event.at)


def _is_listen(row: Any, event: Event) -> bool:
    is_kind = HEARD[row.closeness] is event.action
    return is_kind and _is_same_time(row, event)


def _is_decision(row: Any, event: Event) -> bool:
    is_kind = DECIDED[row.approved] is event.action
    return is_kind and _is_same_time(row, event)


def _is_withdrawn(row: Any, event: Event) -> bool:
    """Return whether the answer was withdrawn then, or made again later."""
    return _is_not_before(row, event) or row.withdrawn_at == event.at


def _is_ended(row: Any, event: Event) -> bool:
    """Return whether the hold ended then; a second release finds it ended."""
    if event.rule == "ended_before":
        return row.at is not None
    return _is_same_time(row, event)


def _is_closed_to_all(row: Any, event: Event) -> bool:
    """Return whether the quarantine stood then; a second stop adds none."""
    is_released = row.released_at is not None and row.released_at < event.at
    return _is_not_after(row, event) and not is_released


def _applies_always(event: Event) -> bool:
    del event
    return True


def _has_result(event: Event) -> bool:
    return event.rule in STATES_WITH_RESULT


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """Events of these actions, and how to find the row that each must have left.

    `link` is the column with the event's request, clip, subject or tool, `at` the one with
    its time, `person` the one with its actor; `more` are further columns for `fits`.
    `is_erasable`: an erasure deletes the row. `noun` names the row in a sentence.
    """

    noun: str
    actions: frozenset[Action]
    link: ColumnElement[Any]
    at: ColumnElement[Any]
    person: ColumnElement[Any] | None = None
    more: tuple[ColumnElement[Any], ...] = field(default=())
    fits: Callable[[Any, Event], bool] = _is_same_time
    applies: Callable[[Event], bool] = _applies_always
    is_erasable: bool = False

    def key(self, event: Event) -> int | str | None:
        """Return the value of `link` in the event's row; None if it leaves no row."""
        if not self.applies(event):
            return None
        if self.link.key == "clip_id":
            return event.clip_id
        if self.link.key == "name":
            return event.tool
        if self.link.key == "person_user":
            if event.subject is None:
                return None
            return event.subject.user_id
        if event.request is None:
            return None
        return request_id_of(event.request)

    def rows(self, keys: Collection[int | str]) -> Select[Any]:
        """Return the query for the rows with these keys."""
        columns = [self.link.label("key"), self.at.label("at"), *self.more]
        if self.person is not None:
            columns.append(self.person.label("person"))
        return select(*columns).where(self.link.in_(keys))

    def is_row_of(self, row: Any, event: Event) -> bool:
        """Return whether the row is of the event's act, or of a later one."""
        if not self.fits(row, event):
            return False
        if self.person is None:
            return True
        # An operator at a shell has no id.
        if event.actor is None:
            return row.person is None
        return bool(row.person == event.actor.user_id)


EVENT_KINDS = (
    EventKind(
        noun="request",
        actions=frozenset({Action.REQUEST_ASKED}),
        link=requests.c.id,
        at=requests.c.asked_at,
        person=requests.c.asker_user,
    ),
    EventKind(
        noun="repeated message of a request",
        actions=frozenset({Action.REQUEST_REPOSTED}),
        link=requests.c.id,
        at=requests.c.reposted_at,
    ),
    EventKind(
        noun="follower",
        actions=frozenset({Action.REQUEST_JOINED}),
        link=_JOINED.c.request_id,
        at=_JOINED.c.followed_at,
        person=_JOINED.c.user_id,
        fits=_is_not_after,
    ),
    EventKind(
        noun="closed request",
        actions=frozenset({Action.REQUEST_WITHDRAWN, Action.REQUEST_EXPIRED}),
        link=requests.c.id,
        at=requests.c.closed_at,
    ),
    EventKind(
        noun="listen",
        actions=frozenset(HEARD.values()),
        link=listens.c.request_id,
        at=listens.c.granted_at,
        person=listens.c.listener_user,
        more=(listens.c.closeness,),
        fits=_is_listen,
    ),
    EventKind(
        noun="elevated listen",
        actions=frozenset({Action.CLOSER_ASKED}),
        link=elevated_listens.c.request_id,
        at=elevated_listens.c.asked_at,
        person=elevated_listens.c.listener_user,
    ),
    EventKind(
        noun="decision on an elevated listen",
        actions=frozenset(DECIDED.values()),
        link=elevated_listens.c.request_id,
        at=elevated_listens.c.decided_at,
        person=elevated_listens.c.decided_user,
        more=(elevated_listens.c.approved,),
        fits=_is_decision,
    ),
    EventKind(
        noun="play of an elevated listen",
        actions=frozenset(HEARD.values()) - {Action.SNIPPET_HEARD},
        link=elevated_listens.c.request_id,
        at=elevated_listens.c.used_at,
        person=elevated_listens.c.listener_user,
    ),
    EventKind(
        noun="proposal",
        actions=ANSWERED,
        link=proposals.c.request_id,
        at=proposals.c.made_at,
        person=proposals.c.proposer_user,
        fits=_is_not_before,
    ),
    EventKind(
        noun="withdrawn proposal",
        actions=frozenset({Action.PROPOSAL_WITHDRAWN}),
        link=proposals.c.request_id,
        at=proposals.c.made_at,
        person=proposals.c.proposer_user,
        more=(proposals.c.withdrawn_at,),
        fits=_is_withdrawn,
    ),
    EventKind(
        noun="late answer",
        actions=frozenset({Action.PROPOSAL_LATE}),
        link=late_answers.c.request_id,
        at=late_answers.c.made_at,
        person=late_answers.c.proposer_user,
        fits=_is_not_before,
    ),
    EventKind(
        noun="declined request",
        actions=frozenset({Action.REQUEST_DECLINED}),
        link=declines.c.request_id,
        at=declines.c.declined_at,
        person=declines.c.user_id,
        is_erasable=True,
    ),
    EventKind(
        noun="ruling",
        actions=frozenset({Action.REQUEST_ADJUDICATED}),
        link=adjudications.c.request_id,
        at=adjudications.c.made_at,
        person=adjudications.c.lead_user,
    ),
    EventKind(
        noun="appeal",
        actions=frozenset({Action.REQUEST_APPEALED}),
        link=appeals.c.request_id,
        at=appeals.c.made_at,
        person=appeals.c.user_id,
    ),
    EventKind(
        noun="result",
        actions=frozenset({Action.REQUEST_SETTLED}),
        link=results.c.request_id,
        at=results.c.settled_at,
        applies=_has_result,
        is_erasable=True,
    ),
    EventKind(
        noun="result",
        actions=frozenset({Action.REQUEST_ADJUDICATED}),
        link=results.c.request_id,
        at=results.c.settled_at,
        is_erasable=True,
    ),
    EventKind(
        noun="delivered result",
        actions=frozenset({Action.RESULT_DELIVERED}),
        link=results.c.request_id,
        at=results.c.delivered_at,
        is_erasable=True,
    ),
    EventKind(
        noun="erasure",
        actions=ERASURE_ASKED,
        link=erasures.c.clip_id,
        at=erasures.c.asked_at,
    ),
    EventKind(
        noun="erasure",
        actions=ERASURE_ASKED,
        link=erasures.c.person_user,
        at=erasures.c.asked_at,
    ),
    EventKind(
        noun="waiting erasure",
        actions=frozenset({Action.ERASURE_DELAYED}),
        link=waiting_erasures.c.clip_id,
        at=waiting_erasures.c.asked_at,
    ),
    EventKind(
        noun="finished erasure",
        actions=ERASED,
        link=erasures.c.clip_id,
        at=erasures.c.done_at,
    ),
    EventKind(
        noun="finished erasure",
        actions=ERASED,
        link=erasures.c.person_user,
        at=erasures.c.done_at,
    ),
    EventKind(
        noun="legal hold",
        actions=frozenset({Action.HOLD_PLACED}),
        link=holds.c.clip_id,
        at=holds.c.placed_at,
        person=holds.c.placed_user,
    ),
    EventKind(
        noun="ended legal hold",
        actions=HOLD_ENDED,
        link=holds.c.clip_id,
        at=holds.c.ended_at,
        fits=_is_ended,
    ),
    EventKind(
        noun="quarantine",
        actions=CLOSED_CLIP,
        link=quarantines.c.clip_id,
        at=quarantines.c.since,
        more=(quarantines.c.released_at,),
        fits=_is_closed_to_all,
    ),
    EventKind(
        noun="released quarantine",
        actions=frozenset({Action.CLIP_RELEASED}),
        link=quarantines.c.clip_id,
        at=quarantines.c.released_at,
    ),
    EventKind(
        noun="case",
        actions=frozenset({Action.CASE_OPENED}),
        link=cases.c.clip_id,
        at=cases.c.opened_at,
    ),
    EventKind(
        noun="work tool",
        actions=frozenset({Action.TOOL_MADE}),
        link=work_tools.c.name,
        at=work_tools.c.made_at,
    ),
    EventKind(
        noun="revoked work tool",
        actions=frozenset({Action.TOOL_REVOKED}),
        link=work_tools.c.name,
        at=work_tools.c.revoked_at,
    ),
)
