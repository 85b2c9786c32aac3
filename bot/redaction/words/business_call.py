"""Separate talk with a business ("a table for two") from commands to an assistant.

Callers name people and places more rarely than speakers who command an assistant, and
more plainly ("under the name of ..."), so fewer words need masking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from bot.redaction.words.tokens import Kind, Unit

# Numbers are left out because their spelling would reveal the source.
_LOOKED_AT = (Kind.WORD, Kind.LETTER, Kind.LETTERS)
_FURTHEST = 30.0

LEAST_KNOWN = 3
"""Words: fewer words show nothing, and a single name is no call."""


@dataclass(frozen=True)
class BusinessCallModel:
    """The trained weights of one language.

    `weights`: known word -> its addition to the log-odds of talk with a business.
    """

    bias: float
    weights: Mapping[str, float]

    def share(self, units: Sequence[Unit]) -> float:
        """Return the probability in [0, 1] of talk with a business.

        The two kinds count as equally frequent.
        """
        known = [self.weights[key] for key in words_of(units) if key in self.weights]
        if len(known) < LEAST_KNOWN:
            return 0.0
        odds = self.bias + sum(known)
        return 1 / (1 + exp(-min(_FURTHEST, max(-_FURTHEST, odds))))


COMMANDS = BusinessCallModel(-_FURTHEST, {})
"""Where no talk with a business was learnt from: everything is a command."""


def words_of(units: Iterable[Unit]) -> list[str]:
    """Return the distinct words without numbers, sorted so that sums are repeatable."""
    return sorted({unit.key for unit in units if unit.kind in _LOOKED_AT})
