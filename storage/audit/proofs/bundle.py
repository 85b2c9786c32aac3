"""Bundles: a part of the log with all that is needed to verify it without database or
bot.

A bundle is text:

    help-clip audit bundle v1
    key NAME+HASH+KEY                 every key that signed, as a reminder; trust comes
    from --key
    checkpoint N OF BASE64            signed notes, smallest first; the last covers the
    whole log
    block NUMBER OFFSETS BASE64       256 leaf hashes; OFFSETS of the entries that
    follow,
    {...}                             or "all"; then these entries' canonical bytes, one
    a line
    skip LEVEL BASE64                 a subtree of 2**LEVEL entries that is not in this
    bundle
    end
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from storage.audit.checks.walk import BLOCK, Fault, Walk, compare
from storage.audit.proofs import checkpoint, note
from storage.audit.proofs.checkpoint import Checkpoint, find_cosigners
from storage.audit.proofs.merkle import HASH_BYTES
from storage.audit.proofs.note import BadNote, Verifier

HEADER = b"help-clip audit bundle v1\n"
# In bytes.
MAX_LINE = 1_000_000
MIN_SKIP, MAX_SKIP = 8, 60
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,17}")
_OFFSETS = re.compile(rb"all|none|(?:0|[1-9][0-9]{0,2})(?:,[1-9][0-9]{0,2})*")


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The result: `entries` of the `size` signed entries are in the bundle and genuine."""

    origin: str
    size: int
    entries: int
    checkpoints: int
    keys: tuple[Verifier, ...]
    cosigned: tuple[
        tuple[Verifier, int], ...
        # Witnesses, and the number of entries that each cosigned.
    ]


def verify_bundle(
    bundle: BinaryIO,
    trusted: Sequence[Verifier] = (),
    known: Iterable[str] = (),
) -> Verified:
    """Check a bundle to its last byte.

    `trusted` are keys from another source than the bundle; without them the bundle is
    only shown to be consistent with itself. `known` are checkpoints kept elsewhere (the
    auditors' channel), which the bundle must continue. Raises `Fault` naming the first
    bad entry, or `BadNote`.
    """
    reader = _Reader(bundle)
    if reader.take() != HEADER:
        raise Fault("malformed", "This is not a bundle of help-clip's access log.")
    keys = _keys(reader, trusted)
    signed, notes = _checkpoints(reader, keys)
    elsewhere = [checkpoint.verify(text, trusted or keys) for text in known]
    for seen in elsewhere:
        if seen.size > signed[-1].size:
            raise Fault(
                "rolled back",
                f"A checkpoint of {seen.size} entries is known, but this bundle ends at "
                f"{signed[-1].size}: it is old, or the log was rolled back.",
            )
    walk = Walk([*signed, *elsewhere])
    entries = _walk(reader, walk)
    return Verified(
        origin=signed[-1].origin,
        size=walk.size,
        entries=entries,
        checkpoints=len(signed),
        keys=tuple(keys),
        cosigned=find_cosigners(notes, keys),
    )


class _Reader:
    """Lines, with one line of look-ahead."""

    def __init__(self, bundle: BinaryIO) -> None:
        self._bundle = bundle
        self.line = bundle.readline(MAX_LINE)

    def take(self) -> bytes:
        line = self.line
        if not line.endswith(b"\n"):
            raise Fault("truncated", "The bundle breaks off.")
        self.line = self._bundle.readline(MAX_LINE)
        return line

    def fields(self, word: bytes, count: int) -> list[bytes] | None:
        """Return the fields of the next line if it begins with `word`, else None."""
        if not self.line.startswith(word + b" "):
            return None
        fields = self.take()[:-1].split(b" ")[1:]
        if len(fields) != count:
            raise Fault(
                "malformed", f"A {word.decode()} line is not as bundles have it."
            )
        return fields

    def entries(self) -> list[bytes]:
        """Yield the lines up to the next line that is not an entry."""
        found = []
        line, readline = self.line, self._bundle.readline
        while line[:1] == b"{":
            found.append(line[:-1])
            if not line.endswith(b"\n"):
                raise Fault("truncated", "The bundle breaks off.")
            line = readline(MAX_LINE)
        self.line = line
        return found


def _keys(reader: _Reader, trusted: Sequence[Verifier]) -> list[Verifier]:
    keys: list[Verifier] = []
    while fields := reader.fields(b"key", 1):
        key = Verifier.read(_text(fields[0]))
        # A witness never replaces the log's own signature; it only adds one.
        if trusted and key not in trusted and not key.is_witness:
            raise Fault("forged", f"The bundle names a key that is not trusted: {key}.")
        if keys and str(key) <= str(keys[-1]):
            raise Fault("malformed", "The bundle's keys are not in order.")
        keys.append(key)
    return keys


