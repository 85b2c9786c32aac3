"""`help-clip erase`: erase a clip, a speaker or a person, and see the receipts."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit_filters import open_program
from bot.errors import Invalid, NotFound
from bot.usecases import erase as erasing
from bot.usecases.clips import checked_speaker, clip_of
from bot.usecases.erase_place import clean_at_once
from bot.usecases.services import Act, Services
from storage.records import Erasure, Receipt


def erase(
    clip: Annotated[str, typer.Option(help="Erase this clip.")] = "",
    request: Annotated[str, typer.Option(help="Erase the clip of this request: HC-1042")] = "",
    speaker: Annotated[str, typer.Option(help="Erase all clips of this pseudonym.")] = "",
    person: Annotated[str, typer.Option(help="Forget this Slack user id.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the access log.")] = "",
    status: Annotated[bool, typer.Option("--status", help="Show the receipts.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try open places again.")] = False,
) -> None:
    """Erase everywhere, with a receipt for each place. Exit status 2 while a place is open.

    A legal hold keeps what is kept until it ends; nobody hears it meanwhile.
    """
    if sum(map(bool, (clip or request, speaker, person, status or retry))) != 1:
        raise Invalid("Say what to erase: --clip, --request, --speaker or --person; or --status.")
    with open_program() as (services, act):
        if status or retry:
            if retry:
                _retry(services, act)
            found = _known(services)
        elif speaker:
            found = erasing.erase_speaker(services, act, checked_speaker(speaker), reason=reason)
        elif person:
            found = _person(services, act, person, reason)
        else:
            clip_id = clip_of(services, clip=clip, request=request)
            found = [erasing.erase_clip(services, act, clip_id, reason=reason)]
        for each in found:
            clean_at_once(services, act, each)
        is_open = _show(services, act.now, found)
    raise typer.Exit(2 if is_open else 0)


def _person(services: Services, act: Act, user_id: str, reason: str) -> list[Erasure]:
    with services.store.read() as tx:
        known = tx.people_called(user_id.strip())
    if not known:
        raise NotFound("Nothing is kept of that Slack user id; the access log keeps ids.")
    return [erasing.erase_person(services, act, each, reason=reason) for each in known]


def _retry(services: Services, act: Act) -> None:
    with services.store.begin() as tx:
        erasing.resume(tx, act, tx.open_receipts())


def _known(services: Services) -> list[Erasure]:
    with services.store.read() as tx:
        return tx.erasures()


def _show(services: Services, now: datetime, found: list[Erasure]) -> bool:
    """Print the receipts; whether a place is open."""
    table = Table(title=f"{len(found)} erasures", title_justify="left")
    for name in ("erasure", "of", "place", "state"):
        table.add_column(name, overflow="fold")
    is_open = False
    with services.store.read() as tx:
        for each in found:
            of = each.clip_id or (each.person.user_id if each.person else "")
            held = tx.held_until(each.clip_id) if each.clip_id else None
            for receipt in tx.receipts(each.id):
                is_open |= receipt.done_at is None
                request = tx.request(receipt.request_id) if receipt.request_id else None
                place = f"{receipt.place} {request.name if request else ''}".strip()
                state, style = _state(receipt, held, now)
                table.add_row(each.name, of, place, state, style=style)
    Console().print(table)
    typer.echo("The access log keeps ids: who heard what stays provable.")
    return is_open


def _state(receipt: Receipt, held: datetime | None, now: datetime) -> tuple[str, str | None]:
    if receipt.done_at is not None:
        return f"done {receipt.done_at:%Y-%m-%d %H:%M:%S}", None
    if held is not None and receipt.place in erasing.HELD_BACK:
        return f"held until {held:%Y-%m-%d %H:%M}", "yellow"
    why = f" ({receipt.failure})" if receipt.failure else ""
    if receipt.due_at < now:
        return f"overdue since {receipt.due_at:%Y-%m-%d %H:%M}{why}", "red"
    return f"due {receipt.due_at:%Y-%m-%d %H:%M}{why}", None
