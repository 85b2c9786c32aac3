"""Find moments in recordings that are frames one after the other.

AMR and raw AAC have no index: ffmpeg can only decode them from their beginning, which
costs more than all the rest. Each frame begins with its length, so that most frames can
be passed over unread.
"""

from collections.abc import Callable
from typing import BinaryIO

from bot.redaction.audio.containers import (
    adts_frame_bytes,
    adts_rate_hz,
    tag_bytes,
)

_AMR_FRAME_S = 0.02
_AMR_PADDING = 0x83
_AMR_QUALITY = 0x04
_AMR_SILENCE = 8
_AMR_WB_SILENCE = 9
_AMR_SPEECH_LOST = 14
_AMR_NOT_SENT = 15
_AMR_MAGIC = {
    "amr": b"#!AMR\n",
    "amr-wb": b"#!AMR-WB\n",
}
# These are octets of a frame with its header, by frame type (RFC 4867, tables 1 and 2
# of 3GPP TS 26.101/201).
_AMR_BYTES = {
    "amr": (13, 14, 16, 18, 20, 21, 27, 32, 6) + 7 * (1,),
    "amr-wb": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6) + 6 * (1,),
}
# An ADTS frame has a head of this length; AMR needs one byte of it.
_HEAD_BYTES = 7
_AAC_FRAMES = 1024
_BLOCK_BYTES = 65_536

# A frame is given by its bytes and its seconds.
Frame = tuple[int, float]
# A reader returns the frame that begins at a place of a block, None for none.
Reader = Callable[[bytes, int], Frame | None]


def skippable(
    file: BinaryIO,
    container: str,
    until_s: float,
) -> tuple[int, float]:
    """Return how many bytes hold whole frames before `until_s`, and their seconds.

    Bytes count from the file's first. (0, 0.0) where the frames cannot be followed: then
    all must be decoded.
    """
    if until_s <= 0:
        return 0, 0.0
    # The file is read in pieces, not mapped: if a mapped file is cut short meanwhile,
    # the process dies.
    if container in _AMR_MAGIC:
        file.seek(len(_AMR_MAGIC[container]))
        return _follow(file, until_s, _amr_frame(container))
    file.seek(0)
    file.seek(tag_bytes(file.read(10)))
    return _follow(file, until_s, _adts_frame)


def _follow(
    file: BinaryIO,
    until_s: float,
    frame: Reader,
) -> tuple[int, float]:
    first = file.tell()
    block = b""
    at = 0
    passed_s = 0.0
    while True:
        if at + _HEAD_BYTES > len(block):
            first = file.seek(first + at)
            at = 0
            block = file.read(_BLOCK_BYTES)
        if not block:
            return 0, 0.0
        found = frame(block, at)
        if found is None:
            return 0, 0.0
        n_bytes, seconds = found
        if passed_s + seconds > until_s:
            return first + at, passed_s
        at += n_bytes
        passed_s += seconds


def _amr_frame(container: str) -> Reader:
    """Return a reader that finds no frame in damage or in a second file's head.

    The padding bits of a frame's first byte are 0, and its type is in use (RFC 4867,
    section 5.3). A frame from which ffmpeg makes no sound takes no time.
    """
    sizes = _AMR_BYTES[container]

    def read(block: bytes, at: int) -> Frame | None:
        first = block[at]
        frame_type = first >> 3 & 0x0F
        has_padding = first & _AMR_PADDING != 0
        is_reserved = sizes[frame_type] == 1 and frame_type < _AMR_SPEECH_LOST
        if has_padding or is_reserved:
            return None
        seconds = 0.0
        if _has_sound(container, first):
            seconds = _AMR_FRAME_S
        return sizes[frame_type], seconds

    return read


def _has_sound(container: str, first: int) -> bool:
    """Return whether ffmpeg makes sound from a frame with this first byte.

    It leaves out the frames of silence of a telephone that sends only speech. In AMR-WB
    it fills in damaged frames and those that were not sent.
    """
    frame_type = first >> 3 & 0x0F
    if container == "amr":
        return frame_type < _AMR_SILENCE
    is_good = first & _AMR_QUALITY != 0
    if frame_type == _AMR_NOT_SENT:
        return True
    return frame_type < _AMR_WB_SILENCE or not is_good


def _adts_frame(block: bytes, at: int) -> Frame | None:
    """Return the frame of raw AAC that begins there."""
    n_bytes = adts_frame_bytes(block, at)
    if n_bytes == 0:
        return None
    head = block[at : at + _HEAD_BYTES]
    return n_bytes, _AAC_FRAMES * (1 + (head[6] & 3)) / adts_rate_hz(head)
