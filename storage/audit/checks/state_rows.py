"""The events that each row of the state must have left in the access log.

A row and its event are written in one transaction with one time, so a row names its
event exactly: by time, action, actor, and request or clip.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table

from storage.records import Action, Elevation, request_name
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
    practice,
    proposals,
    quarantines,
    requests,
    results,
    stop_bundles,
    tool_requests,
    waiting_erasures,
    work_tools,
)

HEARD = {
    None: Action.SNIPPET_HEARD,
    Elevation.LESS_DISGUISED: Action.SNIPPET_HEARD_CLOSER,
    Elevation.UNMASKED: Action.SNIPPET_HEARD_UNMASKED,
}
ANSWERED = frozenset({Action.PROPOSAL_MADE, Action.PROPOSAL_CHANGED})
ASKED = frozenset(
    {Action.REQUEST_ASKED, Action.REQUEST_JOINED, Action.REQUEST_APPEALED}
)
SETTLED = frozenset({Action.REQUEST_SETTLED, Action.REQUEST_ADJUDICATED})
ERASURE_ASKED = frozenset({Action.ERASURE_ASKED, Action.CONSENT_WITHDRAWN})
ERASED = frozenset({Action.CLIP_ERASED, Action.PERSON_ERASED})
DECIDED = {True: Action.CLOSER_APPROVED, False: Action.CLOSER_REFUSED}
HOLD_ENDED = frozenset({Action.HOLD_RELEASED, Action.HOLD_EXPIRED})
# A drill quarantines its clip as it opens its case.
CLOSED_CLIP = frozenset(
    {Action.CLIP_QUARANTINED, Action.CASE_REOPENED, Action.CASE_OPENED}
)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The event that a row must have left: one of `actions`, allowed, at this time.

    None for `user_id`, `subject_id`, `request`, `clip_id` or `tool` allows any value.
    `noun` names the row in a sentence.
    """

    noun: str
    at: datetime
    actions: frozenset[Action]
    user_id: str | None = None
    subject_id: str | None = None
    request: str | None = None
    clip_id: str | None = None
    tool: str | None = None


@dataclass(frozen=True)
class RowKind:
    """One table of the state, the columns that are read, and the traces of a row."""

    table: Table
    columns: tuple[Column[Any], ...]
    traces: Callable[[Any], Iterator[Trace]]


def _of_request(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="request",
        at=row.asked_at,
        actions=frozenset({Action.REQUEST_ASKED}),
        user_id=row.asker_user,
        request=request_name(row.id),
        clip_id=row.clip_id,
    )
    if row.reposted_at is not None:
        yield Trace(
            noun="repeated message of a request",
            at=row.reposted_at,
            actions=frozenset({Action.REQUEST_REPOSTED}),
            request=request_name(row.id),
            clip_id=row.clip_id,
        )


def _of_follower(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="follower",
        at=row.followed_at,
        actions=frozenset({Action.REQUEST_JOINED}),
        user_id=row.user_id,
        request=request_name(row.request_id),
    )


def _of_listen(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="listen",
        at=row.granted_at,
        actions=frozenset({HEARD[row.closeness]}),
        user_id=row.listener_user,
        request=request_name(row.request_id),
    )


def _of_closer(row: Any) -> Iterator[Trace]:
    request = request_name(row.request_id)
    yield Trace(
        noun="elevated listen",
        at=row.asked_at,
        actions=frozenset({Action.CLOSER_ASKED}),
        user_id=row.listener_user,
        request=request,
    )
    if row.decided_at is not None:
        yield Trace(
            noun="decision on an elevated listen",
            at=row.decided_at,
            actions=frozenset({DECIDED[row.approved]}),
            user_id=row.decided_user,
            request=request,
        )
    if row.used_at is not None:
        yield Trace(
            noun="play of an elevated listen",
            at=row.used_at,
            actions=frozenset({HEARD[row.closeness]}),
            user_id=row.listener_user,
            request=request,
        )


def _of_proposal(row: Any) -> Iterator[Trace]:
    request = request_name(row.request_id)
    yield Trace(
        noun="proposal",
        at=row.made_at,
        actions=ANSWERED,
        user_id=row.proposer_user,
        request=request,
    )
    if row.withdrawn_at is not None:
        yield Trace(
            noun="withdrawn proposal",
            at=row.withdrawn_at,
            actions=frozenset({Action.PROPOSAL_WITHDRAWN}),
            user_id=row.proposer_user,
            request=request,
        )


def _of_late_answer(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="late answer",
        at=row.made_at,
        actions=frozenset({Action.PROPOSAL_LATE}),
        user_id=row.proposer_user,
        request=request_name(row.request_id),
    )


def _of_decline(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="declined request",
        at=row.declined_at,
        actions=frozenset({Action.REQUEST_DECLINED}),
        user_id=row.user_id,
        request=request_name(row.request_id),
    )


def _of_ruling(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="ruling",
        at=row.made_at,
        actions=frozenset({Action.REQUEST_ADJUDICATED}),
        user_id=row.lead_user,
        request=request_name(row.request_id),
    )


def _of_appeal(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="appeal",
        at=row.made_at,
        actions=frozenset({Action.REQUEST_APPEALED}),
        user_id=row.user_id,
        request=request_name(row.request_id),
    )


