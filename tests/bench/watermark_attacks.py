"""What happens to a leak on its way, and how audible the mark is."""

import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from scipy import signal

from bot.redaction.watermark.played import SPEEDS, join_pieces, piece_starts

RATE_HZ = 16_000
Attack = Callable[[np.ndarray], np.ndarray]


def ffmpeg(samples: np.ndarray, name: str, *options: str) -> np.ndarray:
    """Written by ffmpeg with `options` to a file called `name`, and read again at 16
    kHz.
    """
    with tempfile.TemporaryDirectory() as folder:
        before, coded, after = (
            Path(folder) / n for n in ("before.wav", name, "after.wav")
        )
        soundfile.write(before, samples, RATE_HZ)
        for command in (
            ["-i", before, *options, coded],
            ["-i", coded, "-ar", str(RATE_HZ), "-ac", "1", after],
        ):
            program = [
                imageio_ffmpeg.get_ffmpeg_exe(),
                "-loglevel",
                "error",
                "-threads",
                "1",
                "-y",
            ]
            subprocess.run([*program, *map(str, command)], check=True, timeout=60)
        return soundfile.read(after, dtype="float32")[0]


def noisy(samples: np.ndarray, snr_db: float = 20.0) -> np.ndarray:
    rng = np.random.default_rng(len(samples))
    level = np.sqrt(np.square(samples).mean() / 10 ** (snr_db / 10))
    return (samples + level * rng.standard_normal(len(samples))).astype(np.float32)


def in_a_room(samples: np.ndarray, direct_db: float) -> np.ndarray:
    """Loudspeaker to microphone: echoes that fall by 60 dB in 0.4 s, a small
    loudspeaker, noise.

    `direct_db`: how much louder the direct sound is than all echoes together.
    """
    rng = np.random.default_rng(3)
    times = np.arange(int(0.5 * RATE_HZ)) / RATE_HZ
    echoes = rng.standard_normal(len(times)) * np.exp(-times / 0.058)
    echoes /= np.sqrt(np.square(echoes).sum()) * 10 ** (direct_db / 20)
    echoes[0] = 1.0
    filtered = signal.sosfilt(
        signal.butter(2, [250, 6_000], "bandpass", fs=RATE_HZ, output="sos"),
        signal.fftconvolve(samples, echoes)[: len(samples)],
    )
    return noisy(filtered.astype(np.float32), 20)


def everything(samples: np.ndarray) -> np.ndarray:
    cut = ffmpeg(0.5 * samples, "a.wav", "-af", "atempo=1.02")
    return ffmpeg(noisy(cut[len(cut) // 10 :]), "a.mp3", "-ar", "8000", "-b:a", "32k")


def played(samples: np.ndarray, speed: float) -> np.ndarray:
    """As the page's player plays it; a test compares both in Chromium."""
    return join_pieces(samples, speed, piece_starts(samples, speed))


def played_by_ffmpeg(samples: np.ndarray, speed: float) -> np.ndarray:
    return ffmpeg(samples, "a.wav", "-af", f"atempo={speed}")


ATTACKS: dict[str, Attack] = {
    "none": lambda x: x,
    "MP3 64 kbit/s": lambda x: ffmpeg(x, "a.mp3", "-b:a", "64k"),
    "MP3 32 kbit/s": lambda x: ffmpeg(x, "a.mp3", "-b:a", "32k"),
    "AAC 64 kbit/s in M4A": lambda x: ffmpeg(x, "a.m4a", "-b:a", "64k"),
    "Opus 24 kbit/s": lambda x: ffmpeg(x, "a.ogg", "-c:a", "libopus", "-b:a", "24k"),
    "8 kHz": lambda x: ffmpeg(x, "a.wav", "-ar", "8000"),
    "volume -20 dB": lambda x: 0.1 * x,
    "20 % cropped at the beginning": lambda x: x[len(x) // 5 :],
    "20 % cropped at the end": lambda x: x[: -len(x) // 5],
    "10 % cropped at either end": lambda x: x[len(x) // 10 : -len(x) // 10],
    "noise at 20 dB SNR": noisy,
    "3 % shorter, pitch kept": lambda x: ffmpeg(x, "a.wav", "-af", "atempo=1.0309"),
    "3 % longer, pitch kept": lambda x: ffmpeg(x, "a.wav", "-af", "atempo=0.9709"),
    "3 % faster and higher": lambda x: signal.resample_poly(x, 100, 103).astype(
        np.float32
    ),
    "3 % slower and lower": lambda x: signal.resample_poly(x, 103, 100).astype(
        np.float32
    ),
    **{f"player {speed}": partial(played, speed=speed) for speed in SPEEDS},
    **{f"atempo {speed}": partial(played_by_ffmpeg, speed=speed) for speed in SPEEDS},
    "player 1.5, AAC 64 kbit/s": lambda x: ffmpeg(
        played(x, 1.5), "a.m4a", "-b:a", "64k"
    ),
    "a phone near the loudspeaker": lambda x: in_a_room(x, 6.0),
    "a phone across the room": lambda x: in_a_room(x, 0.0),
    "all: -6 dB, 2 % stretch, crop, noise, 8 kHz MP3 32": everything,
}


def snr_db(plain: np.ndarray, marked: np.ndarray) -> float:
    """Of the snippet to the difference the mark makes."""
    return float(
        10 * np.log10(np.square(plain).sum() / np.square(marked - plain).sum())
    )


def segmental_snr_db(plain: np.ndarray, marked: np.ndarray) -> float:
    """Mean over pieces of 20 ms, each within -10..35 dB (Hansen and Pellom, ICSLP
    1998).
    """
    n = len(plain) // 320 * 320
    power = np.square(plain[:n]).reshape(-1, 320).mean(axis=1)
    change = np.square(marked[:n] - plain[:n]).reshape(-1, 320).mean(axis=1)
    heard = power > 1e-8
    ratios = 10 * np.log10(power[heard] / (change[heard] + 1e-12))
    return float(np.clip(ratios, -10, 35).mean())


def noise_to_mask_db(plain: np.ndarray, marked: np.ndarray) -> float:
    """Mean noise-to-mask ratio, as PEAQ (ITU-R BS.1387) names it; below 0 means masked.

    The mask is Johnston's (IEEE JSAC 6, 1988): energy in critical bands, spread by
    Schroeder's function, lowered by his offset, half way between that for noise and
    that for tones.
    """
    edges_hz = np.array(
        [0, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000]
    )
    edges_hz = np.append(edges_hz, [2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700])
    frequencies_hz, _, spectra = signal.stft(
        np.stack([plain, marked - plain]), RATE_HZ, nperseg=512
    )
    first = np.searchsorted(frequencies_hz, edges_hz)
    bands = np.add.reduceat(np.square(np.abs(spectra)), first, axis=1)[:, :-1]
    apart = (
        np.subtract.outer(np.arange(len(first) - 1), np.arange(len(first) - 1)) + 0.474
    )
    spread_db = 15.81 + 7.5 * apart - 17.5 * np.sqrt(1 + apart**2)
    spread = 10 ** (spread_db / 10) / (10 ** (spread_db / 10)).sum(
        axis=1, keepdims=True
    )
    offset_db = 0.5 * 5.5 + 0.5 * (14.5 + np.arange(1, len(first)))
    mask = spread @ bands[0] * 10 ** (-offset_db[:, None] / 10) + 1e-10
    heard = bands[0].sum(axis=0) > 1e-7
    return float(10 * np.log10((bands[1] / mask)[:, heard].mean()))
