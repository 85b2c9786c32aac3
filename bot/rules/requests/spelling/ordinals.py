"""Ordinals in figures, as words: "1st" is "first".

Forms are those of the CLDR's rules `digits-ordinal` and `spellout-ordinal`. Arabic writes
no ordinal in figures, Danish and Polish write a full stop, which may end the sentence,
and Japanese and Chinese a sign before a number, so these languages have no table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.rules.requests.spelling import germanic_numbers as germanic
from bot.rules.requests.spelling import other_numbers as other

_LAST = 31
"""The last day of a month; a greater ordinal is compared as typed."""


@dataclass(frozen=True, kw_only=True)
class Ordinals:
    """How a language writes ordinals in figures.

    `glued` matches one as a word whose letters are levelled, `apart` finds one in a
    text that still has its signs. Group `n` is the number, group `mark` the ending.
    `words` holds a word by number and ending; "" is the ending of all others.
    """

    words: Mapping[tuple[int, str], str]
    glued: re.Pattern[str] | None = None
    apart: re.Pattern[str] | None = None

    def in_text(self, text: str) -> str:
        """Return the text with the ordinals that a sign marks in words."""
        if self.apart is None:
            return text
        return self.apart.sub(self._word, text)

    def of_word(self, word: str) -> str:
        """Return a word, in letters where it is an ordinal."""
        if self.glued is None:
            return word
        found = self.glued.fullmatch(word)
        if found is None:
            return word
        return self._word(found)

    def _word(self, found: re.Match[str]) -> str:
        n = int(found["n"])
        usual = self.words.get((n, ""), found[0])
        return self.words.get((n, found["mark"]), usual)


def _numbered(
    words: str,
    mark: str = "",
) -> dict[tuple[int, str], str]:
    """Return the words by number, the first of them as 1; "_" stands for a space."""
    each = [word.replace("_", " ") for word in words.split()]
    return {(n, mark): word for n, word in enumerate(each, start=1)}


def _made(
    numbers: range,
    word_of: Callable[[int], str],
) -> dict[tuple[int, str], str]:
    return {(n, ""): word_of(n) for n in numbers}


def _glued(*marks: str) -> re.Pattern[str]:
    """Return the pattern of a number with one of the endings, which are patterns."""
    return re.compile(rf"(?P<n>[1-9१-९][0-9०-९]?)(?P<mark>{'|'.join(marks)})")


def _apart(before: str, mark: str) -> re.Pattern[str]:
    """Return the pattern of a number between two patterns, the second its ending."""
    return re.compile(rf"{before}(?P<n>[1-9१-९][0-9०-९]?)(?P<mark>{mark})(?!\w)")


def _after(*articles: str) -> str:
    """Return the pattern of an article; a stop after other numbers may end a sentence."""
    each = [rf"(?<=\b{article} )" for article in articles]
    either = "|".join(each)
    return f"(?:{either})"


_ENGLISH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
    "twentieth"
)
_GERMAN = (
    "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte "
    "dreizehnte vierzehnte fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte"
)
_DUTCH = (
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde "
    "twaalfde dertiende veertiende vijftiende zestiende zeventiende achttiende "
    "negentiende"
)
_SWEDISH = (
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte "
    "trettonde fjortonde femtonde sextonde sjuttonde artonde nittonde tjugonde"
)
_FRENCH = (
    "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième "
    "dixième onzième douzième treizième quatorzième quinzième seizième dix_septième "
    "dix_huitième dix_neuvième vingtième"
)
_SPANISH = "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo"
_ITALIAN = (
    "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo undicesimo "
    "dodicesimo tredicesimo quattordicesimo quindicesimo sedicesimo diciassettesimo "
    "diciottesimo diciannovesimo ventesimo"
)
_PORTUGUESE = "primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo"
_TURKISH = (
    "birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci dokuzuncu onuncu"
)
_HINDI = "पहला दूसरा तीसरा चौथा पांचवां छठा"


def _english_of_tens(n: int) -> str:
    if n == 30:
        return "thirtieth"
    tens = germanic.english(n - n % 10)
    return f"{tens} {_ENGLISH.split()[n % 10 - 1]}"


def _swedish_of_tens(n: int) -> str:
    tens = germanic.swedish(n - n % 10)
    if n % 10 == 0:
        return f"{tens}nde"
    return f"{tens}{_SWEDISH.split()[n % 10 - 1]}"


def _with_feminine(words: str) -> dict[tuple[int, str], str]:
    """Return the words by number, and those that end in "a" by their endings."""
    of_a = " ".join(word[:-1] + "a" for word in words.split())
    return {
        **_numbered(words),
        **_numbered(of_a, "a"),
        **_numbered(of_a, ".a"),
    }


_O_OR_A = _apart(r"\b", r"\.[oa]")

ORDINALS: Mapping[str, Ordinals] = {
    "en": Ordinals(
        glued=_glued("st", "nd", "rd", "th"),
        words={**_numbered(_ENGLISH), **_made(range(21, _LAST + 1), _english_of_tens)},
    ),
    "de": Ordinals(
        apart=_apart(_after("der", "die", "das"), r"\."),
        words={
            **_numbered(_GERMAN),
            **_made(range(20, _LAST + 1), lambda n: f"{germanic.german(n)}ste"),
        },
    ),
    "fr": Ordinals(
        glued=_glued("er", "e?re", "nde?", "de", "i?eme", "e"),
        words={
            **_numbered(_FRENCH),
            (1, "re"): "première",
            (1, "ere"): "première",
            (2, "nd"): "second",
            (2, "nde"): "seconde",
            (2, "de"): "seconde",
        },
    ),
    "es": Ordinals(
        glued=_glued("[oa]", "er"),
        apart=_apart(r"\b", r"\.(?:[oa]|er)"),
        words={
            **_with_feminine(_SPANISH),
            (1, "er"): "primer",
            (1, ".er"): "primer",
            (3, "er"): "tercer",
            (3, ".er"): "tercer",
        },
    ),
    "it": Ordinals(
        glued=_glued("[oa]"),
        apart=_O_OR_A,
        words=_with_feminine(_ITALIAN),
    ),
    "pt": Ordinals(
        glued=_glued("[oa]"),
        apart=_O_OR_A,
        words=_with_feminine(_PORTUGUESE),
    ),
    "nl": Ordinals(
        glued=_glued("e", "ste", "de"),
        words={
            **_numbered(_DUTCH),
            **_made(range(20, _LAST + 1), lambda n: f"{germanic.dutch(n)}ste"),
        },
    ),
    "sv": Ordinals(
        apart=_apart(r"\b", ":[ae]"),
        words={**_numbered(_SWEDISH), **_made(range(21, _LAST + 1), _swedish_of_tens)},
    ),
    "tr": Ordinals(
        glued=_glued("[iuü]?nc[iuü]"),
        words=_numbered(_TURKISH),
    ),
    "id": Ordinals(
        apart=_apart(r"\bke-", ""),
        words=_made(range(2, _LAST + 1), lambda n: f"ke{other.indonesian(n)}"),
    ),
    "hi": Ordinals(
        glued=_glued("ला", "रा", "था", "ठा", "वां"),
        words={
            **_numbered(_HINDI),
            **_made(range(7, _LAST + 1), lambda n: f"{other.hindi(n)}वां"),
        },
    ),
}
"""By language."""
