"""Compute the features of each unit: hashes of the word, its kind and its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

from bot.redaction.words.tokens import Kind, Unit
from bot.redaction.words.word_lists import (
    common_words,
    spelling_alphabet,
    written_words,
)

N_BUCKETS = 1 << 18
"""Size of the hashed feature space."""

Counts = Mapping[str, tuple[int, int]]
"""Unit key -> (times met in training, times it was personal there)."""

Look = tuple[str, Kind, str]
"""All of a `Unit` but its place."""

MOST_LOOKS = 1 << 13
"""Words remembered."""

_ENDINGS = {
    "en": ("s", "es", "ed", "d", "ing", "ly", "er", "ers"),
    "de": (
        "e",
        "en",
        "n",
        "er",
        "es",
        "em",
        "s",
        "t",
        "te",
        "ten",
        "st",
        "in",
        "innen",
    ),
}
_LINKS = ("", "s", "n", "es", "en")
_SEEN_OFTEN = 12
_BUCKETS = N_BUCKETS - 1
# Hashing on from this state is the same as hashing "b=" and the rest.
_IN_BAG = crc32(b"b=")


@dataclass(frozen=True)
class Lexicon:
    """All word knowledge of one language: training counts, and names by gazetteer flag.

    Flags: F first name, L last name, C city, country or other place; sorted, e.g. "CF".
    `looks`, `rows`: caches of words met before, for the regression and the network.
    """

    language: str
    counts: Counts
    names: Mapping[str, str]
    _cache: dict[str, tuple[str, str]] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )
    looks: dict[Look, tuple[_Seen, tuple[int, ...]]] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )
    rows: dict[Look, tuple[int, ...]] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )

    def classes(self, key: str) -> tuple[str, str]:
        """Return how common the word is in print, and its flags; each "-" when unknown."""
        found = self._cache.get(key)
        if found is None:
            stem = bare(key)
            found = commonness(stem, self.language), self.names.get(stem, "-")
            if len(self._cache) < 1 << 16:
                self._cache[key] = found
        return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """A unit as its neighbours see it; a stand-in replaces a rare word."""

    word: str
    cls: str
    group: str
    quality: str


_EDGE = _Seen("<s>", "<s>", "-", "-")


def bare(key: str) -> str:
    """Return the word without the English possessive."""
    return key.removesuffix("'s")


@lru_cache(maxsize=1 << 16)
def commonness(word: str, language: str) -> str:
    """Return the class of a word by how common it is.

    The classes: h everyday word, d in print, p inflected everyday word, k compound of
    everyday words, - none.
    """
    common = common_words(language)
    if word in common:
        return "h"
    if word in written_words(language):
        return "d"
    endings = _ENDINGS.get(language, ())
    if any(word.endswith(end) and word[: -len(end)] in common for end in endings):
        return "p"
    if language == "de" and _is_compound(word, common):
        return "k"
    if language != "en" and word in written_words("en"):
        return "d"
    return "-"


def _is_compound(word: str, common: frozenset[str]) -> bool:
    for cut in range(3, len(word) - 2):
        head, tail = word[:cut], word[cut:]
        if tail in common and any(
            head.endswith(link) and head[: len(head) - len(link)] in common
            for link in _LINKS
        ):
            return True
    return False


def features(
    units: Sequence[Unit],
    lexicon: Lexicon,
    own: Counts | None = None,
) -> Iterator[list[int]]:
    """Return distinct bucket numbers in [0, N_BUCKETS) per unit.

    `own`: counts of this very utterance, subtracted in training so that no word vouches
    for itself.
    """
    looks = [_look(unit, lexicon, own) for unit in units]
    seen = [each for each, _ in looks]
    padded = [_EDGE] * 3 + seen + [_EDGE] * 3
    bag = [word.encode() for word in sorted({each.word for each in seen})]
    of_all = {crc32(word, _IN_BAG) & _BUCKETS for word in bag}
    for i, (_, of_word) in enumerate(looks):
        names = *_context_features(padded, i + 3), *_place_features(seen, i)
        beside = crc32(f"qb={seen[i].quality}_".encode())
        in_bag = [crc32(word, beside) & _BUCKETS for word in bag]
        yield list(of_all.union(of_word, in_bag, _buckets(names)))


def _look(
    unit: Unit,
    lexicon: Lexicon,
    own: Counts | None,
) -> tuple[_Seen, tuple[int, ...]]:
    """Return a unit and the buckets of the unit by itself, from the cache if possible."""
    if own is not None:
        seen = _look_up(unit, lexicon, own)
        return seen, tuple(_buckets(_own_features(unit, seen, lexicon, own)))
    name = unit.key, unit.kind, unit.pattern
    found = lexicon.looks.get(name)
    if found is None:
        found = _look(unit, lexicon, {})
        if len(lexicon.looks) < MOST_LOOKS:
            lexicon.looks[name] = found
    return found


def _buckets(names: Iterable[str]) -> Iterator[int]:
    for number in map(crc32, map(str.encode, names)):
        yield number & _BUCKETS


def counts_of(
    key: str,
    lexicon: Lexicon,
    own: Counts,
) -> tuple[int, int]:
    met, personal = lexicon.counts.get(key, (0, 0))
    own_met, own_personal = own.get(key, (0, 0))
    return max(0, met - own_met), max(0, personal - own_personal)


def _look_up(
    unit: Unit,
    lexicon: Lexicon,
    own: Counts,
) -> _Seen:
    if unit.kind in (Kind.NUMBER, Kind.NUMBERS):
        mark = "#" + unit.kind.value
        cls = mark + unit.pattern[:3]
        return _Seen(mark + unit.pattern[:6], cls, unit.kind.value, cls)
    if unit.kind is Kind.MUDDLED:
        return _Seen(unit.key, "?", "?", "?")
    met, personal = counts_of(unit.key, lexicon, own)
    common, flags = classes_of(unit, lexicon)
    often, rate = frequency_class(met), personal_class(met, personal)
    return _Seen(
        unit.key if met >= 3 else f"<{common}{flags}>",
        f"{common}{flags}{often}{rate}",
        common + flags,
        f"{common}{rate}" if met else f"{common}u{flags}",
    )


def classes_of(unit: Unit, lexicon: Lexicon) -> tuple[str, str]:
    """Return the classes of a word, or the kind of any other unit and "-"."""
    if unit.kind is Kind.WORD:
        return lexicon.classes(unit.key)
    return unit.kind.value, "-"


def frequency_class(met: int) -> int:
    return sum(met >= bound for bound in (1, 2, 3, 6, 13, 41))


def personal_class(met: int, personal: int) -> str:
    if not met:
        return "u"
    if not personal:
        return "0"
    rate = personal / met
    return "abcde"[sum(rate >= bound for bound in (0.03, 0.15, 0.5, 0.9))]


def _own_features(
    unit: Unit,
    seen: _Seen,
    lexicon: Lexicon,
    own: Counts,
) -> list[str]:
    names = ["bias", f"k={seen.word}", f"cls={seen.cls}"]
    if unit.kind in (Kind.NUMBER, Kind.NUMBERS, Kind.MUDDLED):
        names += [f"np={unit.pattern[:10]}", f"nl={min(len(unit.pattern), 8)}"]
        return [*names, f"nk={unit.key}" if unit.kind is Kind.NUMBER else "nk"]
    met, personal = counts_of(unit.key, lexicon, own)
    often, rate = frequency_class(met), personal_class(met, personal)
    common, flags = classes_of(unit, lexicon)
    word = bare(unit.key)
    names += [f"cr={often}{rate}", f"l={common}", f"g={flags}", f"lc={common}{often}"]
    names += [f"gr={flags}{rate}", f"lg={seen.group}", f"len={min(len(word), 10)}"]
    names += _spelling_features(word) if met < _SEEN_OFTEN else ()
    marks = {
        "poss": word != unit.key,
        "na": not word.isascii(),
        "nonalpha": not word.isalpha(),
        "nato": word in spelling_alphabet(),
    }
    return names + [mark for mark, holds in marks.items() if holds]


@lru_cache(maxsize=1 << 14)
def _spelling_features(word: str) -> tuple[str, ...]:
    """Return beginnings, endings and letter triples, for words met too rarely."""
    edges = [
        f"{side}{n}={part}"
        for n in (2, 3, 4)
        if len(word) > n
        for side, part in (("s", word[-n:]), ("p", word[:n]))
    ]
    fenced = f"^{word}$"
    return (*edges, *(f"c3={fenced[i : i + 3]}" for i in range(len(fenced) - 2)))


def _context_features(at: Sequence[_Seen], j: int) -> list[str]:
    me, left, right = at[j], at[j - 1], at[j + 1]
    left2, right2, left3, right3 = at[j - 2], at[j + 2], at[j - 3], at[j + 3]
    k, q, g = me.word, me.quality, me.group
    before = f"{left2.word}_{left.word}"
    after = f"{right.word}_{right2.word}"
    return [
        *(
            f"-1={left.word}",
            f"+1={right.word}",
            f"-2={left2.word}",
            f"+2={right2.word}",
        ),
        *(f"-3={left3.word}", f"+3={right3.word}", f"-1,0={left.word}_{k}"),
        *(f"0,+1={k}_{right.word}", f"-2-1={before}", f"+1+2={after}"),
        *(f"-1+1={left.word}_{right.word}", f"-3-2-1={left3.word}_{before}"),
        *(f"-2-1,0={before}_{k}", f"g-1={left.group}", f"g+1={right.group}"),
        *(
            f"c-1={left.cls}",
            f"c+1={right.cls}",
            f"g-2={left2.group}",
            f"g+2={right2.group}",
        ),
        *(f"gg-={left.group}{g}", f"gg+={g}{right.group}", f"q-1={q}_{left.word}"),
        *(f"q+1={q}_{right.word}", f"q-2={q}_{before}", f"q-2-={q}_{left2.word}"),
        *(f"q+2={q}_{after}", f"q-+={q}_{left.word}_{right.word}"),
        *(f"gc={g}{left.cls}", f"gc+={g}{right.cls}"),
    ]


def _place_features(seen: Sequence[_Seen], i: int) -> list[str]:
    n, q, first = len(seen), seen[i].quality, seen[0].word
    end = n - 1 - i
    return [
        *(
            f"pos={min(i, 4)}",
            f"end={min(end, 4)}",
            f"n={min(n, 6)}",
            f"qn={q}{min(n, 4)}",
        ),
        *(
            f"qp={q}{min(i, 2)}",
            f"qe={q}{min(end, 2)}",
            f"f={first}",
            f"qf={q}_{first}",
        ),
    ]