def _of_result(row: Any) -> Iterator[Trace]:
    request = request_name(row.request_id)
    yield Trace(
        noun="result",
        at=row.settled_at,
        actions=SETTLED,
        request=request,
    )
    if row.delivered_at is not None:
        yield Trace(
            noun="delivered result",
            at=row.delivered_at,
            actions=frozenset({Action.RESULT_DELIVERED}),
            request=request,
        )


def _of_erasure(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="erasure",
        at=row.asked_at,
        actions=ERASURE_ASKED,
        subject_id=row.person_user,
        clip_id=row.clip_id,
    )
    if row.done_at is not None:
        yield Trace(
            noun="finished erasure",
            at=row.done_at,
            actions=ERASED,
            subject_id=row.person_user,
            clip_id=row.clip_id,
        )


def _of_waiting_erasure(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="waiting erasure",
        at=row.asked_at,
        actions=frozenset({Action.ERASURE_DELAYED}),
        clip_id=row.clip_id,
    )


def _of_hold(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="legal hold",
        at=row.placed_at,
        actions=frozenset({Action.HOLD_PLACED}),
        user_id=row.placed_user,
        clip_id=row.clip_id,
    )
    if row.ended_at is not None:
        yield Trace(
            noun="ended legal hold",
            at=row.ended_at,
            actions=HOLD_ENDED,
            clip_id=row.clip_id,
        )


def _of_quarantine(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="quarantine",
        at=row.since,
        actions=CLOSED_CLIP,
        user_id=row.reporter_user,
        clip_id=row.clip_id,
    )
    if row.released_at is not None:
        yield Trace(
            noun="released quarantine",
            at=row.released_at,
            actions=frozenset({Action.CLIP_RELEASED}),
            clip_id=row.clip_id,
        )


def _of_case(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="case",
        at=row.opened_at,
        actions=frozenset({Action.CASE_OPENED}),
        clip_id=row.clip_id,
    )
    if row.closed_at is not None:
        yield Trace(
            noun="closed case",
            at=row.closed_at,
            actions=frozenset({Action.CASE_CLOSED}),
            clip_id=row.clip_id,
        )


def _of_bundle(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="bundle of stops",
        at=row.started_at,
        actions=frozenset({Action.CASE_OPENED}),
        user_id=row.reporter_user,
    )
    if row.explained_at is not None:
        yield Trace(
            noun="reason of stops",
            at=row.explained_at,
            actions=frozenset({Action.STOPS_EXPLAINED}),
            user_id=row.reporter_user,
        )


def _of_practice(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="exercise of the practice",
        at=row.done_at,
        actions=frozenset({Action.PRACTICE_DONE}),
        user_id=row.user_id,
    )


def _of_work_tool(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="work tool",
        at=row.made_at,
        actions=frozenset({Action.TOOL_MADE}),
        tool=row.name,
    )
    if row.revoked_at is not None:
        yield Trace(
            noun="revoked work tool",
            at=row.revoked_at,
            actions=frozenset({Action.TOOL_REVOKED}),
            tool=row.name,
        )


def _of_tool_request(row: Any) -> Iterator[Trace]:
    yield Trace(
        noun="question of a work tool",
        at=row.asked_at,
        actions=ASKED,
        request=request_name(row.request_id),
    )


def _kind(
    table: Table,
    columns: str,
    traces: Callable[[Any], Iterator[Trace]],
) -> RowKind:
    return RowKind(table, tuple(table.c[name] for name in columns.split()), traces)


ROW_KINDS = (
    _kind(requests, "id asked_at asker_user clip_id reposted_at", _of_request),
    _kind(followers, "request_id team_id user_id followed_at", _of_follower),
    _kind(listens, "id request_id listener_user granted_at closeness", _of_listen),
    _kind(
        elevated_listens,
        "key request_id listener_user closeness asked_at decided_user decided_at"
        " approved used_at",
        _of_closer,
    ),
    _kind(
        proposals,
        "request_id proposer_team proposer_user made_at withdrawn_at",
        _of_proposal,
    ),
    _kind(
        late_answers,
        "request_id proposer_team proposer_user made_at",
        _of_late_answer,
    ),
    _kind(declines, "request_id team_id user_id declined_at", _of_decline),
    _kind(adjudications, "id request_id lead_user made_at", _of_ruling),
    _kind(appeals, "request_id team_id user_id made_at", _of_appeal),
    _kind(results, "id request_id settled_at delivered_at", _of_result),
    _kind(erasures, "id clip_id person_user asked_at done_at", _of_erasure),
    _kind(waiting_erasures, "id clip_id asked_at", _of_waiting_erasure),
    _kind(holds, "id clip_id placed_user placed_at ended_at", _of_hold),
    _kind(quarantines, "id clip_id reporter_user since released_at", _of_quarantine),
    _kind(cases, "id clip_id opened_at closed_at", _of_case),
    _kind(stop_bundles, "id reporter_user started_at explained_at", _of_bundle),
    _kind(practice, "team_id user_id exercise done_at", _of_practice),
    _kind(work_tools, "id name made_at revoked_at", _of_work_tool),
    _kind(tool_requests, "id request_id asked_at", _of_tool_request),
)
