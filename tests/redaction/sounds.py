"""Sounds the redaction tests are made of."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from scipy import signal

RATE_HZ = 16_000


def buzz(seconds: float, pitch_hz: float = 120, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Voiced, speech-like: harmonics under three formants, a syllable five times a
    second.
    """
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    glide = pitch_hz * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * times))
    phase = 2 * np.pi * np.cumsum(glide) / rate_hz
    sound = np.zeros(len(times))
    for harmonic in range(1, int(0.45 * rate_hz / (1.1 * pitch_hz))):
        frequency = harmonic * pitch_hz
        level = sum(1 / (1 + ((frequency - f) / 120) ** 2) for f in (550, 1500, 2500))
        sound += level * np.sin(harmonic * phase)
    sound *= 0.55 - 0.45 * np.cos(2 * np.pi * 5 * times)
    return (0.3 * sound / max(np.abs(sound).max(), 1e-9)).astype(np.float32)


def hiss(seconds: float, level: float = 0.1) -> np.ndarray:
    n_frames = int(seconds * RATE_HZ)
    return (level * np.random.default_rng(1).standard_normal(n_frames)).astype(
        np.float32
    )


def save(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ, **how: str) -> Path:
    soundfile.write(path, samples, rate_hz, **how)
    return path


def convert(source: Path, target: Path, *options: str) -> Path:
    """Through ffmpeg, for the formats soundfile cannot write."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    command = [
        ffmpeg,
        "-y",
        "-loglevel",
        "error",
        "-i",
        str(source),
        *options,
        str(target),
    ]
    subprocess.run(command, check=True, timeout=60)
    return target


def plain_decode(path: Path) -> np.ndarray:
    """Return what `ffmpeg -i FILE` gives, which recognisers and players go by."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "quiet", "-i", str(path)]
    command += ["-vn", "-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "pipe:1"]
    done = subprocess.run(command, check=True, timeout=60, stdout=subprocess.PIPE)
    return np.frombuffer(done.stdout, dtype=np.float32)


def delay_ms(reference: np.ndarray, samples: np.ndarray) -> float:
    """How much later `samples` are than `reference`, by the highest correlation."""
    size = len(reference) + len(samples)
    product = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(reference, size))
    correlation = np.fft.irfft(product, size)
    lag = int(np.abs(correlation).argmax())
    return (lag - size if lag > size // 2 else lag) * 1000 / RATE_HZ


def true_peak(samples: np.ndarray) -> float:
    """The highest absolute value between the samples too, by four-fold oversampling
    (BS.1770).
    """
    return (
        float(np.abs(signal.resample_poly(samples, 4, 1)).max())
        if len(samples)
        else 0.0
    )
