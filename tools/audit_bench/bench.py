"""Time audit queries on a large made-up log.

The log is a year of work of 600 people on 20 desks. It holds only the tables that
queries read: events and their counts, no tree.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, func, select, text

from storage.audit.query.search import Question, answer
from storage.audit.query.summary import summarise
from storage.records import Action, Origin, Outcome, Role
from storage.store import Store
from storage.tables import action_days, events, person_days
from tools.audit_bench.questions import (
    CLIP_EVENTS,
    DAYS,
    DESKS,
    PEOPLE,
    START,
    Make,
    desk_of,
    shapes,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHUNK = 50_000
_SAMPLES = 30

_WEIGHTS = {
    Action.REQUEST_ASKED: 9,
    Action.REQUEST_VIEWED: 20,
    Action.SNIPPET_HEARD: 22,
    Action.SNIPPET_PLAYED: 22,
    Action.PROPOSAL_MADE: 16,
    Action.REQUEST_SETTLED: 6,
    Action.SNIPPET_RENDERED: 3,
    Action.REQUEST_DECLINED: 1,
    Action.LOG_QUERIED: 0.9,
    Action.CLIP_QUARANTINED: 0.1,
}
COLUMNS = (
    *(
        "at",
        "action",
        "outcome",
        "team_id",
        "user_id",
        "role",
        "origin",
        "rule",
        "desk",
    ),
    *("request", "clip_id", "unusual", "canonical"),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Milliseconds for one page of a query: the median and the 95th percentile.

    `again` is the median of the same query repeated, when nothing is read from the
    disk; `rows` is the median length of the answers.
    """

    median: float
    p95: float
    again: float
    rows: float


@dataclass(frozen=True, kw_only=True)
class Timing:
    """One shape of query, its first page and pages from the middle of the log."""

    name: str
    first: Asked
    deep: Asked


