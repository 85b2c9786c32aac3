"""`help-clip audit bench`: how quickly questions are answered on a made-up log."""

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
    """Make a log of that many events and time every shape of question on it."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        store = Store(url)
        try:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("making events", total=events)
                fill(store, events, lambda done: bar.advance(task, done))
            found, chart = list(measure(store)), measure_chart(store)
        finally:
            store.close()
    Console().print(_table(events, found))
    typer.echo(f"A chart of 90 days: {chart:.0f} ms")


def _table(events: int, found: list[Timing]) -> Table:
    table = Table(
        title=f"{events:,} events, milliseconds a page of 50", title_justify="left"
    )
    table.add_column("question")
    for name in ("first", "p95", "deep", "p95"):
        table.add_column(name, justify="right")
    for one in found:
        times = (one.first.median, one.first.p95, one.deep.median, one.deep.p95)
        table.add_row(one.name, *(f"{ms:.1f}" for ms in times))
    return table