def _checkpoints(
    reader: _Reader, keys: Sequence[Verifier]
) -> tuple[list[Checkpoint], list[str]]:
    """Read the checkpoints, and return them with their notes.

    Of each one the number, the signatures and the order are checked, then their count.
    """
    found: list[Checkpoint] = []
    notes: list[str] = []
    announced = 0
    while fields := reader.fields(b"checkpoint", 3):
        announced = _number(fields[1])
        if _number(fields[0]) != len(found) + 1:
            raise Fault("missing", "A checkpoint is missing or not in its place.")
        text = _text(_decode(fields[2]))
        try:
            signed = checkpoint.verify(text, keys)
        except BadNote as error:
            raise Fault("forged", f"A checkpoint is not genuine. {error}") from error
        known = {(key.name, key.id) for key in keys}
        # A note may carry signatures of unknown keys. In a bundle these would be bytes
        # that no signature covers.
        if any(
            (name, id_) not in known for name, id_, _ in note.parse(text).signatures
        ):
            raise Fault(
                "forged", "A checkpoint bears a signature of a key the bundle lacks."
            )
        if found and (
            signed.size <= found[-1].size or signed.origin != found[-1].origin
        ):
            raise Fault("reordered", "The checkpoints are not in order.")
        found.append(signed)
        notes.append(text)
    if not found or len(found) != announced:
        raise Fault("truncated", "The bundle lacks checkpoints.")
    return found, notes


def _walk(reader: _Reader, walk: Walk) -> int:
    entries = 0
    while reader.line != b"end\n":
        if fields := reader.fields(b"block", 3):
            entries += _block(reader, walk, *fields)
        elif fields := reader.fields(b"skip", 2):
            _skip(walk, *fields)
        elif reader.line[:1] == b"{":
            before = walk.position
            raise Fault(
                "inserted", f"An entry was inserted before entry {before}.", before
            )
        else:
            reader.take()
            raise Fault("malformed", "A line is not as bundles have it.", walk.position)
    reader.take()
    if reader.line:
        raise Fault("malformed", "There is something after the end of the bundle.")
    walk.finish()
    return entries


def _block(
    reader: _Reader,
    walk: Walk,
    number: bytes,
    which: bytes,
    encoded: bytes,
) -> int:
    """Check one block, and return the number of its entries.

    Its place is checked first, then its length, its entries, and its hashes.
    """
    first = _number(number) * BLOCK
    if first > walk.position:
        raise Fault(
            "missing", f"Entries from {walk.position} on are missing.", walk.position
        )
    if first < walk.position or walk.position % BLOCK:
        raise Fault("reordered", f"Entry {first} is not in its place.", first)
    blob = _decode(encoded)
    hashes = [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]
    expected = min(BLOCK, walk.size - first)
    if len(blob) != expected * HASH_BYTES or not expected:
        raise Fault(
            "malformed", f"The block of entry {first} has the wrong length.", first
        )
    given = reader.entries()
    leaves = [sha256(b"\x00" + entry).digest() for entry in given]
    if which == b"all":
        compare(leaves, hashes, range(first, first + expected))
    else:
        offsets = _offsets(which, expected)
        compare(leaves, [hashes[n] for n in offsets], [first + n for n in offsets])
    walk.block(hashes)
    return len(given)


def _skip(
    walk: Walk,
    level: bytes,
    encoded: bytes,
) -> None:
    size, node = _number(level), _decode(encoded)
    if not MIN_SKIP <= size <= MAX_SKIP or len(node) != HASH_BYTES:
        raise Fault(
            "malformed", "What was left out is not as bundles have it.", walk.position
        )
    if walk.position + (1 << size) > walk.size:
        raise Fault("inserted", "More was left out than was signed.", walk.position)
    walk.skip(size, node)


def _offsets(text: bytes, expected: int) -> list[int]:
    if not _OFFSETS.fullmatch(text) or text == b"all":
        raise Fault("malformed", "A block line is not as bundles have it.")
    offsets = []
    if text != b"none":
        offsets = [int(part) for part in text.split(b",")]
    if offsets != sorted(set(offsets)) or (offsets and offsets[-1] >= expected):
        raise Fault("malformed", "A block line is not as bundles have it.")
    if len(offsets) == expected:
        raise Fault("malformed", "A block line spells out what is called all.")
    return offsets


def _number(text: bytes) -> int:
    if not _NUMBER.fullmatch(text):
        raise Fault("malformed", "A number is not as bundles have it.")
    return int(text)


def _decode(text: bytes) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault("malformed", "A line is not base64.") from error
    if base64.b64encode(raw) != text:
        raise Fault("malformed", "A line of base64 has stray bits.")
    return raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Fault("malformed", "A line is not UTF-8.") from error
