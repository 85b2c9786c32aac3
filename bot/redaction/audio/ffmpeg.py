"""Build ffmpeg's arguments for a window, and read its output.

All times are on the clock of a plain `ffmpeg -i FILE`: it starts with the file's first
stream, a late track stays late, and a gap is silence. Recognisers and players go by it.
"""

import struct
from typing import BinaryIO

import numpy as np

from bot.redaction.audio.frames import skippable
from bot.redaction.audio.signal import RATE_HZ, Samples

_MAX_ALLOC_BYTES = 100_000_000

# The demuxer is named, never guessed: a playlist dressed up as a recording would make
# ffmpeg fetch what it lists (CVE-2016-1897).
_DEMUXERS = {
    "mp4": "mov",
    "webm": "matroska",
    "adts": "aac",
    "amr": "amr",
    "amr-wb": "amr",
    "wav": "wav",
    "w64": "w64",
    "aiff": "aiff",
    "caf": "caf",
    "au": "au",
    "ogg": "ogg",
    "ogg-flac": "ogg",
    "flac": "flac",
    "mp3": "mp3",
    "sphere": "nist",
}
# These formats are frames alone: their demuxers can begin at any frame.
_OF_FRAMES_ONLY = {
    "adts": "aac",
    "amr": "amrnb",
    "amr-wb": "amrwb",
}
_WITH_TIME_STAMPS = {"mp4", "webm", "ogg", "ogg-flac"}
_RUN_UP_S = 0.25
_JUMP_RUN_UP_S = 2.0

# A gap or an overlap shorter than this is jitter of the time stamps.
_JITTER_S = 0.02
# Variable 0 is the end of the frame before. Variable 1 is added since a recording
# joined to the end of another began its clock anew. Variable 2 is the frame's time.
_FRAME_TIME = "st(2,if(isnan(PTS),ld(0),PTS+ld(1)))"
_BY_TIME_STAMPS = (
    f"asetpts='{_FRAME_TIME};"
    f"if(lt(ld(2),ld(0)-{_JITTER_S}/TB),st(1,ld(1)+ld(0)-ld(2)));"
    f"{_FRAME_TIME};"
    "st(0,ld(2)+NB_SAMPLES/SR/TB);ld(2)',"
    f"aresample={RATE_HZ}:async=1:min_hard_comp={_JITTER_S}:first_pts=0"
)
# Where a file has no time stamps, ffmpeg counts one for each frame, damaged ones too; a
# plain decode leaves those out.
_BY_SAMPLES = f"asetpts=NB_CONSUMED_SAMPLES/SR/TB,aresample={RATE_HZ}"

_AU_HEAD = struct.Struct(">4s5I")
_AU_FLOAT = 6


def arguments(
    file: BinaryIO,
    container: str,
    start_s: float,
    length_s: float,
    *,
    jump: bool,
) -> list[str]:
    """Return ffmpeg's arguments for a window of the recording on descriptor 0.

    The jump before `-i` is coarse; the cut after it goes by time stamps and is exact.
    """
    before = ["-f", _DEMUXERS[container]]
    passed_s = 0.0
    if container in _OF_FRAMES_ONLY:
        n_bytes, passed_s = skippable(file, container, start_s - _RUN_UP_S)
        if n_bytes:
            demuxer = _OF_FRAMES_ONLY[container]
            before = ["-f", demuxer, "-skip_initial_bytes", str(n_bytes)]
    elif jump:
        passed_s = start_s - _JUMP_RUN_UP_S
        before += ["-ss", f"{passed_s:.6f}"]
    filters = _BY_SAMPLES
    if container in _WITH_TIME_STAMPS:
        filters = _BY_TIME_STAMPS
    return [
        *("-nostdin", "-hide_banner", "-loglevel", "quiet", "-threads", "1"),
        *("-max_alloc", str(_MAX_ALLOC_BYTES), "-protocol_whitelist", "fd"),
        *before,
        *("-i", "fd:", "-vn", "-sn", "-dn", "-af", filters),
        *("-ss", f"{start_s - passed_s:.6f}", "-t", f"{length_s:.6f}"),
        # Without it ffmpeg wakes the reader for every packet.
        *("-flush_packets", "0"),
        *("-c:a", "pcm_f32be", "-f", "au", "pipe:1"),
    ]


def channels_of(au: memoryview, most_channels: int) -> tuple[int, Samples | None]:
    """Return the number of channels and the samples of an AU file as ffmpeg writes it.

    Shape (frames, channels), float32 at 16 kHz. There are 0 channels where it is no such
    file, and no samples where there are more than `most_channels`.
    """
    if len(au) < _AU_HEAD.size:
        return 0, None
    magic, start, _, encoding, rate_hz, n_channels = _AU_HEAD.unpack_from(au)
    if (magic, encoding, rate_hz) != (b".snd", _AU_FLOAT, RATE_HZ):
        return 0, None
    if not 1 <= n_channels <= most_channels:
        return n_channels, None
    frame_bytes = 4 * n_channels
    n_frames = max(0, len(au) - start) // frame_bytes
    end = start + n_frames * frame_bytes
    values = np.frombuffer(au[start:end], dtype=">f4")
    return n_channels, values.astype(np.float32).reshape(n_frames, n_channels)
