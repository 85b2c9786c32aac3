"""Restores: the signed gaps of a log whose database came back from a backup.

After a restore the log goes on from an earlier entry, so that later anchors show
another tree. Each restore is a note beside the anchors, signed by the log's key:
`restored/000001`. The anchors made after it are in a folder of their own.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.audit.proofs import checkpoint, note
from storage.audit.proofs.checkpoint import Checkpoint, Keys
from storage.audit.proofs.note import BadNote, Verifier
from storage.blobs import Blobs

FOLDER = "restored"
# The origin differs, so that this note can never pass for a checkpoint of the log.
_SUFFIX = "/restored"
_LINES = re.compile(r"restore ([1-9][0-9]{0,5})\nanchored ([0-9]{1,18})\n", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Restore:
    """The log went on from entry `size`, after `anchored` entries had been anchored."""

    number: int
    size: int
    root: bytes
    anchored: int

    @property
    def lost(self) -> int:
        """Return how many anchored entries are lost."""
        return max(self.anchored - self.size, 0)


def write_restore(
    anchors: Blobs,
    keys: Keys,
    restore: Restore,
) -> None:
    """Write the signed note of a restore beside the anchors. Raises `StorageError`."""
    root = base64.b64encode(restore.root).decode()
    body = (
        f"{keys.origin}{_SUFFIX}\n{restore.size}\n{root}\n"
        f"restore {restore.number}\nanchored {restore.anchored}\n"
    )
    signed = note.sign(body, keys.signers)
    anchors.put_new(f"{FOLDER}/{restore.number:06d}", signed.encode())


def read_restores(anchors: Blobs, trusted: Sequence[Verifier]) -> list[Restore]:
    """Return the restores in their order. Raises `BadNote` unless all are genuine."""
    found: list[Restore] = []
    for name in anchors.names(FOLDER):
        signed = anchors.get(name).decode("utf-8", "replace")
        restore = _verified(signed, trusted)
        if restore.number != len(found) + 1:
            raise BadNote("A note of a restore is missing beside the anchors.")
        found.append(restore)
    return found


def _verified(signed: str, trusted: Sequence[Verifier]) -> Restore:
    body, signed_by = note.verify(signed, trusted)
    named = checkpoint.parse(body)
    if not any(
        key.name + _SUFFIX == named.origin for key in signed_by if key.kind == 1
    ):
        raise BadNote("This restore is not signed by the log.")
    lines = _LINES.search(body)
    if lines is None:
        raise BadNote("This note is not that of a restore.")
    return Restore(
        number=int(lines[1]),
        size=named.size,
        root=named.root,
        anchored=int(lines[2]),
    )


def kept_size(restores: Sequence[Restore], number: int) -> int | None:
    """Return up to which size anchors made after restore `number` hold, None for all.

    Number 0 stands for the time before the first restore. What a later restore does not
    go on from is lost.
    """
    later = [restore.size for restore in restores if restore.number > number]
    if not later:
        return None
    return min(later)


def anchors_folder(n_restores: int) -> str:
    """Return the folder of the anchors that are made after so many restores."""
    if n_restores == 0:
        return "checkpoints"
    return f"checkpoints-{n_restores:06d}"


def is_kept(found: Checkpoint, limit: int | None) -> bool:
    """Return whether the log of today has to continue this anchored checkpoint."""
    if limit is None:
        return True
    return found.size <= limit
