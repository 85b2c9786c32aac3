"""Changes a voice so that people who know it do not recognise it, and the words stay clear.

Against casual recognition; docs/redaction.md says what it does not protect against.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy import signal

from bot.redaction import vocoder
from bot.redaction.samples import RATE_HZ, Samples

_SHORTEST_FRAMES = RATE_HZ // 10
_SILENCE = 1e-5


@dataclass(frozen=True)
class Persona:
    """The random voice of one snippet."""

    pitch_hz: float  # median
    pitch_range: float  # 1 keeps the melody, 0 is monotone
    warp: float  # above 1: formants up, as in a shorter vocal tract
    tilt: float  # nepers of power from 0 to 8 kHz


def disguise(samples: Samples, rate_hz: int, rng: np.random.Generator) -> Samples:
    """The same words in another voice; same length, never louder.

    `samples`: float32 mono, shape (frames,), in [-1, 1]; `rng` fresh for each snippet.
    """
    if len(samples) == 0 or float(np.abs(samples).max()) < _SILENCE:
        return np.zeros_like(samples)
    shared = gcd(rate_hz, RATE_HZ)
    inner = signal.resample_poly(np.nan_to_num(samples), RATE_HZ // shared, rate_hz // shared)
    padded = np.pad(inner, (0, max(0, _SHORTEST_FRAMES - len(inner)))).astype(np.float32)
    speech = _as_persona(vocoder.analyse(padded), _draw(rng))
    made = vocoder.synthesise(speech, len(padded), rng)[: len(inner)]
    outer = signal.resample_poly(made, rate_hz // shared, RATE_HZ // shared)[: len(samples)]
    return _no_louder(np.nan_to_num(outer).astype(np.float32), samples)


def _draw(rng: np.random.Generator) -> Persona:
    up = rng.random() < 0.5
    return Persona(
        pitch_hz=float(rng.uniform(100, 220)),
        pitch_range=float(rng.uniform(0.4, 0.8)),
        warp=float(rng.uniform(1.08, 1.2) if up else rng.uniform(0.84, 0.93)),
        tilt=float(rng.uniform(-0.8, 0.8)),
    )


def _as_persona(speech: vocoder.Speech, persona: Persona) -> vocoder.Speech:
    f0 = speech.f0_hz.copy()
    voiced = f0 > 0
    if voiced.any():
        logs = np.log(f0[voiced])
        moved = np.log(persona.pitch_hz) + persona.pitch_range * (logs - np.median(logs))
        f0[voiced] = np.exp(moved)
    grid = np.linspace(0, 1, vocoder.N_BINS)
    position = np.minimum(grid / persona.warp, 1) * (vocoder.N_BINS - 1)
    below = np.minimum(position.astype(np.intp), vocoder.N_BINS - 2)
    part = (position - below).astype(np.float32)
    warped = speech.envelope[:, below] * (1 - part) + speech.envelope[:, below + 1] * part
    tilted = warped + (persona.tilt * (grid - 0.3)).astype(np.float32)
    return vocoder.Speech(f0, speech.periodicity, tilted)


def _no_louder(made: Samples, original: Samples) -> Samples:
    power = float(np.square(original).mean()) / max(float(np.square(made).mean()), 1e-12)
    peak = float(np.abs(original).max()) / max(float(np.abs(made).max()), 1e-9)
    return made * np.float32(min(np.sqrt(power), peak))
