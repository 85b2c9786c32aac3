"""Whether an utterance is talk with a business ("a table for two") or a command to an
assistant.

Callers name people and places more rarely than those who command an assistant, and more
plainly ("under the name of ..."): less needs to be masked for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from bot.redaction.words.tokens import Kind, Unit

_LOOKED_AT = (
    Kind.WORD,
    Kind.LETTER,
    Kind.LETTERS,
)  # how numbers are written tells the source
_FURTHEST = 30.0

LEAST_KNOWN = 3
"""Words: fewer tell nothing, and a name said alone is no call."""


@dataclass(frozen=True)
class Talk:
    """`weights`: what each known word that occurs adds to the log-odds of talk with a
    business.
    """

    bias: float
    weights: Mapping[str, float]

    def share(self, units: Sequence[Unit]) -> float:
        """In [0, 1]: how likely it is talk with a business, both kinds being as
        frequent.
        """
        known = [self.weights[key] for key in words_of(units) if key in self.weights]
        if len(known) < LEAST_KNOWN:
            return 0.0
        odds = self.bias + sum(known)
        return 1 / (1 + exp(-min(_FURTHEST, max(-_FURTHEST, odds))))


COMMANDS = Talk(-_FURTHEST, {})
"""Where no talk with a business was learnt from: everything is a command."""


def words_of(units: Iterable[Unit]) -> list[str]:
    """What is looked at: each word once, no numbers; in a fixed order, so that sums
    come out the same.
    """
    return sorted({unit.key for unit in units if unit.kind in _LOOKED_AT})
