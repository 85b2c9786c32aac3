"""Take speech apart into pitch, periodicity and envelope, and put it together again.

Nothing of the waveform survives: only the content of `VoiceParameters` reaches the output, made
audible with new pulses and new noise.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.voice import pitch

Floats = npt.NDArray[np.float32]

# A hop is 8 ms.
HOP = RATE_HZ // 125
FFT_SIZE = 640
N_BINS = FFT_SIZE // 2 + 1
# This sets the resolution of the envelope where there is no pitch.
_UNVOICED_F0_HZ = 300.0
# Three periods are the longest frame.
_LOWEST_F0_HZ = RATE_HZ / FFT_SIZE * 3
# The steps are 1.6 % apart; the envelope needs no finer resolution.
_F0_STEPS = 128
_PERIODICITY_STEPS = 64
_FLOOR = np.float32(1e-10)
_FRAMES_AT_ONCE = 64


@dataclass(frozen=True)
class VoiceParameters:
    """Pitch, periodicity and envelope, eight milliseconds a frame, at 16 kHz.

    `f0_hz`: (n_frames,), 0 where unvoiced. `periodicity`: (n_frames,), in [0, 1].
    `envelope`: (n_frames, N_BINS), natural logarithm of the power spectrum, 0 to 8 kHz.
    """

    f0_hz: Floats
    periodicity: Floats
    envelope: Floats


def analyse(samples: Samples) -> VoiceParameters:
    """Return the speech of the samples.

    `samples`: float32 mono at 16 kHz, shape (frames,), not empty.
    """
    found = pitch.track(samples, HOP)
    return VoiceParameters(
        found.f0_hz, found.periodicity, _envelope(samples, found.f0_hz)
    )


def synthesise(
    speech: VoiceParameters,
    n_frames: int,
    rng: np.random.Generator,
) -> Samples:
    """Return `n_frames` new samples.

    They are pulses at `f0_hz` mixed with noise, shaped by the envelope.
    """
    pulses = _windows(_pulses(speech.f0_hz, n_frames))
    noise = _windows(_noise(n_frames, rng))
    out = np.zeros((len(pulses) + FFT_SIZE // HOP, HOP), dtype=np.float32)
    for part in parts(len(pulses)):
        sound = _sound(pulses[part], noise[part], _part_of(speech, part))
        _add_overlapping(out[part.start :], sound)
    return out.reshape(-1)[HOP : HOP + n_frames]


def _sound(
    pulses: Floats,
    noise: Floats,
    speech: VoiceParameters,
) -> Floats:
    """Return the share of each frame in the output, shape (n_frames, FFT_SIZE)."""
    tonal, noisy = _shares()
    share = np.clip((speech.periodicity - 0.4) / 0.55, 0, 1)
    step = share * _PERIODICITY_STEPS
    row = np.where(speech.f0_hz > 0, 1 + np.rint(step), 0).astype(np.intp)
    spectra = _spectra(pulses) * tonal[row]
    spectra += _spectra(noise) * noisy[row]
    spectra *= _minimum_phase(speech.envelope)
    return np.asarray(fft.irfft(spectra, FFT_SIZE, axis=1, overwrite_x=True))


def parts(n_frames: int) -> list[slice]:
    """Return slices of half a second.

    Arrays of this size stay in the cache and need no new pages of memory for each step,
    which takes half the CPU of all frames at once, with the same result.
    """
    return [slice(i, i + _FRAMES_AT_ONCE) for i in range(0, n_frames, _FRAMES_AT_ONCE)]


def _part_of(speech: VoiceParameters, part: slice) -> VoiceParameters:
    return VoiceParameters(
        speech.f0_hz[part], speech.periodicity[part], speech.envelope[part]
    )


def _envelope(samples: Samples, f0_hz: Floats) -> Floats:
    """Return the envelope, smoothed by the pitch after CheapTrick (Morise 2015).

    The window is three periods long. The spectrum is averaged over 2/3 of the pitch and
    then liftered so that no harmonic shows.
    """
    half = FFT_SIZE // 2
    padded = np.pad(samples, (half, half + HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)
    frames = windows[::HOP][: len(f0_hz)]
    limited_hz = np.maximum(f0_hz, _LOWEST_F0_HZ)
    f0 = np.where(f0_hz > 0, limited_hz, _UNVOICED_F0_HZ)
    steps_per_octave = _F0_STEPS / np.log2(pitch.HIGHEST_HZ / _LOWEST_F0_HZ)
    step = np.log2(f0 / _LOWEST_F0_HZ) * steps_per_octave
    rows = np.rint(step).astype(np.intp).clip(max=_F0_STEPS)
    envelope = np.empty((len(frames), N_BINS), dtype=np.float32)
    for some in parts(len(frames)):
        envelope[some] = _smooth_spectra(frames[some], rows[some])
    return envelope


def _smooth_spectra(frames: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """Return the smooth logarithms of the spectra.

    `frames`: (n_frames, FFT_SIZE); `rows`: of the smoothers, (n_frames,).
    """
    window, averager, lifter = _smoothers()
    spectrum = fft.rfft(frames * window[rows], axis=1, overwrite_x=True)
    # Multiplying the autocorrelation by a sinc averages the power spectrum over a
    # rectangle.
    power = spectrum.real**2 + spectrum.imag**2
    smooth = _multiplied(power, averager[rows])
    np.maximum(smooth, _FLOOR, out=smooth)
    return _multiplied(np.log(smooth, out=smooth), lifter[rows])


@cache
def _smoothers() -> tuple[Floats, Floats, Floats]:
    """Return window, averager and lifter for each step of pitch.

    The scale of the transforms is in the last two. Shapes (1 + _F0_STEPS, FFT_SIZE or
    N_BINS).
    """
    f0 = np.geomspace(_LOWEST_F0_HZ, pitch.HIGHEST_HZ, 1 + _F0_STEPS)[:, None]
    offsets_s = (np.arange(FFT_SIZE) - FFT_SIZE // 2) / RATE_HZ
    angles = np.pi * np.clip(offsets_s * f0 / 1.5, -1, 1)
    window = 0.5 + 0.5 * np.cos(angles)
    window /= np.linalg.norm(window, axis=1, keepdims=True)
    turns = np.arange(N_BINS) / RATE_HZ * f0
    averager = np.sinc(turns * 2 / 3) / FFT_SIZE
    lifter = np.sinc(turns) * (1.3 - 0.3 * np.cos(2 * np.pi * turns)) / FFT_SIZE
    return (
        window.astype(np.float32),
        averager.astype(np.float32),
        lifter.astype(np.float32),
    )


def _multiplied(spectrum: Floats, lifter: Floats) -> Floats:
    """Return the real, even `spectrum` with its inverse transform times `lifter`."""
    series = fft.dct(
        spectrum,
        type=1,
        axis=1,
        overwrite_x=True,
    )
    series *= lifter
    multiplied = fft.dct(
        series,
        type=1,
        axis=1,
        overwrite_x=True,
    )
    return np.asarray(multiplied, dtype=np.float32)


def _pulses(f0_hz: Floats, n_frames: int) -> Samples:
    """Return one pulse a period with the power of unit noise, none where unvoiced."""
    pulses = np.zeros(n_frames, dtype=np.float32)
    known = np.flatnonzero(f0_hz > 0)
    if len(known) == 0:
        return pulses
    curve = np.interp(np.arange(1 + len(f0_hz)), known, f0_hz[known])
    slope = np.arange(HOP) / HOP
    within_hops = curve[:-1, None] + np.diff(curve)[:, None] * slope
    hertz = within_hops.reshape(-1)[:n_frames]
    cycles = np.cumsum(hertz / RATE_HZ).astype(np.int32)
    starts = 1 + np.flatnonzero(cycles[1:] != cycles[:-1])
    nearest = np.minimum((starts + HOP // 2) // HOP, len(f0_hz) - 1)
    starts = starts[f0_hz[nearest] > 0]
    pulses[starts] = np.sqrt(RATE_HZ / hertz[starts])
    return pulses


def _noise(n_frames: int, rng: np.random.Generator) -> Samples:
    """Return white noise of power 1.

    Its values are uniform; the filter of the envelope makes them as good as normal
    ones.
    """
    centred = rng.random(n_frames, dtype=np.float32) - np.float32(0.5)
    return centred * np.float32(np.sqrt(12))


@cache
def _shares() -> tuple[Floats, Floats]:
    """Return the amplitudes of pulses and of noise at each bin.

    There are fewer pulses where the voice is less periodic and towards high
    frequencies, and none in the first row. Shapes (2 + _PERIODICITY_STEPS, N_BINS).
    """
    frequency_khz = np.linspace(0, RATE_HZ / 2000, N_BINS)
    edge_khz = 1.5 + 5.0 * np.linspace(0, 1, 1 + _PERIODICITY_STEPS)[:, None]
    tonal = 0.995 / (1 + np.exp((frequency_khz - edge_khz) / 0.5))
    tonal = np.concatenate([np.zeros((1, N_BINS)), tonal])
    return np.sqrt(tonal).astype(np.float32), np.sqrt(1 - tonal).astype(np.float32)


def _minimum_phase(envelope: Floats) -> npt.NDArray[np.complex64]:
    """Return transfer functions of minimum phase with the power exp(`envelope`).

    The phase is the Hilbert transform of the logarithm, by sines in place of the
    cosines of the cepstrum.
    """
    cepstrum = fft.dct(envelope, type=1, axis=1)
    phase = np.zeros_like(envelope)
    phase[:, 1:-1] = fft.dst(
        cepstrum[:, 1:-1],
        type=1,
        axis=1,
        overwrite_x=True,
    )
    phase *= np.float32(
        -0.5 / FFT_SIZE
        # Half the logarithm of the power is that of the amplitude.
    )
    magnitude = np.exp(envelope * np.float32(0.5))
    transfer = np.empty(envelope.shape, dtype=np.complex64)
    transfer.real = (
        np.cos(phase) * magnitude
        # This is four times as fast as the complex exponential.
    )
    transfer.imag = np.sin(phase) * magnitude
    return transfer


_WINDOW = (0.5 - 0.5 * np.cos(np.pi * np.arange(2 * HOP) / HOP)).astype(np.float32)


def _windows(excitation: Samples) -> Floats:
    """Return windows of two hops, centred on the analysis frames.

    Their shape is (1 + n_frames // HOP, 2 HOP).
    """
    padded = np.pad(excitation, (HOP, 2 * HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP]
    return frames[: 1 + len(excitation) // HOP]


def _spectra(windows: Floats) -> npt.NDArray[np.complex64]:
    """Return the spectra under a window with overlapping copies that add up to one."""
    return np.asarray(fft.rfft(windows * _WINDOW, FFT_SIZE, axis=1))


def _add_overlapping(out: Floats, frames: Floats) -> None:
    """Add each frame to `out`, shape (hops, HOP), one hop after the frame before."""
    blocks = frames.reshape(len(frames), -1, HOP)
    for i in range(blocks.shape[1]):
        out[i : i + len(frames)] += blocks[:, i]
