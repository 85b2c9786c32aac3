"""Time audit queries on a made-up log: `python -m tools.audit_bench --events N`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from storage.migrations import upgrade
from storage.store import Store
from tools.audit_bench.bench import Timing, fill, measure, measure_chart


def bench(
    events: Annotated[
        int, typer.Option(help="How many events to make up.", min=1000)
    ] = 100_000,
    database: Annotated[
        str, typer.Option(help="An empty database; else a temporary SQLite file.")
    ] = "",
) -> None:
    """Fill a log with made-up events and time every shape of query on it."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        store = Store(url)
        try:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("making events", total=events)
                fill(store, events, lambda done: bar.advance(task, done))
            found = list(measure(store))
            chart_ms = measure_chart(store)
        finally:
            store.close()
    Console().print(_table(events, found))
    typer.echo(f"A chart of 90 days: {chart_ms:.0f} ms")


def _table(events: int, found: list[Timing]) -> Table:
    table = Table(
        title=f"{events:,} events, milliseconds a page of 50", title_justify="left"
    )
    table.add_column("question")
    for name in ("first", "p95", "deep", "p95"):
        table.add_column(name, justify="right")
    for timing in found:
        first, deep = timing.first, timing.deep
        times_ms = (first.median, first.p95, deep.median, deep.p95)
        table.add_row(timing.name, *(f"{time_ms:.1f}" for time_ms in times_ms))
    return table


if __name__ == "__main__":
    typer.run(bench)
