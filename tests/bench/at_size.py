"""What pages, polls and rounds cost with many closed requests, against an empty house.

`python -m tests.bench.at_size [REQUESTS] [sqlite|postgresql]`. Each closed request has
five answers, ten listens and one event. The two houses do each piece of work in turns,
so that a busy machine slows both down alike.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Index, text

from bot.metrics import metrics
from bot.safety_clock import SafetyClock
from bot.usecases.history.asked import list_asked
from bot.usecases.listening.progress import live
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.listening.view import view
from bot.usecases.people.home import read_home
from bot.usecases.people.sessions import session_of, start_session
from bot.usecases.requests import ask_form
from bot.usecases.requests.lists import (
    ListFilter,
    list_queue,
    list_to_answer,
)
from bot.usecases.shift.next_request import next_to_answer
from bot.worker import ConsentRefresh, Housekeeper
from storage.audit.log.append import canonical
from storage.audit.log.backlog import backlog
from storage.migrations import upgrade
from storage.records import Request, Task
from storage.tables import entries, events, listens, outbox, proposals, requests
from tests.databases import start_postgres
from tests.product import CLIP, LENA, RAVI, ROSA, Product, build_product
from tests.storage.builders import event

_ROUNDS = 25
_GOAL = 1.5
_ANSWERS = 5
_LISTENS = 10
_DONE_TASKS = 40_000
_FIRST = 1_000_001
_AT_ONCE = 50_000
_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS BIGINT) UNION ALL "
    "SELECT i + 1 FROM n WHERE i < :last)"
)
# A round costs as much again for each desk, so that the closed requests are of one.
_DESK = "'english-us'"
# Ten thousand people work in turns. The lists of the measured ones are as long in both
# houses.
_PERSON = "'U' || CAST((i + {step}) % 10000 AS TEXT)"
_REQUESTS = f"""
    INSERT INTO requests (id, key, state, desk, locale, clip_id, start_ms, end_ms,
        asker_team, asker_user, difficulties, quorum, asked_at, expires_at, opened_at,
        closed_at, channel_id, thread_ts, settled_answer, settled_text,
        settled_personal, words_kept)
    {{numbers}} SELECT i, 'key-' || CAST(i AS TEXT), 'agreed', {_DESK}, 'en-US',
        'clip-' || CAST(i AS TEXT), 1000, 1600, 'T0SANDBOX', {_PERSON}, '', 2,
        :now - i * 20000, :now - i * 20000, :now - i * 20000, :now - i * 20000,
        'C0HELPENUS', CAST(i AS TEXT) || '.1', 'words', 'lamp', false, false FROM n
"""
_PROPOSALS = f"""
    INSERT INTO proposals (request_id, proposer_team, proposer_user, answer, text,
        confidence, made_at)
    {{numbers}} SELECT i, 'T0SANDBOX', {_PERSON}, 'words', 'lamp', 2,
        :now - i * 20000 FROM n
"""
_HEARD = f"""
    INSERT INTO listens (id, request_id, listener_team, listener_user, press,
        granted_at, played_ms, loops)
    {{numbers}} SELECT CAST(i AS TEXT) || '-{{step}}', i, 'T0SANDBOX', {_PERSON},
        'aaaaaaaa', :now - i * 20000, 600, 0 FROM n
"""
_EVENTS = f"""
    INSERT INTO events (at, action, outcome, team_id, user_id, role, origin, desk,
        request, clip_id, unusual, canonical)
    {{numbers}} SELECT :now - i * 20000, 'request.asked', 'allowed', 'T0SANDBOX',
        {_PERSON}, 'reviewer', 'slack', {_DESK}, 'HC-' || CAST(i AS TEXT),
        'clip-' || CAST(i AS TEXT), false, :canonical FROM n
"""
# Their events are signed.
_ENTRIES = """
    INSERT INTO log_entries (idx, event_id)
    SELECT ROW_NUMBER() OVER (ORDER BY id) - 1, id FROM events
"""
_TASKS = """
    INSERT INTO outbox (task, lane, request_id, attempts, due_at, done_at)
    {numbers} SELECT 'post', 'HC-' || CAST(i AS TEXT), i, 1, :now, :now FROM n
