"""Verify a pack offline, to its last byte: files, lines, proofs and signatures."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, cast

from storage.audit.checks.walk import Fault
from storage.audit.packs.archive import FILE_ORIGIN, KEYS, LINES, SUMS, SUMS_ORIGIN
from storage.audit.packs.layout import BUNDLE, EVENTS
from storage.audit.proofs import note
from storage.audit.proofs.bundle import Verified, verify_bundle
from storage.audit.proofs.note import BadNote, Verifier

ZIP_START = b"PK\x03\x04"
_CHUNK_BYTES = 1_048_576
# Few compressed bytes at a time, so that the lines before a fault are still read.
_SMALL_BYTES = 16
_MAX_NOTE_BYTES = 100_000
# An altered flag makes a file look encrypted, which is a `RuntimeError`.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True)
class VerifiedPack:
    """A genuine pack: its number of files, its SHA-256 in hex, and its proofs."""

    files: int
    digest: str
    log: Verified


def verify_pack(
    path: Path,
    trusted: Sequence[Verifier] = (),
    known: Iterable[str] = (),
) -> VerifiedPack:
    """Check the signed digests, then every file, the proofs, and the ZIP itself.

    `trusted` and `known` are as for `verify_bundle`. Raises `Fault` naming the file and
    the line.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            return _verify(path, pack, trusted, known)
    except _ZIP_ERRORS as error:
        raise Fault(
            "altered", f"The ZIP's own directory was altered: {error}."
        ) from error


def _verify(
    path: Path,
    pack: zipfile.ZipFile,
    trusted: Sequence[Verifier],
    known: Iterable[str],
) -> VerifiedPack:
    keys = _read_keys(pack, trusted)
    sums = _read_sums(pack, keys)
    names = [info.filename for info in pack.infolist()]
    if names != [*sums, SUMS]:
        raise Fault("malformed", f"The pack's files are not those listed in {SUMS}.")
    for name, digest in sums.items():
        if _digest(pack, name) != digest:
            raise Fault("altered", _place(path, pack, name))
    with pack.open(BUNDLE) as bundle:
        # A member of a ZIP has all of BinaryIO that bundles use.
        log = verify_bundle(cast("BinaryIO", bundle), trusted, known)
    # Without trusted keys the reader compares the bundle's, so the pack's must be these.
    if not set(keys) <= _own_keys(trusted or log.keys):
        raise Fault("forged", f"{KEYS} names a key that is not the log's.")
    _compare_events(pack)
    whole = _check_whole(path, pack, keys)
    return VerifiedPack(files=len(names), digest=whole, log=log)


def _read_keys(pack: zipfile.ZipFile, trusted: Sequence[Verifier]) -> list[Verifier]:
    """Return the keys that signed, which are trusted ones where any are given."""
    try:
        lines = _read_member(pack, KEYS).decode().splitlines()
        keys = [Verifier.read(line) for line in lines]
    except (KeyError, ValueError, zlib.error, EOFError, zipfile.BadZipFile, BadNote):
        raise Fault("altered", f"{KEYS} was altered.") from None
    if trusted and not set(keys) <= _own_keys(trusted):
        raise Fault("forged", f"{KEYS} names a key that is not trusted.")
    return keys


def _own_keys(keys: Iterable[Verifier]) -> set[Verifier]:
    """Return the keys of the log itself: a witness signs no pack."""
    return {key for key in keys if not key.is_witness}


def _read_sums(pack: zipfile.ZipFile, keys: Sequence[Verifier]) -> dict[str, str]:
    """Return the signed digest of each file, by name, in order."""
    try:
        text = _signed_text(_read_member(pack, SUMS).decode(), keys)
    except (BadNote, ValueError, KeyError, zlib.error, EOFError, zipfile.BadZipFile):
        raise Fault("altered", f"{SUMS} was altered, or its signature.") from None
    first, *lines = text.splitlines()
    if first != f"{keys[0].name}{SUMS_ORIGIN}":
        raise Fault("forged", f"{SUMS} is not signed as a pack.")
    pairs = (line.split("  ", 1) for line in lines)
    return {name: digest for digest, name in pairs}


