"""Helps for the listener, applied to a finished snippet. What is masked stays
masked.
"""

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from bot.redaction.audio import loudness
from bot.redaction.audio.signal import RATE_HZ, Samples

QUIET_GAIN = 10 ** (-12 / 20)
_SLOWEST, _FASTEST = 0.5, 2.0
_FFT_SIZE = 512
_HOP = 128
_NOISE_PERCENTILE = 10
_OVER_SUBTRACTION = (
    3.0  # also makes up for the low percentile, which lies under the mean
)
_GAIN_FLOOR = 10 ** (-12 / 20)  # more than 12 dB of reduction costs consonants
_SPEECH_BAND_HZ = (1_500.0, 4_500.0)
_EMPHASIS_DB = 4.0
_GRAIN = 480  # 30 ms, two periods of the lowest voice
_SEEK = 120


def clarify(samples: Samples) -> Samples:
    """Less noise and more of what tells consonants apart; same length, never above -1
    dBTP.

    `samples`: float32 mono at 16 kHz, shape (frames,). A Wiener gain against the
    quietest tenth of each band, at most 12 dB, then 4 dB more between 1.5 and 4.5 kHz.
    """
    if len(samples) < _FFT_SIZE:
        return samples
    spectra = _stft(samples)
    power = np.square(np.abs(spectra))
    gains = _wiener_gains(power) * _emphasis()
    cleared = _istft(spectra * gains, len(samples))
    before = float(np.square(samples).mean())
    after = float(np.square(cleared).mean())
    level = np.sqrt(before / after) if after > 0 else 1.0
    return loudness.limit((cleared * level).astype(np.float32), RATE_HZ)


def slow(samples: Samples, speed: float) -> Samples:
    """The same pitch at another speed (0.5 to 2; outside it is brought to the nearest).

    WSOLA (Verhelst and Roelands 1993): grains of 30 ms, each moved by up to 7.5 ms to
    where it continues the wave before it.
    """
    speed = min(max(speed, _SLOWEST), _FASTEST)
    n_out = round(len(samples) / speed)
    if speed == 1 or len(samples) < 2 * _GRAIN:
        return samples
    half = _GRAIN // 2
    window = signal.windows.hann(_GRAIN, sym=False).astype(np.float32)
    padded = np.pad(samples, (_SEEK + half, _GRAIN + 2 * _SEEK))
    out = np.zeros(n_out + 2 * _GRAIN, dtype=np.float32)
    continues = padded[_SEEK : _SEEK + _GRAIN]
    for start in range(0, n_out + half, half):
        middle = min(round(start * speed), len(samples)) + _SEEK
        area = padded[middle - _SEEK : middle + _SEEK + _GRAIN]
        at = middle - _SEEK + int(np.correlate(area, continues, mode="valid").argmax())
        out[start : start + _GRAIN] += padded[at : at + _GRAIN] * window
        continues = np.pad(padded[at + half :][:_GRAIN], (0, _GRAIN))[:_GRAIN]
    return out[half : half + n_out]


def quieter(samples: Samples) -> Samples:
    """12 dB less, for the first play of what may be loud."""
    return np.asarray(samples * np.float32(QUIET_GAIN), dtype=np.float32)


def _stft(samples: Samples) -> npt.NDArray[np.complex64]:
    padded = np.pad(samples, (_FFT_SIZE, 2 * _FFT_SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT_SIZE)[::_HOP]
    return np.asarray(fft.rfft(frames * _WINDOW, axis=1), dtype=np.complex64)


def _istft(spectra: npt.NDArray[np.complex64], n_frames: int) -> Samples:
    frames = fft.irfft(spectra, _FFT_SIZE, axis=1) * _WINDOW
    overlap = _FFT_SIZE // _HOP
    out = np.zeros((len(frames) + overlap, _HOP), dtype=np.float32)
    for i in range(overlap):
        out[i : i + len(frames)] += frames[:, i * _HOP : (i + 1) * _HOP]
    return out.reshape(-1)[_FFT_SIZE : _FFT_SIZE + n_frames]


# Square root of a Hann window, applied twice; four of its squares overlap to 2.
_WINDOW = np.sqrt(signal.windows.hann(_FFT_SIZE, sym=False) / 2).astype(np.float32)


def _wiener_gains(power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Shape of `power`, (n_frames, n_bins). Silent frames (masked, or before the sound)
    tell nothing of the noise and are left out.
    """
    loud = power.sum(axis=1) > 1e-8
    if not loud.any():
        return np.ones_like(power)
    smooth = signal.lfilter([0.4], [1, -0.6], power, axis=0)
    noise = np.percentile(smooth[loud], _NOISE_PERCENTILE, axis=0) * _OVER_SUBTRACTION
    gains = np.sqrt(np.maximum(1 - noise / np.maximum(smooth, 1e-12), 0))
    return np.asarray(np.maximum(gains, _GAIN_FLOOR), dtype=np.float32)


def _emphasis() -> npt.NDArray[np.float32]:
    frequencies_hz = fft.rfftfreq(_FFT_SIZE, 1 / RATE_HZ)
    low, high = _SPEECH_BAND_HZ
    rise = 1 / (1 + np.exp(-(frequencies_hz - low) / 200))
    fall = 1 / (1 + np.exp((frequencies_hz - high) / 400))
    return np.asarray(10 ** (_EMPHASIS_DB * rise * fall / 20), dtype=np.float32)