"""


def fill(product: Product, n_requests: int) -> None:
    """Write closed requests with their work; their indexes are built at the end."""
    engine = product.services.store.engine
    with engine.begin() as connection:
        for index in _indexes():
            index.drop(connection)
    write_rows(product, n_requests)
    with engine.begin() as connection:
        for index in _indexes():
            index.create(connection)


def _indexes() -> list[Index]:
    filled = (requests, proposals, listens, events, entries, outbox)
    found = [index for table in filled for index in table.indexes]
    return sorted(found, key=lambda index: str(index.name))


def write_rows(product: Product, n_requests: int) -> None:
    """Write closed requests with their answers, listens, events and done tasks."""
    statements = [(_REQUESTS, 0), (_EVENTS, 0)]
    statements += [(_PROPOSALS, step + 1) for step in range(_ANSWERS)]
    statements += [(_HEARD, step + 1) for step in range(_LISTENS)]
    now = int(product.now.timestamp() * 1_000_000)
    end = _FIRST + n_requests
    for first in range(_FIRST, end, _AT_ONCE):
        for statement, step in statements:
            values = {
                "first": first,
                "last": min(first + _AT_ONCE, end) - 1,
                "now": now,
            }
            if "canonical" in statement:
                values["canonical"] = canonical(event())
            written = statement.format(numbers=_NUMBERS, step=step)
            with product.services.store.begin() as tx:
                tx.connection.execute(text(written), values)
    tasks = min(_DONE_TASKS, n_requests)
    values = {"first": _FIRST, "last": _FIRST + tasks - 1, "now": now}
    with product.services.store.begin() as tx:
        tx.connection.execute(text(_TASKS.format(numbers=_NUMBERS)), values)
        tx.connection.execute(text(_ENTRIES))


def analyse(product: Product) -> None:
    """Collect the statistics that a running PostgreSQL collects by itself."""
    engine = product.services.store.engine.execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


class House:
    """One house with a little work that waits, and what it does all day."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.services = product.services
        self.request: Request = product.open(ROSA)
        product.open(ROSA, clip="en-us-0002")
        self.session = start_session(
            self.services, product.act(RAVI), browser="browser"
        )
        self.housekeeper = Housekeeper(self.services, product.clock)
        self.safety = SafetyClock(self.services, product.clock)
        self.consent = ConsentRefresh(self.services, product.clock)
        with self.services.store.read() as tx:
            self.position = tx.log_news.position()
        self.scrape = metrics(self.services, product.clock)

    def claim(self) -> None:
        """Look for a task and claim none, as every worker does every second."""
        with self.services.store.begin() as tx:
            tx.outbox.next_due(Task)
            tx.outbox.claim(
                [Task.REMOVE_FILE],
                now=self.product.now,
                lease=timedelta(seconds=20),
            )

    def look_at_log(self) -> None:
        """Look for events to sign, and for news of open pages."""
        with self.services.store.read() as tx:
            backlog(tx.log)
            tx.log_news.since(self.position)

    def work(self) -> dict[str, Callable[[], object]]:
        """Return each piece of work by its name."""
        services, product = self.services, self.product
        ravi, rosa, lena = (product.act(user) for user in (RAVI, ROSA, LENA))
        key = self.request.key
        page = ListFilter(rows=50)
        return {
            "session": lambda: session_of(services, self.session.token, product.now),
            "Home of a reviewer": lambda: read_home(services, ravi),
            "Home of a lead": lambda: read_home(services, lena),
            "queue": lambda: list_queue(services, lena),
            "to answer": lambda: list_to_answer(services, ravi, page),
            "asked": lambda: list_asked(services, rosa, page),
            "next request": lambda: next_to_answer(services, ravi, "", frozenset()),
            "page": lambda: view(services, ravi, key),
            "live poll": lambda: live(services, ravi, RequestSnippet(key)),
            "form": lambda: ask_form.prepare(services, rosa, CLIP),
            "claim": self.claim,
            "idle round": self.housekeeper.keep_house,
            "safety clock": self.safety.escalate_due,
            "consent round": self.consent,
            "log": self.look_at_log,
            "metrics": self.scrape,
        }


def compare(
    empty: House,
    full: House,
    clock: Callable[[], float],
) -> None:
    """Print the shortest time of each piece of work in both houses, and the ratio."""
    of_full = full.work()
    for name, in_empty in empty.work().items():
        in_full = of_full[name]
        took: dict[str, list[float]] = {"empty": [], "full": []}
        first = _time(in_full, clock)
        in_empty()
        for _ in range(_ROUNDS):
            took["empty"].append(_time(in_empty, clock))
            took["full"].append(_time(in_full, clock))
        # A busy machine only adds to the time of some rounds.
        before, after = (min(each) for each in took.values())
        ratio = after / before
        verdict = "" if ratio <= _GOAL else "  ABOVE THE GOAL"
        print(
            f"{name:20} {before:8.2f} ms {after:8.2f} ms  x{ratio:.2f}"
            f"  first {first:.1f} ms{verdict}",
            flush=True,
        )


def _time(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return 1000 * (clock() - start)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[list[str | None]]:
    """Yield the addresses of two empty databases."""
    if kind == "sqlite":
        yield [None, None]
        return
    server = start_postgres(folder / "pg")
    # The databases are deleted at the end, so that nothing of them has to last.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    address = server.get_uri()
    urls: list[str | None] = []
    for name in ("empty", "filled"):
        server.psql(f"CREATE DATABASE {name}")
        urls.append(address.replace("/postgres?", f"/{name}?", 1))
    yield urls
    server.cleanup()


def main() -> None:
    """Fill one house, and compare it with an empty one."""
    n_requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with tempfile.TemporaryDirectory(prefix="size-") as place:
        with databases(kind, Path(place)) as urls:
            products = []
            for name, url in zip(("empty", "full"), urls, strict=True):
                folder = Path(place) / name
                folder.mkdir()
                if url is not None:
                    upgrade(url)
                products.append(build_product(folder, url))
            start = time.perf_counter()
            fill(products[1], n_requests)
            if kind == "postgresql":
                for product in products:
                    analyse(product)
            took_s = time.perf_counter() - start
            houses = [House(product) for product in products]
            print(
                f"{kind}: {n_requests:,} requests, {n_requests * _ANSWERS:,} answers, "
                f"{n_requests * _LISTENS:,} listens written in {took_s:.0f} s"
            )
            # SQLite works in this thread, whose processor time no neighbour lengthens.
            clock = time.perf_counter
            if kind == "sqlite":
                clock = time.thread_time
            compare(*houses, clock)
            for house in houses:
                house.services.store.close()


if __name__ == "__main__":
    main()
