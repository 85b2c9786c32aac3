"""`help-clip audit pack` and `sign-off`: the evidence of a period in one file."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.audit.proof import read_log_keys, write_whole
from bot.cli.program import open_program
from bot.config.settings import read_settings
from bot.errors import NotFound
from bot.text import text
from bot.usecases.audit.parse_query import read_moment
from bot.usecases.evidence.make import make_pack
from bot.usecases.evidence.make import sign_off as record_sign_off
from storage.audit.packs.listed import Scope
from storage.audit.packs.verify import verify_pack


def pack(
    out: Annotated[Path, typer.Option("-o", "--output", help="The ZIP to write.")],
    first: Annotated[str, typer.Option("--from", help="The first day: 2026-07-01")],
    end: Annotated[
        str, typer.Option("--to", help="The day after the last: 2026-10-01")
    ],
    desk: Annotated[list[str] | None, typer.Option(help="A desk's id.")] = None,
) -> None:
    """Write the evidence of a period: events, tables, proofs, a summary, signatures."""
    keys = read_log_keys(read_settings())
    with open_program() as (services, act):
        scope = Scope(
            since=read_moment("since", first, act.now),
            until=read_moment("until", end, act.now),
            desks=tuple(desk or ()),
        )
        made_as, pieces = make_pack(services, act, keys, scope, _print_progress)
        write_whole(out, pieces)
    typer.echo(text("cli.audit.pack_made", event=made_as, digest=_digest(out)))
    public_key = keys.verifiers[0]
    typer.echo(f"  python -m storage.audit.verify {out} --key '{public_key}'")


def sign_off(
    file: Annotated[Path, typer.Argument(help="The pack that was looked at.")],
) -> None:
    """Verify a pack, and record that it was looked at, with its SHA-256."""
    keys = read_log_keys(read_settings())
    try:
        found = verify_pack(file, keys.verifiers)
    except OSError:
        raise NotFound(text("cli.audit.no_readable_file", path=file)) from None
    with open_program() as (services, act):
        signed_as = record_sign_off(services, act, found.digest)
    typer.echo(text("cli.audit.signed_off", event=signed_as, digest=found.digest))


def _print_progress(name: str) -> None:
    typer.echo(text("cli.audit.pack_file", file=name), err=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
