"""A receipt for one event: a c2sp.org/tlog-proof that carries the entry itself."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.audit.checks.walk import Fault
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from storage.audit.proofs.note import Verifier

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})", re.ASCII)
_MAX_HASHES = 63


@dataclass(frozen=True)
class TlogProof:
    """The proof that `entry` is number `index` of the log that signed `note`."""

    index: int
    entry: bytes
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        lines = [HEADER, f"extra {_encode(self.entry)}", f"index {self.index}"]
        return "\n".join([*lines, *map(_encode, self.hashes), "", self.note])


def parse(text: str) -> TlogProof:
    """Return the receipt of a text. Raises `Fault`."""
    head, divider, note = text.partition("\n\n")
    lines = head.split("\n")
    if (
        not divider
        or lines[0] != HEADER
        or len(lines) < 3
        or len(lines) > 3 + _MAX_HASHES
    ):
        raise Fault("malformed", "This is not a receipt.")
    extra, index = lines[1].removeprefix("extra "), _INDEX.fullmatch(lines[2])
    if extra == lines[1] or index is None:
        raise Fault("malformed", "This receipt carries no entry or no index.")
    hashes = tuple(_decode(line) for line in lines[3:])
    if any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise Fault("malformed", "A hash of this receipt has the wrong length.")
    return TlogProof(int(index[1]), _decode(extra), hashes, note)


def verify(receipt: TlogProof, trusted: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint that includes the entry. Raises `BadNote`, `Fault`."""
    found = checkpoint.verify(receipt.note, trusted)
    leaf = leaf_hash(receipt.entry)
    if not verify_inclusion(
        leaf,
        receipt.index,
        found.size,
        receipt.hashes,
        found.root,
    ):
        raise Fault(
            "altered", f"This is not entry {receipt.index} of the log.", receipt.index
        )
    return found


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault("malformed", "A line of this receipt is not base64.") from error
    if _encode(raw) != text:
        raise Fault("malformed", "A line of this receipt has stray bits.")
    return raw
