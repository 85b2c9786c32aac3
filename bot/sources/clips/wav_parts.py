"""Which bytes of a large WAV file hold a part of it; nothing is read here."""

import struct

from storage.records import Span

# The head of a file is enough for all chunks that may stand before the samples.
HEAD_BYTES = 128 * 1024
# This much is fetched on either side of the part: decoders need a run-up.
_MARGIN_MS = 1_000
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIH")
# Integers, floats, A-law, µ-law and the extension of these: a second has always as many
# bytes, so that a moment has one place.
_EVEN_FORMATS = {0x0001, 0x0003, 0x0006, 0x0007}
_EXTENSIBLE = 0xFFFE
_SUBFORMAT_AT = 24
_RIFF_BYTES = 12


def bytes_of_part(
    head: bytes,
    size: int,
    part: Span,
) -> range | None:
    """Return which bytes of a file of `size` hold `part`, None where only all do.

    `head` is how the file begins, at least up to its samples.
    """
    if (head[:4], head[8:12]) != (b"RIFF", b"WAVE"):
        return None
    bytes_a_second = 0
    frame_bytes = 0
    at = _RIFF_BYTES
    while at + _CHUNK.size <= len(head):
        name, length = _CHUNK.unpack_from(head, at)
        at += _CHUNK.size
        if name == b"fmt ":
            bytes_a_second, frame_bytes = _pace(head[at : at + length])
        if name == b"data":
            return _place(
                at,
                size,
                bytes_a_second,
                frame_bytes,
                part,
            )
        at += length + length % 2
    return None


def _pace(chunk: bytes) -> tuple[int, int]:
    """Return the bytes of a second and of a frame, zeros where they vary."""
    if len(chunk) < _FORMAT.size:
        return 0, 0
    kind, _, _, bytes_a_second, frame_bytes = _FORMAT.unpack_from(chunk)
    if kind == _EXTENSIBLE and len(chunk) >= _SUBFORMAT_AT + 2:
        kind = int.from_bytes(chunk[_SUBFORMAT_AT : _SUBFORMAT_AT + 2], "little")
    if kind not in _EVEN_FORMATS:
        return 0, 0
    return bytes_a_second, frame_bytes


def _place(
    start: int,
    size: int,
    bytes_a_second: int,
    frame_bytes: int,
    part: Span,
) -> range | None:
    if 0 in {bytes_a_second, frame_bytes}:
        return None
    first_ms = max(0, part.start_ms - _MARGIN_MS)
    last_ms = part.end_ms + _MARGIN_MS
    first = start + first_ms * bytes_a_second // 1000 // frame_bytes * frame_bytes
    last = start + last_ms * bytes_a_second // 1000 + frame_bytes
    return range(min(first, size), min(last, size))
