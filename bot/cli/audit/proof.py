"""`help-clip audit`: keys, checkpoints, verifying, and exports with proofs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from bot.cli.audit.filters import (
    Action,
    Clip,
    Desk,
    Outcome,
    Person,
    Reason,
    Request,
    Since,
    Until,
    open_program,
)
from bot.config.settings import read_settings
from bot.errors import Invalid, NotFound
from bot.usecases.audit.parse_query import read_moment, read_question
from bot.usecases.audit.prove import export_proof, read_keys, receipt_of, verify_audit
from bot.wiring import utc_now
from storage.audit.checks.database import Checked
from storage.audit.checks.walk import Fault
from storage.audit.log.prune import prune as prune_log
from storage.audit.log.sequencer import latest, sequence_all
from storage.audit.proofs.anchors import publish
from storage.audit.proofs.checkpoint import Checkpoint, Keys, parse, pasted
from storage.audit.proofs.note import Signer
from storage.audit.proofs.note import parse as parse_note
from storage.audit.proofs.witness import Witnesses, read_witnesses
from storage.blobs import Blobs, open_blobs
from storage.store import Store

Anchors = Annotated[
    str,
    typer.Option(
        help="Folder or s3:// address of the anchors.", show_default="AUDIT_ANCHORS"
    ),
]


def key(
    name: Annotated[
        str, typer.Argument(help="The log's name, such as example.com/help-clip")
    ],
) -> None:
    """Print a fresh AUDIT_SIGNING_KEY, and the public key to hand to auditors."""
    signer = Signer.new(name)
    typer.echo(f"AUDIT_SIGNING_KEY={signer.export()}")
    typer.echo(f"# public key, for auditors: {signer.verifier}", err=True)


def checkpoint(anchors: Anchors = "") -> None:
    """Sign what waits, have it cosigned, anchor it, and print the newest checkpoint."""
    settings, keys = read_settings(), _keys()
    cosigners = read_witnesses(settings.audit_witnesses or "")
    witnesses = Witnesses(cosigners) if cosigners else None
    outside = _outside(anchors)
    store = Store(settings.database_url)
    try:
        sequence_all(store, keys, utc_now)
        if outside is not None or witnesses is not None:
            publish(store, keys, outside, utc_now(), None, witnesses, at_once=True)
        with store.read() as tx:
            note = latest(tx.connection)
        sequence_all(store, keys, utc_now)
    finally:
        store.close()
    if note is None:
        raise NotFound("The log is empty, so there is nothing to sign yet.")
    typer.echo(note, nl=False)


def verify(
    anchors: Anchors = "",
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(help="A file with a checkpoint you kept, or - to paste it."),
    ] = None,
) -> None:
    """Verify every entry, the tree and the checkpoints, here in the database.

    Exit status 1 when something is wrong; the first bad entry is named.
    """
    keys, kept = _keys(), [_kept(place) for place in checkpoint or ()]
    with open_program() as (services, act), _progress("verifying") as progress:
        outside = _outside(anchors)
        try:
            found = verify_audit(services, act, keys, outside, progress, kept)
        except Fault as fault:
            typer.echo(f"NOT GENUINE: {fault.kind}: {fault}")
            raise typer.Exit(1) from None
    typer.echo(
        f"Genuine: {found.entries} entries of {found.size}, under {found.checkpoints} checkpoints "
        f"and {found.anchors} kept elsewhere. Waiting to be signed: {found.waiting}."
    )
    for witness, size in found.cosigned:
        typer.echo(f"Cosigned up to entry {size - 1} by {witness.name}.")
    for note in kept:
        typer.echo(_compared(parse(parse_note(note).text), found))
    if not found.anchors:
        typer.echo(
            "No anchor was compared: a cut-off end would not be seen. "
            "Give --anchors or --checkpoint."
        )


def _outside(anchors: str) -> Blobs | None:
    place = anchors or read_settings().audit_anchors
    return open_blobs(place) if place else None


def _kept(place: str) -> str:
    if place == "-":
        return pasted(sys.stdin.read())
    try:
        return pasted(Path(place).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise NotFound(f"There is no readable file {place}.") from None


def _compared(mine: Checkpoint, found: Checked) -> str:
    if mine.size < found.first:
        return (
            f"Your checkpoint of {mine.size} entries is genuine, but they were pruned from the "
            "log: keep a newer one."
        )
    return (
        f"Your checkpoint of {mine.size} entries is consistent: the log continues it."
    )


def prune(
    before: Annotated[
        str, typer.Argument(help="The first day of the first month to keep.")
    ],
) -> None:
    """Remove whole months from the log's beginning, behind a published checkpoint."""
    keys, store = _keys(), Store(read_settings().database_url)
    try:
        moment = read_moment("before", before, utc_now())
        removed = prune_log(store, keys, moment, utc_now())
    finally:
        store.close()
    typer.echo(f"Removed {removed} entries. What remains can be proven as before.")


def receipt(
    event: Annotated[int, typer.Argument(help="The event's id.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write to a .tlog-proof file.")
    ] = None,
) -> None:
    """A receipt for one event, as a C2SP tlog-proof."""
    keys = _keys()
    with open_program() as (services, act):
        text = receipt_of(services, act, keys, event)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def export(
    out: Annotated[Path, typer.Option("-o", "--output", help="The bundle to write.")],
    clip: Clip = "",
    request: Request = "",
    person: Person = "",
    desk: Desk = "",
    action: Action = "",
    outcome: Outcome = "",
    since: Since = "",
    until: Until = "",
    reason: Reason = "",
    proof: Annotated[
        bool, typer.Option("--proof", help="With proofs (the only kind).")
    ] = True,
) -> None:
    """Write a bundle that anybody can verify: python -m storage.audit.verify BUNDLE."""
    if not proof:
        raise Invalid("Without proofs, use: help-clip audit query --json")
    keys = _keys()
    filters = {"clip": clip, "request": request, "person": person, "desk": desk}
    filters |= {"action": action, "outcome": outcome, "since": since, "until": until}
    with open_program() as (services, act), _progress("exporting") as progress:
        question = read_question(filters, team_id="", now=act.now)
        asked_as, pieces = export_proof(services, act, keys, question, reason, progress)
        _write(out, pieces)
    typer.echo(
        f"This export is event {asked_as}. Verify it with the key you keep apart from it:"
    )
    typer.echo(f"  python -m storage.audit.verify {out} --key '{keys.verifiers[0]}'")


def _write(out: Path, pieces: Iterator[bytes]) -> None:
    # A bundle that breaks off is never left under the name of a whole one.
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _keys() -> Keys:
    settings = read_settings()
    secret = settings.audit_signing_key
    return read_keys(
        secret.get_secret_value() if secret else None, settings.audit_witnesses
    )


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
