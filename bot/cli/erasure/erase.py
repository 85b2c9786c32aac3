"""`help-clip erase`: erase a clip, a speaker or a person, and see the receipts."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.output import Row, print_table
from bot.cli.program import open_program
from bot.errors import Invalid
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.erasure import overview
from bot.usecases.erasure.overview import Known, ReceiptLine, ReceiptState, What
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.find_clip import find_clip_id
from bot.usecases.services import Services
from storage.records import Erasure

_COLUMNS = ("erasure", "of", "place", "state")
_STYLES = {
    ReceiptState.HELD: "yellow",
    ReceiptState.OVERDUE: "red",
}


def erase(
    clip: Annotated[str, typer.Option(help="Erase this clip.")] = "",
    request: Annotated[
        str, typer.Option(help="Erase the clip of this request: HC-1042")
    ] = "",
    speaker: Annotated[
        str, typer.Option(help="Erase all clips of this pseudonym.")
    ] = "",
    person: Annotated[str, typer.Option(help="Forget this Slack user id.")] = "",
    reason: Annotated[
        str, typer.Option(help="Why; it is kept beside the access log.")
    ] = "",
    status: Annotated[
        bool, typer.Option("--status", help="Show the receipts.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try open places again.")
    ] = False,
) -> None:
    """Erase everywhere, with a receipt for each place.

    Exit status 2 while a place is open. A legal hold keeps what is kept until the hold
    ends; no one hears it meanwhile.
    """
    subjects = (clip or request, speaker, person, status or retry)
    if sum(map(bool, subjects)) != 1:
        raise Invalid(text("cli.erase.missing_option"))
    with open_program() as (services, act):
        if status or retry:
            found = _every(services, act, retry=retry)
        elif person:
            found = overview.erase_data(
                services,
                act,
                What.PERSON,
                person,
                reason=reason,
            )
        elif speaker:
            found = overview.erase_data(
                services,
                act,
                What.SPEAKER,
                speaker,
                reason=reason,
            )
        else:
            clip_id = find_clip_id(services, clip=clip, request=request)
            found = overview.erase_data(
                services,
                act,
                What.CLIP,
                clip_id,
                reason=reason,
            )
        for erasure in found:
            clean_at_once(services, act, erasure)
        known = _read_receipts(services, act, found)
    _print_receipts(known)
    if any(each.is_open for each in known):
        raise typer.Exit(2)
    raise typer.Exit(0)


def _every(
    services: Services,
    act: Act,
    *,
    retry: bool,
) -> list[Erasure]:
    if retry:
        overview.retry(services, act)
    with services.store.read() as tx:
        return tx.erasures.every()


def _read_receipts(
    services: Services,
    act: Act,
    found: list[Erasure],
) -> list[Known]:
    with services.store.read() as tx:
        return [overview.with_receipts(tx, erasure, act.now) for erasure in found]


def _print_receipts(known: list[Known]) -> None:
    print_table(
        [text(f"cli.erase.{name}") for name in _COLUMNS],
        _rows(known),
        title=text("cli.erase.title", count=len(known)),
    )
    typer.echo(text("cli.erase.log_keeps_ids"))


def _rows(known: list[Known]) -> Iterator[Row]:
    for each in known:
        for line in each.lines:
            place = f"{line.receipt.place} {line.request or ''}".strip()
            yield Row(
                cells=[each.erasure.name, each.of, place, _state(line)],
                style=_STYLES.get(line.state, ""),
            )


def _state(line: ReceiptLine) -> str:
    has_seconds = line.state is ReceiptState.DONE
    time = f"{line.at:%Y-%m-%d %H:%M}"
    if has_seconds:
        time = f"{line.at:%Y-%m-%d %H:%M:%S}"
    state = text(f"cli.erase.receipt.{line.state.value}", time=time)
    is_waiting = line.state in {ReceiptState.DUE, ReceiptState.OVERDUE}
    if is_waiting and line.receipt.failure:
        return text("cli.erase.with_failure", state=state, reason=line.receipt.failure)
    return state
