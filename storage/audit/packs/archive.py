"""Write a pack: a signed ZIP that is made piece by piece and names each altered line.

...                   files of lines, as the caller adds them
lines/FILE.crc32      the CRC-32 of each line of FILE, four bytes a line, big-endian
keys.txt              the keys that sign, as a reminder; trust comes from --key
SHA256SUMS            a signed note of the digest of every file above
the ZIP's comment     a signed note of the digest of every byte before the comment
"""

import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, cast

from storage.audit.proofs import note
from storage.audit.proofs.checkpoint import Keys

# These origins differ from the log's, so that neither note passes for a checkpoint.
SUMS_ORIGIN, FILE_ORIGIN = "/pack", "/pack-file"
LINES, SUMS, KEYS = "lines/{}.crc32", "SHA256SUMS", "keys.txt"
# Level 6 makes a pack a fifth smaller and takes three times as long.
_LEVEL = 1
_CHUNK_BYTES = 262_144


class _Sink:
    """Takes the bytes of the ZIP, and hands them on hashed."""

    def __init__(self) -> None:
        self.digest = sha256()
        self._kept = bytearray()

    def write(self, data: bytes) -> int:
        self._kept += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: `take` hands the bytes on."""

    def take(self, *, without: int = 0) -> bytes:
        """Return what was written since the last call, less the last `without` bytes."""
        data = bytes(self._kept[: len(self._kept) - without])
        self._kept.clear()
        self.digest.update(data)
        return data

    def is_full(self) -> bool:
        """Return whether a chunk's worth of bytes waits."""
        return len(self._kept) >= _CHUNK_BYTES


class PackWriter:
    """One pack in the making. `digest` is its SHA-256 in hex after `finish`."""

    def __init__(self, keys: Keys, at: datetime) -> None:
        self._keys = keys
        self._at = at
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._sink), "w")
        self._sums: list[str] = []
        self.digest = ""

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Add a file, and yield bytes of the ZIP. Every piece is one or more lines."""
        checks = array("I")
        yield from self._add(name, _with_checks(pieces, checks))
        if sys.byteorder == "little":
            checks.byteswap()
        yield from self._add(LINES.format(name), [checks.tobytes()])

    def finish(self) -> Iterator[bytes]:
        """Add the keys and the signed digests, and yield the last bytes of the ZIP."""
        own_keys = [each.verifier for each in self._keys.signers]
        yield from self._add(KEYS, [f"{key}\n".encode() for key in own_keys])
        sums = f"{self._keys.origin}{SUMS_ORIGIN}\n" + "".join(self._sums)
        yield from self._add(SUMS, [note.sign(sums, self._keys.signers).encode()])
        # All digests are equally long, and so are the signatures of a key.
        draft = self._sign("0" * 64)
        self._zip.comment = draft
        self._zip.close()
        last = self._sink.take(without=len(draft))
        signed = self._sign(self._sink.digest.hexdigest())
        self._sink.digest.update(signed)
        self.digest = self._sink.digest.hexdigest()
        yield last + signed

    def _add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        # The mode is rw for the owner alone.
        info.external_attr = 0o600 << 16
        _set_level(info)
        digest = sha256()
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                member.write(piece)
                if self._sink.is_full():
                    yield self._sink.take()
        self._sums.append(f"{digest.hexdigest()}  {name}\n")
        yield self._sink.take()

    def _sign(self, digest: str) -> bytes:
        text = f"{self._keys.origin}{FILE_ORIGIN}\n{digest}\n"
        return note.sign(text, self._keys.signers).encode()


def _set_level(info: zipfile.ZipInfo) -> None:
    # The attribute has an underscore before Python 3.13.
    for name in ("compress_level", "_compresslevel"):
        if hasattr(info, name):
            setattr(info, name, _LEVEL)


def _with_checks(pieces: Iterable[bytes], checks: "array[int]") -> Iterator[bytes]:
    for piece in filter(None, pieces):
        lines = piece.removesuffix(b"\n").split(b"\n")
        checks.extend(zlib.crc32(line) for line in lines)
        yield piece
