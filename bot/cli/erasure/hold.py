"""`help-clip hold`: legal holds from a shell."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit.filters import open_program
from bot.errors import Invalid
from bot.usecases.erasure import holds as holds
from bot.usecases.requests.find_clip import clip_of
from storage.records import Hold


def hold(
    clip: Annotated[str, typer.Option(help="Hold this clip.")] = "",
    request: Annotated[
        str, typer.Option(help="Hold the clip of this request: HC-1042")
    ] = "",
    days: Annotated[int, typer.Option(help="30, 90 or 365: a hold always ends.")] = 30,
    release: Annotated[int, typer.Option(help="End the hold with this number.")] = 0,
    reason: Annotated[
        str, typer.Option(help="Why; it is kept beside the access log.")
    ] = "",
) -> None:
    """Keep everything there is of a clip, or let it go again. Without options: list the
    holds.
    """
    with open_program() as (services, act):
        if release:
            holds.release(services, act, release, reason=reason)
            typer.echo(
                f"Hold {release} is ended. What was waiting for it goes within a minute."
            )
        elif clip or request:
            clip_id = clip_of(services, clip=clip, request=request)
            placed = holds.place(services, act, clip_id, days=days, reason=reason)
            typer.echo(
                f"Hold {placed.id} stands until {placed.expires_at:%Y-%m-%d %H:%M} UTC."
            )
        elif reason:
            raise Invalid("Say what to hold: --clip ID or --request HC-1042.")
        else:
            with services.store.read() as tx:
                Console().print(_table(tx.holds.standing()))


def _table(found: list[Hold]) -> Table:
    table = Table(title="Standing holds", title_justify="left")
    for name in ("hold", "clip", "placed by", "placed (UTC)", "until (UTC)"):
        table.add_column(name, overflow="fold")
    for each in found:
        table.add_row(
            str(each.id),
            each.clip_id,
            each.placed_by.user_id if each.placed_by else "shell",
            f"{each.placed_at:%Y-%m-%d %H:%M}",
            f"{each.expires_at:%Y-%m-%d %H:%M}",
        )
    return table