def _read_member(pack: zipfile.ZipFile, name: str) -> bytes:
    with pack.open(name) as file:
        return file.read(_MAX_NOTE_BYTES)


def _signed_text(signed: str, keys: Sequence[Verifier]) -> str:
    """Return the text of a note that bears no other signatures. Raises `BadNote`."""
    text, signed_by = note.verify(signed, keys)
    if len(note.parse(signed).signatures) != len(signed_by):
        raise BadNote("It bears a signature of a key that the pack lacks.")
    return text


def _digest(pack: zipfile.ZipFile, name: str) -> str:
    """Return the SHA-256 of a file in hex; empty for a file that cannot be read."""
    found = sha256()
    try:
        with pack.open(name) as file:
            while chunk := file.read(_CHUNK_BYTES):
                found.update(chunk)
    except (zlib.error, EOFError, zipfile.BadZipFile):
        return ""
    return found.hexdigest()


def _place(path: Path, pack: zipfile.ZipFile, name: str) -> str:
    """Return a sentence that names the first altered line of a file."""
    source = name.removeprefix("lines/").removesuffix(".crc32")
    if LINES.format(source) == name:
        given = list(_checks(path, pack.getinfo(name)))
        expected = [zlib.crc32(line) for line in _lines(path, pack.getinfo(source))]
    else:
        given = [zlib.crc32(line) for line in _lines(path, pack.getinfo(name))]
        expected = []
        if LINES.format(name) in pack.namelist():
            expected = list(_checks(path, pack.getinfo(LINES.format(name))))
    pairs = zip_longest(given, expected)
    differing = (number for number, (one, other) in enumerate(pairs, 1) if one != other)
    line = next(differing, None)
    if line is None:
        return f"The ZIP's record of {name} was altered."
    return f"Line {line} of {name} was altered."


def _checks(path: Path, info: zipfile.ZipInfo) -> Iterator[int]:
    data = b"".join(_inflated(path, info))
    for (check,) in struct.iter_unpack(">I", data[: len(data) // 4 * 4]):
        yield check


def _lines(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    rest = b""
    for data in _inflated(path, info):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _inflated(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what can be read of a file, up to the first byte that makes no sense."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name_bytes, extra_bytes = struct.unpack("<HH", file.read(4))
        file.seek(name_bytes + extra_bytes, 1)
        left = info.compress_size
        while left > 0 and not inflate.eof:
            piece = file.read(min(left, _SMALL_BYTES))
            left -= len(piece)
            try:
                yield inflate.decompress(piece)
            except zlib.error:
                return
            if not piece:
                return


def _compare_events(pack: zipfile.ZipFile) -> None:
    """Raise `Fault` unless the listed events are the proven ones, one for one."""
    with pack.open(BUNDLE) as bundle, pack.open(EVENTS) as events:
        proven = (line for line in bundle if line[:1] == b"{")
        for number, (entry, event) in enumerate(zip_longest(proven, events), 1):
            if entry is None or event is None or event.partition(b",")[2] != entry[1:]:
                raise Fault("forged", f"Line {number} of {EVENTS} is not proven.")


def _check_whole(path: Path, pack: zipfile.ZipFile, keys: Sequence[Verifier]) -> str:
    """Check the signature over all bytes, and return the pack's SHA-256 in hex."""
    try:
        text = _signed_text(pack.comment.decode(), keys)
    except (BadNote, ValueError):
        raise Fault("altered", "The signature at the pack's end was altered.") from None
    found = sha256()
    left = path.stat().st_size - len(pack.comment)
    with path.open("rb") as file:
        while chunk := file.read(min(left, _CHUNK_BYTES)):
            found.update(chunk)
            left -= len(chunk)
    if text != f"{keys[0].name}{FILE_ORIGIN}\n{found.hexdigest()}\n":
        raise Fault(
            "altered", "A byte of the ZIP between its files was altered; no file was."
        )
    found.update(pack.comment)
    return found.hexdigest()
