"""`help-clip disclose`: facts a company can publish."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit.filters import open_program
from bot.rules.erasure.disclosure import Facts, K, period
from bot.usecases.erasure.disclose import Disclosure
from bot.usecases.erasure.disclose import disclose as count

First = Annotated[str, typer.Option("--from", help="The first month: 2026-01")]
Last = Annotated[str, typer.Option("--to", help="The last month: 2026-03")]


def disclose(
    first: First = "",
    last: Last = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Who listened to how much, in whole months that are over (without options: the
    last one).

    What would point at fewer than five people or clips is left out.
    """
    with open_program() as (services, act):
        found = count(services, act, *period(first, last, act.now))
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
        return
    Console().print(_table([*found.desks, found.total], _title(found)))
    for line in _lines(found):
        typer.echo(line)


def _title(found: Disclosure) -> str:
    last = found.until - timedelta(days=1)
    return f"{found.since:%Y-%m-%d} to {last:%Y-%m-%d} (UTC)"


def _table(rows: Sequence[Facts], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("desk")
    names = (
        "clips asked",
        "heard",
        "by people",
        "seconds",
        "ears per clip",
        "accidental",
    )
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        per_clip = "-" if row.ears_per_clip is None else f"{row.ears_per_clip:.1f}"
        share = "" if row.accidental_share is None else f" ({row.accidental_share:.1%})"
        counts = (row.asked, row.heard, row.people, row.seconds)
        table.add_row(
            row.name, *map(_said, counts), per_clip, f"{_said(row.accidental)}{share}"
        )
    return table


def _lines(found: Disclosure) -> list[str]:
    answered = (
        "-"
        if found.answered_s is None
        else str(timedelta(seconds=round(found.answered_s)))
    )
    return [
        f"Erased on request: {_said(found.erased)} clips. "
        f"Consent withdrawn: {_said(found.consent_withdrawn)} clips.",
        f"Distress cases: {_said(found.cases)}, not answered: {_said(found.unanswered)}, "
        f"half of them within {answered}.",
        f"- : too few to be said (fewer than {K}), or to be told from the rest.",
    ]


def _said(count: int | None) -> str:
    return "-" if count is None else str(count)


def _document(found: Disclosure) -> dict[str, object]:
    rows = []
    for facts in (*found.desks, found.total):
        row = asdict(facts)
        row["ears_per_clip"] = facts.ears_per_clip
        row["accidental_share"] = facts.accidental_share
        rows.append(row)
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "k": K,
        "desks": rows[:-1],
        "total": rows[-1],
        "erased": found.erased,
        "consent_withdrawn": found.consent_withdrawn,
        "cases": found.cases,
        "cases_unanswered": found.unanswered,
        "median_answer_s": found.answered_s,
    }
