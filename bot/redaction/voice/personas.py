"""Change a voice so that its acquaintances do not recognise it, with clear words.

This protects against casual recognition; docs/redaction.md lists the limits.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.resampling import resample
from bot.redaction.audio.signal import RATE_HZ, Samples, stretches
from bot.redaction.voice import vocoder

_SHORTEST_FRAMES = RATE_HZ // 10
# Half of the smallest step of 16 bits.
_SILENCE = 2**-16
_PAUSE_FRAMES = (
    RATE_HZ // 33
    # 30 ms, which is longer than any analysis window reaches from its centre.
)


class Strength(StrEnum):
    """How far a voice is changed.

    LESS leaves out the random colour: the voice is clearer and easier to recognise.
    """

    FULL = "full"
    LESS = "less"


@dataclass(frozen=True)
class Persona:
    """The random voice of one snippet.

    `pitch`: its median, from 0 for the lowest to 1 for the highest. `pitch_range`: 1
    keeps the melody, 0 is monotone. `warp`: above 1 the formants are higher than those
    of a middle voice, as in a shorter vocal tract. `colour`: nepers of power, each
    the height of one more half cosine over the mel axis from 0 to 8 kHz.
    """

    pitch: float
    pitch_range: float
    warp: float
    colour: tuple[float, ...]


def disguise(
    samples: Samples,
    rate_hz: int,
    rng: np.random.Generator,
    strength: Strength = Strength.FULL,
) -> Samples:
    """Return the same words in another voice, of the same length and never louder.

    `samples` is float32 mono, shape (frames,), in [-1, 1]; other values are clipped.
    `rng` is fresh for each snippet.
    """
    samples = np.clip(np.nan_to_num(samples), -1, 1).astype(np.float32)
    persona = draw(rng, strength)
    parts = _near_sound(samples, rate_hz)
    out = np.zeros_like(samples)
    if parts:
        sound = np.concatenate([samples[part] for part in parts])
        made = _revoice(sound, rate_hz, persona, rng)
        for part in parts:
            length = len(out[part])
            out[part] = made[:length]
            made = made[length:]
    return _no_louder(out, samples)


def draw(rng: np.random.Generator, strength: Strength = Strength.FULL) -> Persona:
    """Return a random persona.

    The ranges hid most voices at a given loss of words (docs/research/redaction.md).
    """
    smaller = rng.random() < 0.5
    shape = rng.standard_normal(len(_SHAPES)) * _COLOUR_WEIGHTS
    colour = _COLOUR_NEPERS * shape / np.linalg.norm(shape)
    colour[0] = min(colour[0], _MOST_MUFFLED_NEPERS)
    warps = _WARP_DOWN
    if smaller:
        warps = _WARP_UP
    persona = Persona(
        pitch=float(rng.random()),
        pitch_range=float(rng.uniform(0.5, 0.9)),
        warp=float(rng.uniform(*warps)),
        colour=tuple(map(float, colour)),
    )
    if strength is Strength.LESS:
        return replace(persona, colour=(0.0,) * len(persona.colour))
    return persona


_PITCH_HZ = (95.0, 230.0)
# Formants rise by this power of the pitch from one speaker to another.
_FORMANTS_BY_PITCH = 0.27
_MIDDLE_HZ = 150.0
_USUAL_HZ = (80.0, 280.0)
# A warp of more, in nepers, costs words.
_MOST_WARP = 0.2
_WARP_UP = (1.1, 1.18)
_WARP_DOWN = (0.86, 0.92)
# The colour is always this strong, in a random direction, so that no voice is changed
# too little.
_COLOUR_NEPERS = 3.8
# A darker sound is the one colour that costs words.
_MOST_MUFFLED_NEPERS = 2.2
_COLOUR_WEIGHTS = np.array([0.93, 0.79, 0.65])


def _mel_cosines(n_shapes: int) -> npt.NDArray[np.float32]:
    frequencies_hz = np.linspace(0, RATE_HZ / 2, vocoder.N_BINS)
    highest = np.log1p(RATE_HZ / 2 / 700)
    mel = np.log1p(frequencies_hz / 700) / highest
    turns = np.outer(np.arange(1, n_shapes + 1), mel)
    return np.cos(np.pi * turns).astype(np.float32)


_SHAPES = _mel_cosines(len(_COLOUR_WEIGHTS))


def _near_sound(samples: Samples, rate_hz: int) -> list[slice]:
    """Return slices that reach 15 ms around every sample that is not silent.

    The rest needs no work.
    """
    reach = _PAUSE_FRAMES // 2 * rate_hz // RATE_HZ
    loud = stretches(np.abs(samples) > _SILENCE, 2 * reach)
    return [slice(max(0, start - reach), end + reach) for start, end in loud]


def _revoice(
    samples: Samples,
    rate_hz: int,
    persona: Persona,
    rng: np.random.Generator,
) -> Samples:
    inner = resample(samples, RATE_HZ, rate_hz)
    n_missing = max(0, _SHORTEST_FRAMES - len(inner))
    padded = np.pad(inner, (0, n_missing))
    own_speech = vocoder.analyse(padded)
    speech = _as_persona(own_speech, persona)
    made = vocoder.synthesise(speech, len(padded), rng)
    revoiced = resample(made[: len(inner)], rate_hz, RATE_HZ)
    return revoiced[: len(samples)]


def _as_persona(
    speech: vocoder.VoiceParameters, persona: Persona
) -> vocoder.VoiceParameters:
    f0 = speech.f0_hz.copy()
    voiced = f0 > 0
    warp = persona.warp
    if voiced.any():
        own_hz = float(np.median(f0[voiced]))
        melody = (f0[voiced] / own_hz) ** persona.pitch_range
        f0[voiced] = _target_hz(persona.pitch) * melody
        warp = _warp_for(own_hz, persona.warp)
    warped = np.arange(vocoder.N_BINS) / warp
    position = np.minimum(warped, vocoder.N_BINS - 1)
    below = np.minimum(position.astype(np.intp), vocoder.N_BINS - 2)
    part = (position - below).astype(np.float32)
    colour = np.asarray(persona.colour, dtype=np.float32) @ _SHAPES
    envelope = np.empty_like(speech.envelope)
    for some in vocoder.parts(len(envelope)):
        original = speech.envelope[some]
        lower = original.take(below, axis=1)
        upper = original.take(below + 1, axis=1)
        envelope[some] = lower + (upper - lower) * part + colour
    return vocoder.VoiceParameters(f0, speech.periodicity, envelope)


def _target_hz(at: float) -> float:
    """Return the pitch in Hz that lies `at`, in [0, 1], of the way along the range.

    The way is measured in octaves. The speaker's own pitch has no part in it, so that
    the pitch that is heard says nothing of the speaker.
    """
    lowest, highest = np.log(_PITCH_HZ)
    return float(np.exp(lowest + at * (highest - lowest)))


def _warp_for(own_hz: float, warp: float) -> float:
    """Return the warp that gives a speaker of this pitch the persona's formants.

    High voices have high formants as a rule, which would tell them from low voices.
    """
    relative = np.log(np.clip(own_hz, *_USUAL_HZ) / _MIDDLE_HZ)
    moved = np.log(warp) - _FORMANTS_BY_PITCH * relative
    return float(np.exp(np.clip(moved, -_MOST_WARP, _MOST_WARP)))


def _no_louder(made: Samples, original: Samples) -> Samples:
    """Return `made` with the original's power, or less.

    It has less where its peaks would rise above those of the original.
    """
    peak = float(np.abs(made).max(initial=0))
    if peak == 0:
        return made
    power = float(np.square(original).mean() / np.square(made).mean())
    original_peak = float(np.abs(original).max())
    gain = min(np.sqrt(power), original_peak / peak)
    return np.asarray(made * np.float32(gain), dtype=np.float32)
