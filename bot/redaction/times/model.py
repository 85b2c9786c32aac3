"""Tell kinds of sounds apart, frame by frame, with a small network in numpy."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from bot.redaction.times.letters import ANY, Sound
from bot.redaction.times.spectra import Floats

_FILE = "sounds.npz"
# Vowels are spelled in many ways, so a third of each may sound as the other.
_EITHER_VOWEL = 0.3
_VOWELS = [int(Sound.FRONT_VOWEL), int(Sound.BACK_VOWEL)]


@dataclass(frozen=True)
class Network:
    """One hidden layer between the features and the sounds.

    `hidden`: (N_FEATURES, H), `hidden_bias`: (H,), `out`: (H, sounds), `out_bias`:
    (sounds,). `shares`: how often each sound was met, (sounds,).
    """

    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    shares: Floats

    def chances(self, features: Floats) -> Floats:
        """Return how likely each sound is in each frame, (frames, sounds)."""
        layer = np.maximum(features @ self.hidden + self.hidden_bias, 0)
        values = layer @ self.out + self.out_bias
        values -= values.max(axis=1, keepdims=True)
        chances = np.exp(values)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def likelihoods(network: Network, chances: Floats) -> npt.NDArray[np.float64]:
    """Return how likely each frame is given each sound, (frames, ANY + 1), unscaled."""
    made = np.empty((len(chances), ANY + 1))
    made[:, :ANY] = chances / network.shares
    spoken = slice(Sound.PAUSE + 1, ANY)
    made[:, ANY] = chances[:, spoken].sum(axis=1) / network.shares[spoken].sum()
    vowel = chances[:, _VOWELS].sum(axis=1) / network.shares[_VOWELS].sum()
    made[:, _VOWELS] *= 1 - _EITHER_VOWEL
    made[:, _VOWELS] += _EITHER_VOWEL * vowel[:, None]
    return made


@cache
def load() -> Network:
    """Return the network that ships with the package."""
    file = resources.files(__package__) / _FILE
    with resources.as_file(file) as path, np.load(path) as arrays:
        values = {name: arrays[name].astype(np.float32) for name in arrays.files}
    return Network(**values)
