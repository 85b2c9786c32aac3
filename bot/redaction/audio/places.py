"""Whether a decoder finds each place of a recording where a plain decode has it."""

import os
import struct
from typing import BinaryIO

from bot.redaction.audio.containers import tag_bytes

# Rarely more than this stands after the last frame of an MP3: an ID3v1 or APE tag.
_TAGS_AFTER_BYTES = 4_096
_FIRST_FRAME_BYTES = 256
_HAS_FRAMES, _HAS_BYTES = 1, 2
_BLOCK_BYTES = 1 << 20
_FLAC_BLOCK_HEAD = struct.Struct(">BBH")
_FLAC_INFO_BYTES = 34
_FLAC_FRAME_HEAD_BYTES = 5
_FLAC_LAST = 0x80
_MOST_FLAC_BLOCKS = 1_000
_FLAC_RATES_HZ = {
    1: 88_200,
    2: 176_400,
    3: 192_000,
    4: 8_000,
    5: 16_000,
    6: 22_050,
    7: 24_000,
    8: 32_000,
    9: 44_100,
    10: 48_000,
    11: 96_000,
}
# A file joined to the end of another begins with one of these.
_BEGINNINGS = {
    "flac": b"fLaC",
    "webm": b"\x1a\x45\xdf\xa3",
}


def finds_places(file: BinaryIO, container: str) -> bool:
    """Return whether libsndfile may be asked about places in the file.

    It searches an MP3 by its frames and a FLAC by its size, and is led astray by what
    was joined to the end or cut into them.
    """
    if container == "mp3":
        return _is_counted(file)
    if container == "flac":
        return not _holds_another(file, container) and _begins_as_its_header_has_it(
            file
        )
    return True


def may_jump(file: BinaryIO, container: str) -> bool:
    """Return whether ffmpeg may be sent to a place by its time.

    The second of two joined WebM recordings begins its clock anew.
    """
    if container == "mp4":
        return True
    return container == "webm" and not _holds_another(file, container)


def _is_counted(file: BinaryIO) -> bool:
    """Return whether an MP3 begins with its length in bytes, and has that length.

    Source of the layout: the Xing tag, which encoders write into the first frame.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = tag_bytes(file.read(10))
    file.seek(start)
    frame = file.read(_FIRST_FRAME_BYTES)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0:
        return False
    if at + 16 > len(frame):
        return False
    flags = frame[at + 7]
    if not flags & _HAS_BYTES:
        return False
    counted_at = at + 8
    if flags & _HAS_FRAMES:
        if not any(frame[counted_at : counted_at + 4]):
            return False
        counted_at += 4
    n_counted = int.from_bytes(frame[counted_at : counted_at + 4], "big")
    return abs(size - start - n_counted) <= _TAGS_AFTER_BYTES


def _begins_as_its_header_has_it(file: BinaryIO) -> bool:
    """Return whether a FLAC's first frame has the number 0 and the header's rate.

    A part that was cut out without decoding keeps the numbers of the whole. A frame may
    leave its rate to the header (RFC 9639, sections 8.2, 9.1.2 and 9.1.5).
    """
    file.seek(0)
    at = tag_bytes(file.read(10)) + len(_BEGINNINGS["flac"])
    rate_hz = 0
    for _ in range(_MOST_FLAC_BLOCKS):
        file.seek(at)
        block = file.read(_FLAC_BLOCK_HEAD.size + _FLAC_INFO_BYTES)
        if len(block) < _FLAC_BLOCK_HEAD.size:
            return True
        kind, high, low = _FLAC_BLOCK_HEAD.unpack_from(block)
        if kind & ~_FLAC_LAST == 0:
            rate_hz = int.from_bytes(block[14:17], "big") >> 4
        at += _FLAC_BLOCK_HEAD.size + (high << 16 | low)
        if kind & _FLAC_LAST:
            break
    file.seek(at)
    frame = file.read(_FLAC_FRAME_HEAD_BYTES)
    if len(frame) < _FLAC_FRAME_HEAD_BYTES:
        return True
    code, number = frame[2] & 0x0F, frame[4]
    return number == 0 and _FLAC_RATES_HZ.get(code, rate_hz) == rate_hz


def _holds_another(file: BinaryIO, container: str) -> bool:
    """Return whether a second recording begins somewhere after the first."""
    beginning = _BEGINNINGS[container]
    file.seek(0)
    file.seek(tag_bytes(file.read(10)) + len(beginning))
    before = b""
    while block := file.read(_BLOCK_BYTES):
        if beginning in before + block:
            return True
        before = block[-len(beginning) :]
    return False
