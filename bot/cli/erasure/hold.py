"""`help-clip hold`: legal holds from a shell."""

from typing import Annotated

import typer

from bot.cli.output import print_table
from bot.cli.program import open_program
from bot.errors import Invalid
from bot.rules.numbers import MAX_STORED
from bot.text import text
from bot.usecases.erasure import holds
from bot.usecases.find_clip import find_clip_id
from storage.records import Hold

_COLUMNS = ("hold", "clip", "placed_by", "placed", "until")
_TIME = "%Y-%m-%d %H:%M"


def hold(
    clip: Annotated[str, typer.Option(help="Hold this clip.")] = "",
    request: Annotated[
        str, typer.Option(help="Hold the clip of this request: HC-1042")
    ] = "",
    days: Annotated[
        int, typer.Option(max=MAX_STORED, help="30, 90 or 365: a hold always ends.")
    ] = 30,
    release: Annotated[
        int, typer.Option(min=0, max=MAX_STORED, help="End the hold with this number.")
    ] = 0,
    reason: Annotated[
        str, typer.Option(help="Why; it is kept beside the access log.")
    ] = "",
) -> None:
    """Keep everything there is of a clip, or end such a hold.

    Without options, the standing holds are listed.
    """
    with open_program() as (services, act):
        if release:
            holds.release_hold(services, act, release, reason=reason)
            typer.echo(text("cli.hold.ended", number=release))
        elif clip or request:
            clip_id = find_clip_id(services, clip=clip, request=request)
            placed = holds.place_hold(
                services,
                act,
                clip_id,
                days=days,
                reason=reason,
            )
            until = placed.expires_at.strftime(_TIME)
            typer.echo(text("cli.hold.stands", number=placed.id, until=until))
        elif reason:
            raise Invalid(text("cli.hold.missing_option"))
        else:
            with services.store.read() as tx:
                _print_holds(tx.holds.standing())


def _print_holds(found: list[Hold]) -> None:
    print_table(
        [text(f"cli.hold.{name}") for name in _COLUMNS],
        [_cells(each) for each in found],
        title=text("cli.hold.title"),
    )


def _cells(hold: Hold) -> list[str]:
    placed_by = text("cli.hold.shell")
    if hold.placed_by:
        placed_by = hold.placed_by.user_id
    return [
        str(hold.id),
        hold.clip_id,
        placed_by,
        hold.placed_at.strftime(_TIME),
        hold.expires_at.strftime(_TIME),
    ]
