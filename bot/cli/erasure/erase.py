"""`help-clip erase`: erase a clip, a speaker or a person, and see the receipts."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit.filters import open_program
from bot.errors import Invalid
from bot.usecases.context import Act
from bot.usecases.erasure import overview
from bot.usecases.erasure.overview import Known, Line, ReceiptState, What
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.requests.find_clip import clip_of
from bot.usecases.services import Services
from storage.records import Erasure


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
    """Erase everywhere, with a receipt for each place. Exit status 2 while a place is
    open.

    A legal hold keeps what is kept until it ends; nobody hears it meanwhile.
    """
    if sum(map(bool, (clip or request, speaker, person, status or retry))) != 1:
        raise Invalid(
            "Say what to erase: --clip, --request, --speaker or --person; or --status."
        )
    with open_program() as (services, act):
        if status or retry:
            if retry:
                overview.retry(services, act)
            with services.store.read() as tx:
                found = tx.erasures.newest()
        elif person or speaker:
            what, of = (What.PERSON, person) if person else (What.SPEAKER, speaker)
            found = overview.begin(services, act, what, of, reason=reason)
        else:
            clip_id = clip_of(services, clip=clip, request=request)
            found = overview.begin(services, act, What.CLIP, clip_id, reason=reason)
        for each in found:
            clean_at_once(services, act, each)
        is_open = _show(services, act, found)
    raise typer.Exit(2 if is_open else 0)


def _show(services: Services, act: Act, found: list[Erasure]) -> bool:
    """Print the receipts; whether a place is open."""
    table = Table(title=f"{len(found)} erasures", title_justify="left")
    for name in ("erasure", "of", "place", "state"):
        table.add_column(name, overflow="fold")
    with services.store.read() as tx:
        known: list[Known] = [
            overview.with_receipts(tx, each, act.now) for each in found
        ]
    for each in known:
        for line in each.lines:
            place = f"{line.receipt.place} {line.request or ''}".strip()
            state, style = _state(line)
            table.add_row(each.erasure.name, each.of, place, state, style=style)
    Console().print(table)
    typer.echo("The access log keeps ids: who heard what stays provable.")
    return any(each.is_open for each in known)


_SAYS = {
    ReceiptState.DONE: ("done", None),
    ReceiptState.HELD: ("held until", "yellow"),
    ReceiptState.DUE: ("due", None),
    ReceiptState.OVERDUE: ("overdue since", "red"),
}


def _state(line: Line) -> tuple[str, str | None]:
    says, style = _SAYS[line.state]
    is_done = line.state is ReceiptState.DONE
    when = f"{line.at:%Y-%m-%d %H:%M:%S}" if is_done else f"{line.at:%Y-%m-%d %H:%M}"
    tried = (
        line.state in (ReceiptState.DUE, ReceiptState.OVERDUE) and line.receipt.failure
    )
    return f"{says} {when}" + (f" ({line.receipt.failure})" if tried else ""), style
