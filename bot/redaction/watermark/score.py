"""The score of one candidate, and the odds of a mistake that follow from it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """`z` is the highest score among `places` tried for this candidate."""

    z: float
    places: int

    @property
    def log_odds(self) -> float:
        """Return the natural logarithm of a bound on the chance of a mistake.

        A mistake means that the chips of an unrelated listen score as well.
        """
        return min(0.0, math.log(self.places) - max(self.z, 0.0) ** 2 / 2)
