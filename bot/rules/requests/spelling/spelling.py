"""How one language spells, as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """What is levelled before proposals of one language are compared.

    `source`: where the table's rules are written down; `capitals`: letters whose small
    form differs from Unicode's; `apostrophe`: what an apostrophe becomes; `signs`: sign
    -> the words that it is spoken as; `sounds`: patterns and replacements; `letters`:
    one letter for another; `marks`: combining marks that are dropped; `kept`: words
    of minimal pairs, which stay as they are; `variants`: word -> the same word in
    another spelling; `phrases`: words -> the same words in another spelling; `number`:
    a number up to `max_number` in words; `group`: the sign between thousands, as in
    the CLDR; `is_percent_first`: whether percent is spoken before its number; `space`:
    what stands between words.
    """

    source: str = ""
    capitals: Mapping[int, str] = field(default_factory=dict)
    apostrophe: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    sounds: tuple[tuple[re.Pattern[str], str], ...] = ()
    letters: Mapping[int, str | None] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    variants: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[int], str] | None = None
    max_number: int = 100
    group: str = ""
    is_percent_first: bool = False
    space: str = " "

    @cached_property
    def phrase_pattern(self) -> re.Pattern[str]:
        """Return the pattern of any of `phrases`, as whole words.

        Words end at spaces; `\\b` would end Hindi words before their vowel signs.
        """
        longest_first = sorted(self.phrases, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<!\S)(?:{either})(?!\S)")
