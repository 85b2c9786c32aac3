"""What the access log costs, as ratios within one run: python -m tests.bench.audit

Medians of five. The machine is shared: look at the ratios.
"""

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from uuid import uuid4

from sqlalchemy import insert

from storage.audit.checks.database import check
from storage.audit.log.append import row_of
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.bundle import verify_bundle
from storage.audit.proofs.export import write_bundle
from storage.migrations import upgrade
from storage.records.outbox import RenderSnippet
from storage.store import Store
from storage.tables import events
from tests.databases import Postgres, start_postgres
from tests.storage.audit.logs import KEYS, write
from tests.storage.builders import ANA, NOW, add_request, event
from tools.audit_bench.bench import Timing, fill, measure, measure_chart


def report(
    name: str, found: float, limit: float, unit: str = "x", *, most: bool = True
) -> None:
    good = found <= limit if most else found >= limit
    bound = "at most" if most else "at least"
    mark = "ok " if good else "NOT"
    print(f"{mark} {name}: {found:,.2f}{unit} ({bound} {limit:,.2f}{unit})", flush=True)


def fresh(url: str) -> Store:
    upgrade(url)
    return Store(url)


def act_once(store: Store, name: str, *, recorded: bool) -> None:
    """What asking says to the database, with and without its event."""
    with store.begin() as tx:
        tx.people.member_by_id(ANA.user_id)
        tx.clips.lock(f"clip-{name}")
        tx.quarantines.is_active(f"clip-{name}")
        tx.requests.on_clip(f"clip-{name}")
        request = add_request(tx, key=uuid4().hex, clip_id=f"clip-{name}")
        tx.drafts.drop(ANA, "ask")
        tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=NOW)
        if recorded:
            tx.log.record(event(request=request.name))


def appending(store: Store) -> float:
    """The time of a business transaction with its event, over the time without.

    The two take turns, each on a clip of its own: what else the machine does falls on
    both.
    """

    def timed(*, recorded: bool) -> float:
        began = time.perf_counter()
        act_once(store, uuid4().hex, recorded=recorded)
        return time.perf_counter() - began

    pairs = [(timed(recorded=True), timed(recorded=False)) for _ in range(500)]
    with_event, without = zip(*pairs[100:], strict=True)
    return statistics.median(with_event) / statistics.median(without)


def writing_at_once(store: Store) -> float:
    """Events a second of 8 writers through `record`, over plain inserts of the same
    rows.
    """
    each = 150

    def run(write_one: Callable[[], None]) -> float:
        start = Barrier(9)

        def writer() -> None:
            start.wait()
            for _ in range(each):
                write_one()

        with ThreadPoolExecutor(8) as pool:
            writers = [pool.submit(writer) for _ in range(8)]
            start.wait()
            began = time.perf_counter()
            for one in writers:
                one.result()
            return time.perf_counter() - began

    def recorded() -> None:
        with store.begin() as tx:
            tx.log.record(event())

    def plain() -> None:
        with store.begin() as tx:
            row = insert(events).values(**row_of(event())).returning(events.c.id)
            tx.connection.execute(row).scalar_one()

    run(recorded)
    return statistics.median(run(plain) / run(recorded) for _ in range(5))


def sequencing(store: Store, n: int) -> float:
    """Entries a second of CPU, from the database to signed checkpoints."""
    for first in range(0, n, 10_000):
        write(store, 10_000, first)
    began = time.process_time()
    done = sequence_all(store, KEYS, lambda: NOW)
    assert done == n
    return done / (time.process_time() - began)


def verifying(store: Store) -> tuple[float, float]:
    """CPU of verifying a bundle, and the database, over hashing its entries twice."""
    with store.read() as tx:
        bundle = b"".join(write_bundle(tx.log, KEYS.verifiers))
    lines = [line for line in bundle.split(b"\n") if line.startswith(b"{")]

    def timed(act: Callable[[], object]) -> float:
        began = time.process_time()
        act()
        return time.process_time() - began

    def twice() -> None:
        for _ in range(2):
            for line in lines:
                sha256(line).digest()

    pairs = [
        (timed(lambda: verify_bundle(io.BytesIO(bundle), KEYS.verifiers)), timed(twice))
        for _ in range(5)
    ]
    offline = statistics.median(one / other for one, other in pairs)
    return offline, timed(lambda: check(store, KEYS.verifiers)) / statistics.median(
        other for _, other in pairs
    )


def asking(make: Callable[[str], str], small: int, large: int) -> None:
    """Pages on a small and a large log: absolute p95, and growth of the medians.

    The two logs take turns, question by question: what else the machine does falls on
    both.
    """
    few, many = fresh(make("few")), fresh(make("many"))
    fill(few, small)
    fill(many, large)
    report(f"a 90-day chart on {large:,}", measure_chart(many), 200, " ms")
    found = list(zip(measure(few), measure(many), strict=True))
    slowest, name = max(
        (max(one.first.p95, one.deep.p95), one.name) for _, one in found
    )
    report(f"slowest p95 on {large:,} ({name})", slowest, 50, " ms")
    growth, name = max(_growth(found))
    report(f"largest growth from {small:,} ({name})", growth, 3)
    few.close()
    many.close()


def _growth(found: list[tuple[Timing, Timing]]) -> Iterator[tuple[float, str]]:
    # Where a small log has fewer rows to give, it is not the log's size that makes the
    # difference; nor is it a disk that others use, so the pages compared are those read
    # a second time.
    for was, now in found:
        for part in ("first", "deep"):
            one, other = getattr(was, part), getattr(now, part)
            if one.rows == other.rows:
                yield other.again / one.again, f"{now.name}, {part} page"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
        server = start_postgres(Path(data))
        postgres = Postgres(server.get_uri())
        makers: dict[str, Callable[[str], str]] = {
            "SQLite": lambda name: f"sqlite:///{folder}/{name}.db",
            "PostgreSQL": lambda _name: postgres.empty_database(),
        }
        try:
            for name, make in makers.items():
                print(f"-- {name}")
                run(name, make, options.entries, options.events)
        finally:
            server.cleanup()


def run(name: str, make: Callable[[str], str], entries: int, n_events: int) -> None:
    store = fresh(make("append"))
    report("a transaction with its event, over one without", appending(store), 1.25)
    if name == "PostgreSQL":
        report("8 writers, over plain inserts", writing_at_once(store), 0.7, most=False)
    store.close()
    store = fresh(make("sequence"))
    report(
        "entries sequenced a CPU second",
        sequencing(store, entries),
        20_000,
        "",
        most=False,
    )
    offline, inside = verifying(store)
    report("verifying a bundle, over hashing twice", offline, 2)
    print(f"    (verifying the database, over hashing twice: {inside:.1f}x)")
    store.close()
    asking(make, min(100_000, n_events), n_events)


if __name__ == "__main__":
    main()
