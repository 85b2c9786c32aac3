"""Where a moment lies in recordings that are nothing but frames one after the other.

AMR and raw AAC have no index: ffmpeg can only decode them from their beginning, which costs more
than all the rest. Their frames tell how long they are, so that most can be passed over unread.
"""

from collections.abc import Callable
from os import SEEK_CUR
from pathlib import Path
from typing import BinaryIO

from bot.redaction.containers import adts_rate_hz, tag_bytes

_AMR_FRAME_S = 0.02
_AMR_MAGIC = {"amr": b"#!AMR\n", "amr-wb": b"#!AMR-WB\n"}
# Octets of a frame with its header, by frame type (RFC 4867, tables 1 and 2 of 3GPP TS 26.101/201).
_AMR_BYTES = {
    "amr": (13, 14, 16, 18, 20, 21, 27, 32, 6) + 7 * (1,),
    "amr-wb": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6) + 6 * (1,),
}
_HEAD_BYTES = 7  # of an ADTS frame; AMR needs one of them
_AAC_FRAMES = 1024

Frame = tuple[int, float]  # bytes, seconds


def skippable(path: Path, container: str, until_s: float) -> tuple[int, float]:
    """How many bytes from the file's first hold whole frames before `until_s`, and their seconds.

    (0, 0.0) where the frames cannot be followed: then all must be decoded.
    """
    if until_s <= 0:
        return 0, 0.0
    # Read in pieces, not mapped: where a mapped file is cut short meanwhile, the process dies.
    with path.open("rb") as file:  # not mapped: a file cut short meanwhile would end the process
        if container in _AMR_MAGIC:
            file.seek(len(_AMR_MAGIC[container]))
            return _follow(file, until_s, _amr_frame(container))
        file.seek(tag_bytes(file.read(10)))
        return _follow(file, until_s, _adts_frame)


def _follow(
    file: BinaryIO, until_s: float, frame: Callable[[bytes], Frame | None]
) -> tuple[int, float]:
    passed_s = 0.0
    while head := file.read(_HEAD_BYTES):
        found = frame(head)
        if found is None:
            break
        n_bytes, seconds = found
        if passed_s + seconds > until_s:
            return file.tell() - len(head), passed_s
        file.seek(n_bytes - len(head), SEEK_CUR)
        passed_s += seconds
    return 0, 0.0


def _amr_frame(container: str) -> Callable[[bytes], Frame]:
    sizes = _AMR_BYTES[container]
    return lambda head: (sizes[head[0] >> 3 & 0x0F], _AMR_FRAME_S)


def _adts_frame(head: bytes) -> Frame | None:
    """ISO 13818-7 section 6.2; None where no frame begins."""
    rate_hz = adts_rate_hz(head)
    if len(head) < _HEAD_BYTES or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or not rate_hz:
        return None
    n_bytes = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if n_bytes < _HEAD_BYTES:
        return None
    return n_bytes, _AAC_FRAMES * (1 + (head[6] & 3)) / rate_hz
