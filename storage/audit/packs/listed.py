"""The events that a pack lists, in the order of the signed log."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, distinct, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.audit.log.append import Log, parse
from storage.records import Action, Outcome, RecordedEvent
from storage.tables import entries, events

_BATCH = 2_000
# Role holders of a day are known only from all changes before it.
ROLE_ACTIONS = (Action.ROLE_CHANGED, Action.ROLES_MAPPED)
HEARD = (
    Action.SNIPPET_HEARD,
    Action.SNIPPET_HEARD_CLOSER,
    Action.SNIPPET_HEARD_UNMASKED,
)
# These acts concern every desk, and are listed in the pack of any.
COMPANY_ACTIONS = (
    Action.SETTING_CHANGED,
    Action.ROLES_MAPPED,
    Action.LOG_QUERIED,
    Action.LOG_EXPORTED,
    Action.LOG_VERIFIED,
    Action.LOG_PRUNED,
    Action.PACK_MADE,
    Action.PACK_SIGNED,
    Action.CHECKPOINT_PUBLISHED,
    Action.KEYS_ROTATED,
    Action.APP_REMOVED,
    Action.DATABASE_RESTORED,
    Action.TOOL_MADE,
    Action.TOOL_REVOKED,
    Action.TOOLS_VIEWED,
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The half-open period [since, until) and the desks of a pack; no desks are all."""

    since: datetime
    until: datetime
    desks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ears:
    """Listening on one desk, or on all where `desk` is None.

    `ears` counts pairs of a recording and a person.
    """

    desk: str | None
    ears: int
    clips: int
    people: int


def listed_indexes(log: Log, scope: Scope) -> Sequence[int]:
    """Return the signed log's indexes of the events of a scope, in order.

    They are those of the period, and every earlier change of a role.
    """
    query = (
        select(entries.c.idx)
        .join(events, events.c.id == entries.c.event_id)
        .where(_within(scope))
        .order_by(entries.c.idx)
    )
    few = {"yield_per": _BATCH}
    rows = log.connection.execute(query, execution_options=few)
    return array("q", (row.idx for row in rows))


def count_unsigned(log: Log, scope: Scope) -> int:
    """Return how many events of a scope wait to be signed."""
    query = (
        select(func.count())
        .select_from(events)
        .outerjoin(entries, events.c.id == entries.c.event_id)
        .where(_within(scope), entries.c.event_id.is_(None))
    )
    return log.connection.execute(query).scalar_one()


def listed_events(log: Log, indexes: Sequence[int]) -> Iterator[RecordedEvent]:
    """Yield the events at these indexes, some thousand in memory at a time."""
    for at in range(0, len(indexes), _BATCH):
        part = indexes[at : at + _BATCH]
        query = (
            select(events.c.id, events.c.canonical, entries.c.idx)
            .join(entries, entries.c.event_id == events.c.id)
            .where(_among(part))
            .order_by(entries.c.idx)
        )
        for row in log.connection.execute(query):
            entry = bytes(row.canonical)
            yield RecordedEvent(id=row.id, event=parse(entry), canonical=entry)


def ears(log: Log, scope: Scope) -> list[Ears]:
    """Return the listening of each desk, then of all together, counted from the log."""
    pairs = (
        select(events.c.desk, events.c.clip_id, events.c.team_id, events.c.user_id)
        .where(
            _within(scope),
            events.c.at >= scope.since,
            events.c.action.in_(HEARD),
            events.c.outcome == Outcome.ALLOWED,
        )
        .distinct()
        .subquery()
    )
    counts = (
        func.count(),
        func.count(distinct(pairs.c.clip_id)),
        func.count(distinct(pairs.c.user_id)),
    )
    by_desk = select(pairs.c.desk, *counts).group_by(pairs.c.desk)
    rows = [*log.connection.execute(by_desk.order_by(pairs.c.desk))]
    rows += log.connection.execute(select(null(), *counts).select_from(pairs))
    return [
        Ears(desk=desk, ears=pairs_, clips=clips, people=people)
        for desk, pairs_, clips, people in rows
    ]


def _among(part: Sequence[int]) -> ColumnElement[bool]:
    if part[-1] - part[0] == len(part) - 1:
        return entries.c.idx.between(part[0], part[-1])
    return entries.c.idx.in_(list(part))


def _within(scope: Scope) -> ColumnElement[bool]:
    in_period = events.c.at >= scope.since
    is_role = events.c.action.in_(ROLE_ACTIONS)
    chosen = or_(in_period, is_role)
    if scope.desks:
        of_desk = events.c.desk.in_(scope.desks)
        of_company = and_(events.c.action.in_(COMPANY_ACTIONS), events.c.desk.is_(None))
        chosen = and_(chosen, or_(of_desk, of_company))
    return and_(events.c.at < scope.until, chosen)
