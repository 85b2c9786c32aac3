"""Verify an exported bundle, receipt or pack without database, network or bot.

python -m storage.audit.verify FILE [--key KEY] [--checkpoint FILE]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from storage.audit.checks.walk import Fault
from storage.audit.packs.verify import ZIP_START, verify_pack
from storage.audit.proofs import checkpoint, tlog_proof
from storage.audit.proofs.bundle import MAX_LINE, Verified, verify_bundle
from storage.audit.proofs.note import Verifier
from storage.errors import StorageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 for genuine, 1 for not, 2 for unreadable."""
    parser = argparse.ArgumentParser(
        prog="python -m storage.audit.verify",
        description="Verify a bundle, receipt or pack of help-clip's access log, offline.",
    )
    parser.add_argument(
        "file", type=Path, help="a bundle, a receipt (.tlog-proof), or a pack (.zip)"
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        help="a public key you trust",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        help="a checkpoint you kept",
    )
    options = parser.parse_args(arguments)
    try:
        trusted = [Verifier.read(key) for key in options.key]
        known = [
            checkpoint.find_note(path.read_text("utf-8")) for path in options.checkpoint
        ]
        sys.stdout.write(_report(options.file, trusted, known))
    except StorageError as error:
        kind = ""
        if isinstance(error, Fault):
            kind = f"{error.kind}: "
        sys.stdout.write(f"NOT GENUINE: {kind}{error}\n")
        return 1
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"Cannot read: {error}\n")
        return 2
    return 0


def _report(
    path: Path,
    trusted: Sequence[Verifier],
    known: Sequence[str],
) -> str:
    with path.open("rb") as file:
        if file.readline(100) == f"{tlog_proof.HEADER}\n".encode():
            file.seek(0)
            return _receipt_report(file.read(MAX_LINE).decode(), trusted)
        file.seek(0)
        if file.read(len(ZIP_START)) == ZIP_START:
            return _pack_report(path, trusted, known)
        file.seek(0)
        found = verify_bundle(file, trusted, known)
    return _bundle_report(found, trusted, known)


def _pack_report(
    path: Path,
    trusted: Sequence[Verifier],
    known: Sequence[str],
) -> str:
    found = verify_pack(path, trusted, known)
    lines = [
        f"Genuine pack: {found.files} files, each as signed.",
        f"SHA-256 of the pack, as signed off: {found.digest}",
    ]
    return "\n".join(lines) + "\n" + _bundle_report(found.log, trusted, known)


def _bundle_report(
    found: Verified,
    trusted: Sequence[Verifier],
    known: Sequence[str],
) -> str:
    lines = [
        f"Genuine: {found.entries} of {found.size} entries of {found.origin}, "
        f"under {found.checkpoints} checkpoints."
    ]
    for key, size in found.cosigned:
        how = "; its key came with the bundle: compare it"
        if key in trusted:
            how = ""
        lines.append(f"Cosigned up to entry {size - 1} by {key.name}{how}.")
    if not trusted:
        lines.append(
            "The key came with the bundle. Compare it with the one you were given:"
        )
        lines += [f"  {key}" for key in found.keys]
    if not known:
        lines.append(
            "No checkpoint of yours was compared: newer entries may exist or have been cut off."
        )
    return "\n".join(lines) + "\n"


def _receipt_report(text: str, trusted: Sequence[Verifier]) -> str:
    if not trusted:
        raise Fault("forged", "A receipt carries no key; give the log's with --key.")
    parsed = tlog_proof.parse(text)
    found = tlog_proof.verify(parsed, trusted)
    lines = [
        f"Genuine: entry {parsed.index} of {found.size} of {found.origin}:",
        parsed.entry.decode("utf-8", "replace"),
        *(
            f"Cosigned by {key.name}."
            for key, _ in checkpoint.find_cosigners([parsed.note], trusted)
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