def fill(
    store: Store,
    n: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Append `n` made-up events.

    Indexes are built afterwards, which is several times faster.
    """
    with store.begin() as tx:
        names = [index.name for index in events.indexes]
        for name in names:
            tx.connection.execute(text(f"DROP INDEX {name}"))
    for rows in _chunks(n):
        with store.begin() as tx:
            _insert(tx.connection, rows)
        if progress is not None:
            progress(len(rows))
    with store.begin() as tx:
        # In the order of the migrations, by which SQLite's planner decides a tie.
        for index in sorted(events.indexes, key=lambda index: str(index.name)):
            index.create(tx.connection)
        _count(tx.connection)
    _analyse(store)


def _analyse(store: Store) -> None:
    """Gather statistics, as PostgreSQL does by itself. SQLite gets none in use."""
    if store.engine.dialect.name == "sqlite":
        return
    with store.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("VACUUM ANALYZE"))


def measure(store: Store, seed: int = 1) -> Iterator[Timing]:
    """Time first and deep pages of every shape of query, one after another.

    A page has fifty events.
    """
    dice = random.Random(seed)
    with store.read() as tx:
        size = tx.connection.execute(select(func.max(events.c.id))).scalar_one()
    for name, make in shapes().items():
        yield _timing(
            store,
            name,
            make,
            size,
            dice,
        )


def measure_chart(
    store: Store,
    chart_days: int = 90,
    seed: int = 1,
) -> float:
    """Return the median milliseconds of a chart over the last days of the log."""
    dice = random.Random(seed)
    last = (START + timedelta(days=DAYS - 1)).date()
    first = last - timedelta(days=chart_days - 1)
    questions = [
        Question(),
        Question(desk=f"desk-{dice.randrange(DESKS)}"),
        Question(outcome=Outcome.DENIED),
    ]
    return statistics.median(
        _chart(store, question, first, last) for question in questions * 3
    )


def _chart(
    store: Store,
    question: Question,
    first: date,
    last: date,
) -> float:
    with store.read() as tx:
        began = time.perf_counter()
        summarise(tx.log, question, first, last)
        return (time.perf_counter() - began) * 1000


def _timing(
    store: Store,
    name: str,
    make: Make,
    size: int,
    dice: random.Random,
) -> Timing:
    first, deep = [], []
    for _ in range(_SAMPLES):
        question = make(dice, size)
        place = START + dice.random() * timedelta(days=DAYS * 0.9)
        cursor = f"f{(place - _EPOCH) // timedelta(microseconds=1)}.{10**17}"
        first.append(question)
        deep.append(replace(question, cursor=cursor))
    return Timing(
        name=name,
        first=_asked(store, first),
        deep=_asked(store, deep),
    )


def _asked(store: Store, questions: Sequence[Question]) -> Asked:
    once = [_ask(store, question) for question in questions]
    again = [_ask(store, question) for question in questions]
    return Asked(
        median=statistics.median(ms for ms, _ in once),
        p95=statistics.quantiles((ms for ms, _ in once), n=20)[-1],
        again=statistics.median(ms for ms, _ in again),
        rows=statistics.median(rows for _, rows in once),
    )


def _ask(store: Store, question: Question) -> tuple[float, int]:
    began = time.perf_counter()
    with store.read() as tx:
        page = answer(tx.log, question)
    return (time.perf_counter() - began) * 1000, len(page.events)


def _chunks(n: int) -> Iterator[list[tuple[object, ...]]]:
    dice = random.Random(7)
    step = DAYS * 86_400_000_000 // n
    start = (START - _EPOCH) // timedelta(microseconds=1)
    rows: list[tuple[object, ...]] = []
    actions = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=997)
    for number in range(n):
        rows.append(_row(number, start + number * step, actions[number % 997], dice))
        if len(rows) == _CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(
    number: int,
    micros: int,
    action: Action,
    dice: random.Random,
) -> tuple[object, ...]:
    person = dice.randrange(PEOPLE)
    user, desk = f"U{person:05d}", f"desk-{desk_of(person)}"
    luck = dice.random()
    outcome = "failed"
    if luck > 0.005:
        outcome = "denied"
    if luck > 0.025:
        outcome = "allowed"
    clip_number = number // CLIP_EVENTS
    clip = f"clip-{clip_number}"
    request = f"HC-{1001 + clip_number}"
    moment = _EPOCH + timedelta(microseconds=micros)
    at = moment.isoformat(timespec="microseconds")[:-6] + "Z"
    # As `log.canonical` writes it; a test compares the two.
    entry = (
        f'{{"action":"{action.value}","at":"{at}","clip":"{clip}","desk":"{desk}","origin":"page",'
        f'"outcome":"{outcome}","request":"{request}","role":"reviewer","team":"T1","user":"{user}"}}'
    )
    unusual = action is Action.SNIPPET_PLAYED and luck > 0.9975
    return (
        *(
            micros,
            action.value,
            outcome,
            "T1",
            user,
            Role.REVIEWER.value,
            Origin.PAGE.value,
            None,
        ),
        *(desk, request, clip, unusual, entry.encode()),
    )


def _insert(connection: Connection, rows: list[tuple[object, ...]]) -> None:
    names = ", ".join(COLUMNS)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO events ({names}) VALUES ({marks})"
        connection.exec_driver_sql(statement, rows)
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY events ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


def _count(connection: Connection) -> None:
    day = "at / 86400000000"
    who = f"{day}, coalesce(desk, ''), coalesce(team_id, ''), coalesce(user_id, '')"
    refused = "sum(CASE outcome WHEN 'allowed' THEN 0 ELSE 1 END)"
    for table, key in ((person_days, who), (action_days, f"action, outcome, {who}")):
        source = f"SELECT {key}, count(*), {refused}, 0 FROM events GROUP BY {key}"
        connection.execute(text(f"INSERT INTO {table.name} {source}"))
