"""When two spellings are the same word: one table a locale.

Every reading is brought into one form and compared letter by letter. Languages without
a table still get the Unicode steps. The tables hold spelling, never meaning: `okay` and
`ok` are one word, `lamp` and `light` are two.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_APOSTROPHES = dict.fromkeys(
    map(ord, "'’‘ʼ`´＇"), None
)  # don't = dont: recognisers drop them
_KEPT = re.compile(r"[^\w\s]", re.UNICODE)


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How one language spells: whole-word variants, letter variants, and numbers in
    words.
    """

    variants: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[int, str | None] = field(default_factory=dict)
    number: Callable[[int], str] | None = None
    max_number: int = 999_999


def same_reading(one: str, other: str, locale: str) -> bool:
    """Whether two proposals say the same words in the language of `locale` (BCP 47)."""
    return reading(one, locale) == reading(other, locale)


def reading(text: str, locale: str) -> str:
    """The form in which proposals are compared."""
    spelling = _SPELLINGS.get(
        locale.lower().replace("_", "-").partition("-")[0], Spelling()
    )
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFKC", plain.translate(spelling.letters))
    words = _KEPT.sub(" ", plain.replace("_", " ")).split()
    words = [spelling.variants.get(word, word) for word in words]
    return " ".join(_in_words(word, spelling) for word in words)


def _in_words(word: str, spelling: Spelling) -> str:
    # isdecimal covers Arabic-Indic and other digits, which int() reads and NFKC leaves
    # alone.
    if not word.isdecimal() or len(word) > 6:
        return word
    value = int(word)
    leading_zero = len(word) > 1 and unicodedata.digit(word[0]) == 0
    if spelling.number is None or leading_zero or value > spelling.max_number:
        return str(value) if not leading_zero else word
    return spelling.number(value)


_EN_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def _english(n: int) -> str:
    if n < 20:
        return _EN_ONES[n]
    if n < 100:
        return _EN_TENS[n // 10] + (f" {_EN_ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        rest = f" {_english(n % 100)}" if n % 100 else ""
        return f"{_EN_ONES[n // 100]} hundred{rest}"
    rest = f" {_english(n % 1000)}" if n % 1000 else ""
    return f"{_english(n // 1000)} thousand{rest}"


_DE_ONES = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
).split()
_DE_TENS = (
    "_ _ zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
)


def _german(n: int) -> str:
    word = _german_stem(n)
    return word + "s" if word.endswith("ein") else word


def _german_stem(n: int) -> str:
    if n < 20:
        return _DE_ONES[n]
    if n < 100:
        return (f"{_DE_ONES[n % 10]}und" if n % 10 else "") + _DE_TENS[n // 10]
    if n < 1000:
        return f"{_DE_ONES[n // 100]}hundert" + (
            _german_stem(n % 100) if n % 100 else ""
        )
    thousands = f"{_german_stem(n // 1000)}tausend"
    return thousands + (_german_stem(n % 1000) if n % 1000 else "")


_AR_ONES = (
    "صفر واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة احدعشر اثناعشر ثلاثةعشر "
    "اربعةعشر خمسةعشر ستةعشر سبعةعشر ثمانيةعشر تسعةعشر"
).split()
_AR_TENS = "_ _ عشرون ثلاثون اربعون خمسون ستون سبعون ثمانون تسعون".split()


def _arabic(n: int) -> str:
    if n < 20:
        return _AR_ONES[n]
    if n == 100:
        return "مئة"
    return (f"{_AR_ONES[n % 10]} و" if n % 10 else "") + _AR_TENS[n // 10]


_ENGLISH = Spelling(
    variants={
        "ok": "okay",
        "alright": "all right",
        "grey": "gray",
        "colour": "color",
        "favourite": "favorite",
        "centre": "center",
        "theatre": "theater",
        "cheque": "check",
        "tyre": "tire",
        "programme": "program",
        "mum": "mom",
        "tv": "television",
        "mr": "mister",
        "dr": "doctor",
        "doughnut": "donut",
        "wifi": "wi fi",
        "email": "e mail",
        "percent": "per cent",
        "goodnight": "good night",
        "oclock": "o clock",
    },
    number=_english,
)
_GERMAN = Spelling(
    variants={
        "ok": "okay",
        "dreißig": "dreissig",
        "zwo": "zwei",
        "ein": "eins",
        "email": "e mail",
        "wlan": "w lan",
    },
    # casefold turns ß into ss already; umlauts typed without the key stay apart on
    # purpose ("schon" and "schön" are two words), but ae/oe/ue typed for them cannot be
    # told from words that hold those letters, so those differ and a lead decides.
    number=_german,
)
_ARABIC = Spelling(
    variants={"اثنين": "اثنان", "مائة": "مئة", "اوكي": "حسنا", "اوك": "حسنا"},
    letters={
        **dict.fromkeys(range(0x064B, 0x0653), None),  # short vowels and shadda
        0x0670: None,  # superscript alef
        0x0640: None,  # tatweel
        ord("أ"): "ا",
        ord("إ"): "ا",
        ord("آ"): "ا",
        ord("ٱ"): "ا",
        ord("ى"): "ي",
    },
    number=_arabic,
    max_number=100,
)

_SPELLINGS: Mapping[str, Spelling] = {"en": _ENGLISH, "de": _GERMAN, "ar": _ARABIC}
