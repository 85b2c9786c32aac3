"""Takes speech apart into pitch, periodicity and spectral envelope, and puts it together again.

Nothing of the waveform survives: only what `Speech` holds reaches the output, made audible with new
pulses and new noise.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from bot.redaction import pitch
from bot.redaction.samples import RATE_HZ, Samples

Floats = npt.NDArray[np.float32]

HOP = RATE_HZ // 125  # 8 ms
FFT_SIZE = 768
N_BINS = FFT_SIZE // 2 + 1
_UNVOICED_F0_HZ = np.float32(300)  # sets the resolution of the envelope where there is no pitch
_LOWEST_F0_HZ = np.float32(RATE_HZ / FFT_SIZE * 3)  # three periods are the longest frame there is
_FLOOR = 1e-10
_FRAMES_AT_ONCE = 64


@dataclass(frozen=True)
class Speech:
    """Eight milliseconds a frame, at 16 kHz.

    `f0_hz`: (n_frames,), 0 where unvoiced. `periodicity`: (n_frames,), in [0, 1].
    `envelope`: (n_frames, N_BINS), natural logarithm of the power spectrum, 0 to 8 kHz.
    """

    f0_hz: Floats
    periodicity: Floats
    envelope: Floats


def analyse(samples: Samples) -> Speech:
    """`samples`: float32 mono at 16 kHz, shape (frames,), not empty."""
    found = pitch.track(samples, RATE_HZ, HOP)
    return Speech(found.f0_hz, found.periodicity, _envelope(samples, found.f0_hz))


def synthesise(speech: Speech, n_frames: int, rng: np.random.Generator) -> Samples:
    """`n_frames` new samples: pulses at `f0_hz` mixed with noise, shaped by the envelope."""
    pulses = _windows(_pulses(speech.f0_hz, n_frames))
    noise = _windows(rng.standard_normal(n_frames).astype(np.float32))
    made = [
        _sound(pulses[part], noise[part], _part_of(speech, part)) for part in parts(len(pulses))
    ]
    return _overlap_add(np.concatenate(made), n_frames)


def _sound(pulses: Floats, noise: Floats, speech: Speech) -> Floats:
    """What each frame adds to the output, shape (n_frames, FFT_SIZE)."""
    tonal = _tonal_share(speech)
    spectra = _spectra(pulses) * np.sqrt(tonal) + _spectra(noise) * np.sqrt(1 - tonal)
    spectra *= _minimum_phase(speech.envelope)
    return np.asarray(fft.irfft(spectra, FFT_SIZE, axis=1))


def parts(n_frames: int) -> list[slice]:
    """Half a second at a time: arrays that stay in the cache, and no new pages of memory for each
    step; half the CPU of all frames at once, and the same result."""
    return [slice(i, i + _FRAMES_AT_ONCE) for i in range(0, n_frames, _FRAMES_AT_ONCE)]


def _part_of(speech: Speech, part: slice) -> Speech:
    return Speech(speech.f0_hz[part], speech.periodicity[part], speech.envelope[part])


def _envelope(samples: Samples, f0_hz: Floats) -> Floats:
    """Pitch-adaptive smoothing after CheapTrick (Morise 2015): window of three periods, spectrum
    averaged over 2/3 of the pitch, then liftered so that no harmonic shows."""
    f0 = np.where(f0_hz > 0, np.maximum(f0_hz, _LOWEST_F0_HZ), _UNVOICED_F0_HZ)[:, None]
    half = FFT_SIZE // 2
    padded = np.pad(samples, (half, half + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP][: len(f0)]
    return np.concatenate([_smooth_spectra(frames[part], f0[part]) for part in parts(len(f0))])


def _smooth_spectra(frames: Floats, f0: Floats) -> Floats:
    """`frames`: (n_frames, FFT_SIZE); `f0`: (n_frames, 1)."""
    half = FFT_SIZE // 2
    offsets_s = (np.arange(FFT_SIZE, dtype=np.float32) - half) / RATE_HZ
    phase = np.clip(offsets_s * (f0 * np.float32(1 / 1.5)), -1, 1)
    window = 0.5 + 0.5 * np.cos(np.float32(np.pi) * phase)
    window /= np.sqrt(np.einsum("ij,ij->i", window, window))[:, None]
    spectrum = fft.rfft(frames * window, axis=1)
    turns = np.arange(half + 1, dtype=np.float32) / RATE_HZ * f0
    # Multiplying the autocorrelation by a sinc averages the power spectrum over a rectangle.
    smooth = _multiplied(
        spectrum.real**2 + spectrum.imag**2, np.sinc(turns * np.float32(2 / 3)).astype(np.float32)
    )
    lifter = np.sinc(turns) * (1.3 - 0.3 * np.cos(np.float32(2 * np.pi) * turns))
    return _multiplied(
        np.log(np.maximum(smooth, 0) + np.float32(_FLOOR)), lifter.astype(np.float32)
    )


def _multiplied(spectrum: Floats, lifter: Floats) -> Floats:
    """The real, even `spectrum` after its inverse transform was multiplied by `lifter`."""
    series = fft.dct(spectrum, type=1, axis=1)
    filtered = fft.dct(series * lifter, type=1, axis=1) / np.float32(FFT_SIZE)
    return np.asarray(filtered, dtype=np.float32)


def _pulses(f0_hz: Floats, n_frames: int) -> Samples:
    """One pulse a period with the power of unit noise, none where unvoiced."""
    at = np.arange(n_frames) / HOP
    voiced = np.interp(at, np.arange(len(f0_hz)), f0_hz > 0) > 0.5
    known = np.flatnonzero(f0_hz > 0)
    if len(known) == 0:
        return np.zeros(n_frames, dtype=np.float32)
    curve = np.interp(at, known, f0_hz[known])
    cycles = np.cumsum(curve / RATE_HZ)
    starts = np.flatnonzero(np.diff(np.floor(cycles), prepend=0) > 0)
    pulses = np.zeros(n_frames, dtype=np.float32)
    pulses[starts] = np.sqrt(RATE_HZ / curve[starts])
    return np.where(voiced, pulses, 0).astype(np.float32)


def _tonal_share(speech: Speech) -> Floats:
    """How much of the power at each bin is pulses: less where the voice is less periodic, less
    towards high frequencies. Shape (n_frames, N_BINS)."""
    frequency_khz = np.linspace(0, RATE_HZ / 2000, N_BINS, dtype=np.float32)
    edge_khz = 1.5 + 5.0 * np.clip((speech.periodicity - 0.4) / 0.55, 0, 1)
    share = 1 / (1 + np.exp((frequency_khz[None, :] - edge_khz[:, None]) / 0.5))
    return np.where(speech.f0_hz[:, None] > 0, 0.995 * share, 0).astype(np.float32)


def _minimum_phase(envelope: Floats) -> npt.NDArray[np.complex64]:
    """Transfer functions whose power is exp(`envelope`), by folding the cepstrum."""
    cepstrum = fft.irfft(envelope, axis=1)[:, : FFT_SIZE // 2 + 1]
    cepstrum[:, [0, -1]] *= np.float32(0.5)
    logarithm = fft.rfft(cepstrum, FFT_SIZE, axis=1)
    magnitude = np.exp(logarithm.real)  # by parts: four times as fast as the complex exponential
    transfer = np.empty(logarithm.shape, dtype=np.complex64)
    transfer.real = magnitude * np.cos(logarithm.imag)
    transfer.imag = magnitude * np.sin(logarithm.imag)
    return transfer


_WINDOW = (0.5 - 0.5 * np.cos(np.pi * np.arange(2 * HOP) / HOP)).astype(np.float32)


def _windows(excitation: Samples) -> Floats:
    """Two hops each, centred on the analysis frames: shape (1 + n_frames // HOP, 2 HOP)."""
    padded = np.pad(excitation, (HOP, 2 * HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP]
    return frames[: 1 + len(excitation) // HOP]


def _spectra(windows: Floats) -> npt.NDArray[np.complex64]:
    """Under a window whose overlapping copies add up to one."""
    return np.asarray(fft.rfft(windows * _WINDOW, FFT_SIZE, axis=1))


def _overlap_add(frames: Floats, n_frames: int) -> Samples:
    n_blocks = FFT_SIZE // HOP
    blocks = frames.reshape(len(frames), n_blocks, HOP)
    out = np.zeros((len(frames) + n_blocks, HOP), dtype=np.float32)
    for i in range(n_blocks):
        out[i : i + len(frames)] += blocks[:, i]
    return out.reshape(-1)[HOP : HOP + n_frames]
