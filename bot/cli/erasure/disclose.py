"""`help-clip disclose`: facts a company can publish."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from bot.cli.output import Column, print_table
from bot.cli.program import open_program
from bot.rules.erasure.disclosure import Facts, K, period
from bot.text import text
from bot.usecases.erasure.disclose import Disclosure
from bot.usecases.erasure.disclose import disclose as count

First = Annotated[str, typer.Option("--from", help="The first month: 2026-01")]
Last = Annotated[str, typer.Option("--to", help="The last month: 2026-03")]

_NUMBERS = ("asked", "heard", "people", "seconds", "ears", "accidental")


def disclose(
    first: First = "",
    last: Last = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Count listening in whole months that are over; without options, in the last one.

    Figures that would point at fewer than five people or clips are left out.
    """
    with open_program() as (services, act):
        found = count(services, act, *period(first, last, act.now))
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
        return
    _print_facts(found)


def _title(found: Disclosure) -> str:
    last_day = found.until - timedelta(days=1)
    return text(
        "cli.disclose.title",
        first=f"{found.since:%Y-%m-%d}",
        last=f"{last_day:%Y-%m-%d}",
    )


def _print_facts(found: Disclosure) -> None:
    numbers = [
        Column(name=text(f"cli.disclose.{name}"), is_number=True) for name in _NUMBERS
    ]
    print_table(
        [text("cli.disclose.desk"), *numbers],
        [_cells(facts) for facts in (*found.desks, found.total)],
        title=_title(found),
    )
    for sentence in _sentences(found):
        typer.echo(sentence)


def _cells(facts: Facts) -> list[str]:
    ears = "-"
    if facts.ears_per_clip is not None:
        ears = f"{facts.ears_per_clip:.1f}"
    accidental = _shown(facts.accidental)
    if facts.accidental_share is not None:
        share = f"{facts.accidental_share:.1%}"
        accidental = text("cli.disclose.with_share", count=accidental, share=share)
    counts = (facts.asked, facts.heard, facts.people, facts.seconds)
    return [facts.name, *map(_shown, counts), ears, accidental]


def _sentences(found: Disclosure) -> list[str]:
    median = "-"
    if found.answered_s is not None:
        median = str(timedelta(seconds=round(found.answered_s)))
    erased = text(
        "cli.disclose.erased",
        erased=_shown(found.erased),
        withdrawn=_shown(found.consent_withdrawn),
    )
    cases = text(
        "cli.disclose.cases",
        cases=_shown(found.cases),
        unanswered=_shown(found.unanswered),
        time=median,
    )
    return [erased, cases, text("cli.disclose.too_few", k=K)]


def _shown(count: int | None) -> str:
    if count is None:
        return "-"
    return str(count)


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
