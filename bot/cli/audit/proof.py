"""`help-clip audit`: keys, checkpoints, verifying, and exports with proofs."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

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
)
from bot.cli.audit.progress import show_progress
from bot.cli.program import open_program
from bot.config.settings import Settings, read_settings, secret_value
from bot.errors import Invalid, NotFound
from bot.rules.numbers import MAX_STORED
from bot.text import text
from bot.usecases.audit.parse_query import read_moment, read_question
from bot.usecases.audit.prove import (
    export_proof,
    export_receipt,
    read_keys,
    verify_audit,
)
from bot.wiring import utc_now
from storage.audit.checks.database import Checked
from storage.audit.checks.state import StateChecked
from storage.audit.checks.walk import Fault
from storage.audit.log.prune import prune as prune_log
from storage.audit.log.sequencer import latest, sequence_all
from storage.audit.proofs.anchors import publish
from storage.audit.proofs.checkpoint import Checkpoint, Keys, find_note, parse
from storage.audit.proofs.note import Signer
from storage.audit.proofs.note import parse as parse_note
from storage.audit.proofs.restores import Restore
from storage.audit.proofs.witness import Witnesses, read_witnesses
from storage.blobs import Blobs, open_blobs
from storage.store import Store

AnchorsOption = Annotated[
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
    typer.echo(text("cli.audit.public_key", key=signer.verifier), err=True)


def checkpoint(anchors: AnchorsOption = "") -> None:
    """Sign what waits, have it cosigned, anchor it, and print the newest checkpoint."""
    settings = read_settings()
    keys = read_log_keys(settings)
    cosigners = read_witnesses(settings.audit_witnesses or "")
    witnesses = None
    if cosigners:
        witnesses = Witnesses(cosigners)
    anchor_store = open_anchors(settings, anchors)
    store = Store(settings.database_url)
    try:
        sequence_all(store, keys, utc_now)
        if anchor_store is not None or witnesses is not None:
            publish(
                store,
                keys,
                anchor_store,
                utc_now(),
                None,
                witnesses,
                at_once=True,
            )
        with store.read() as tx:
            note = latest(tx.connection)
        sequence_all(store, keys, utc_now)
    finally:
        store.close()
    if note is None:
        raise NotFound(text("cli.audit.nothing_to_sign"))
    typer.echo(note, nl=False)


def verify(
    anchors: AnchorsOption = "",
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(help="A file with a checkpoint you kept, or - to paste it."),
    ] = None,
    against_state: Annotated[
        bool,
        typer.Option(
            "--against-state",
            help="Also compare requests, listens, answers and erasures with the log.",
        ),
    ] = False,
) -> None:
    """Verify every entry, the tree and the checkpoints, here in the database.

    Exit status 1 when something is wrong; the first bad entry or row is named.
    """
    settings = read_settings()
    keys = read_log_keys(settings)
    kept = [_read_checkpoint(place) for place in checkpoint or ()]
    progress_name = text("cli.audit.verifying")
    with open_program() as (services, act), show_progress(progress_name) as progress:
        anchor_store = open_anchors(settings, anchors)
        try:
            found = verify_audit(
                services,
                act,
                keys,
                anchor_store,
                progress,
                kept,
                against_state=against_state,
            )
        except Fault as fault:
            typer.echo(text("cli.audit.not_genuine", kind=fault.kind, fault=fault))
            raise typer.Exit(1) from None
    _print_verified(found.log, kept)
    for restore in found.restores:
        typer.echo(_describe_restore(restore))
    if found.state is not None:
        _print_state(found.state)


def _print_verified(found: Checked, kept: Sequence[str]) -> None:
    genuine = text(
        "cli.audit.genuine",
        entries=found.entries,
        size=found.size,
        checkpoints=found.checkpoints,
        anchors=found.anchors,
        waiting=found.waiting,
    )
    typer.echo(genuine)
    typer.echo(text("cli.audit.reasons_genuine", count=found.reasons))
    for witness, size in found.cosigned:
        typer.echo(text("cli.audit.cosigned", entry=size - 1, witness=witness.name))
    for note in kept:
        typer.echo(_compare(parse(parse_note(note).text), found))
    if not found.anchors:
        typer.echo(text("cli.audit.no_anchor"))


def _describe_restore(restore: Restore) -> str:
    return text(
        "cli.audit.restored",
        size=restore.size,
        lost=restore.lost,
        anchored=restore.anchored,
    )


def _print_state(state: StateChecked) -> None:
    typer.echo(text("cli.audit.state_agrees", rows=state.rows, events=state.events))
    if state.erased:
        typer.echo(text("cli.audit.state_erased", count=state.erased))
    if state.pruned:
        typer.echo(text("cli.audit.state_pruned", count=state.pruned))


def open_anchors(settings: Settings, anchors: str = "") -> Blobs | None:
    """Return the store of the anchors at `anchors`, else at AUDIT_ANCHORS, if any."""
    place = anchors or settings.audit_anchors
    if place:
        return open_blobs(place)
    return None


def _read_checkpoint(place: str) -> str:
    if place == "-":
        return find_note(sys.stdin.read())
    try:
        return find_note(Path(place).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise NotFound(text("cli.audit.no_readable_file", path=place)) from None


def _compare(kept: Checkpoint, found: Checked) -> str:
    if kept.size < found.first:
        return text("cli.audit.kept_was_pruned", size=kept.size)
    return text("cli.audit.kept_is_consistent", size=kept.size)


def prune(
    before: Annotated[
        str, typer.Argument(help="The first day of the first month to keep.")
    ],
) -> None:
    """Remove whole months from the log's beginning, behind a published checkpoint."""
    settings = read_settings()
    keys = read_log_keys(settings)
    store = Store(settings.database_url)
    try:
        moment = read_moment("before", before, utc_now())
        removed = prune_log(store, keys, moment, utc_now())
    finally:
        store.close()
    typer.echo(text("cli.audit.pruned", entries=removed))


