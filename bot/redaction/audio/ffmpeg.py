"""Decodes a window with the ffmpeg binary that imageio-ffmpeg brings along.

A child process, so that a decoder's crash is an error sentence and not the end of the
bot. pydub takes what it decoded and folds the channels; its own `from_file` would start
the same binary, but with neither a time limit nor a bound on what it reads.
"""

import subprocess
import warnings
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from bot.errors import Invalid
from bot.redaction.audio.frames import skippable
from bot.redaction.audio.signal import RATE_HZ, Samples

with warnings.catch_warnings():
    # Importing pydub looks for an ffmpeg on the PATH, which we do not need.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.exceptions import CouldntDecodeError

_TIMEOUT_S = 4.0
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
    "flac": "flac",
    "mp3": "mp3",
}
# Without an index ffmpeg guesses a position from the bit rate and lands seconds away.
_OF_FRAMES_ONLY = {
    "adts": "aac",
    "amr": "amrnb",
    "amr-wb": "amrwb",
}  # demuxers without a header
_WITHOUT_INDEX = {*_OF_FRAMES_ONLY, "mp3"}
_RUN_UP_S = 0.25


def can_decode(container: str) -> bool:
    return container in _DEMUXERS


def decode(path: Path, container: str, start_s: float, length_s: float) -> Samples:
    """Mono at 16 kHz, shape (frames,); shorter, or empty, where the recording ends
    before.

    Raises Invalid where ffmpeg finds no sound, fails, or takes longer than 4 s.
    """
    try:
        done = subprocess.run(
            _command(path, container, start_s, length_s),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a damaged file may fill it without end
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(
            "This recording takes too long to decode. Convert it to WAV or FLAC and ask again."
        ) from error
    if done.returncode != 0 and not done.stdout:
        raise Invalid(
            "This recording is damaged or has no sound. Check that it plays, or convert it to WAV."
        )
    return _folded(done.stdout)


def _folded(wav: bytes) -> Samples:
    """The mean of the channels of a 16-bit WAV, shape (frames,)."""
    try:
        mono = AudioSegment(data=wav).set_channels(1)
    except (
        CouldntDecodeError
    ):  # ffmpeg ended before the first sample: nothing was in the window
        return np.zeros(0, dtype=np.float32)
    return np.frombuffer(mono.raw_data, dtype="<i2").astype(np.float32) / np.float32(
        32_768
    )


def _command(path: Path, container: str, start_s: float, length_s: float) -> list[str]:
    """A coarse jump before `-i`, the exact cut after it.

    After a jump the first whole frame comes up to 64 ms late; only the cut on the
    output side goes by time stamps (measured against the other formats in
    tests/realdata).
    """
    jump, jumped_s = _jump(path, container, max(0.0, start_s - _RUN_UP_S))
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-loglevel", "quiet", "-threads", "1"),
        *("-max_alloc", str(_MAX_ALLOC_BYTES), "-protocol_whitelist", "file"),
        *(*jump, "-i", f"file:{path}"),
        *("-ss", f"{start_s - jumped_s:.6f}", "-t", f"{length_s:.6f}"),
        *("-map", "0:a:0", "-ar", str(RATE_HZ), "-c:a", "pcm_s16le"),
        *(
            "-flush_packets",
            "0",
            "-f",
            "wav",
            "pipe:1",
        ),  # else it wakes us for every packet
    ]


def _jump(path: Path, container: str, to_s: float) -> tuple[list[str], float]:
    """Options that begin near `to_s`, and where they do begin."""
    if container in _OF_FRAMES_ONLY:
        n_bytes, passed_s = skippable(path, container, to_s)
        if n_bytes:
            skip = [
                "-f",
                _OF_FRAMES_ONLY[container],
                "-skip_initial_bytes",
                str(n_bytes),
            ]
            return skip, passed_s
    demuxer = ["-f", _DEMUXERS[container]]
    if to_s == 0 or container in _WITHOUT_INDEX:
        return demuxer, 0.0
    return [*demuxer, "-ss", f"{to_s:.6f}"], to_s
