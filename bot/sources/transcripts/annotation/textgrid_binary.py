"""Praat's binary TextGrid, as the same tokens that its text forms have.

https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html: numbers are
big-endian; a text is its length and its letters, of 16 bits after a length of -1.
"""

import struct
from collections.abc import Iterator

MAGIC = b"ooBinaryFile\x08TextGrid"

_BYTE = struct.Struct(">B")
_SHORT = struct.Struct(">h")
_LONG = struct.Struct(">i")
_DOUBLE = struct.Struct(">d")
_WIDE = -1


def tokens_of(data: bytes) -> Iterator[str | float]:
    """Yield the tokens of a binary TextGrid, up to where it breaks off."""
    reader = _Reader(data, len(MAGIC))
    try:
        yield from _tokens(reader)
    except (struct.error, UnicodeDecodeError):
        return


def _tokens(reader: "_Reader") -> Iterator[str | float]:
    yield from ("ooTextFile", "TextGrid", reader.double(), reader.double())
    if not reader.byte():
        yield "<absent>"
        return
    yield "<exists>"
    n_tiers = reader.long()
    yield float(n_tiers)
    for _ in range(n_tiers):
        kind = reader.text(reader.byte())
        yield from (kind, reader.name(), reader.double(), reader.double())
        n_elements = reader.long()
        yield float(n_elements)
        n_times = 1 if kind == "TextTier" else 2
        for _ in range(n_elements):
            for _ in range(n_times):
                yield reader.double()
            yield reader.name()


class _Reader:
    """The values of a file one after the other; raises `struct.error` at its end."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def byte(self) -> int:
        return int(self._next(_BYTE))

    def long(self) -> int:
        return int(self._next(_LONG))

    def double(self) -> float:
        return self._next(_DOUBLE)

    def name(self) -> str:
        """Return a text with its length before it."""
        length = int(self._next(_SHORT))
        if length == _WIDE:
            return self.text(2 * int(self._next(_SHORT)), "utf-16-be")
        return self.text(length)

    def text(self, n_bytes: int, encoding: str = "latin-1") -> str:
        """Return so many bytes as a text."""
        end = self._at + n_bytes
        if not self._at <= end <= len(self._data):
            raise struct.error("the file breaks off")
        read = self._data[self._at : end]
        self._at = end
        return read.decode(encoding)

    def _next(self, form: struct.Struct) -> float:
        (value,) = form.unpack_from(self._data, self._at)
        self._at += form.size
        return float(value)