def receipt(
    event: Annotated[
        int, typer.Argument(min=0, max=MAX_STORED, help="The event's id.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write to a .tlog-proof file.")
    ] = None,
) -> None:
    """Print a receipt for one event, as a C2SP tlog-proof."""
    keys = read_log_keys(read_settings())
    with open_program() as (services, act):
        proof = export_receipt(services, act, keys, event)
    if out is None:
        typer.echo(proof, nl=False)
    else:
        out.write_text(proof, encoding="utf-8")


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
    """Write a bundle that verifies anywhere: python -m storage.audit.verify BUNDLE."""
    if not proof:
        raise Invalid(text("cli.audit.proofs_only"))
    keys = read_log_keys(read_settings())
    filters = {
        "clip": clip,
        "request": request,
        "person": person,
        "desk": desk,
        "action": action,
        "outcome": outcome,
        "since": since,
        "until": until,
    }
    progress_name = text("cli.audit.exporting")
    with open_program() as (services, act), show_progress(progress_name) as progress:
        question = read_question(filters, team_id="", now=act.now)
        asked_as, pieces = export_proof(
            services,
            act,
            keys,
            question,
            reason,
            progress,
        )
        write_whole(out, pieces)
    typer.echo(text("cli.audit.exported", event=asked_as))
    public_key = keys.verifiers[0]
    command = "python -m storage.audit.verify"
    typer.echo(f"  {command} {out} --key '{public_key}'")


def write_whole(out: Path, pieces: Iterator[bytes]) -> None:
    """Write a file that appears under its name only once it is complete."""
    # A bundle that breaks off must not be left under the name of a whole one.
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def read_log_keys(settings: Settings) -> Keys:
    """Return the keys of AUDIT_SIGNING_KEY and AUDIT_WITNESSES. Raises `Invalid`."""
    signing_key = secret_value(settings.audit_signing_key)
    return read_keys(signing_key, settings.audit_witnesses)
