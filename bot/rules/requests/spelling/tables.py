"""The registry: one table a language, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.rules.requests.spelling import germanic_numbers as germanic
from bot.rules.requests.spelling import other_numbers as other
from bot.rules.requests.spelling import romance_numbers as romance
from bot.rules.requests.spelling.kept_apart import KEPT
from bot.rules.requests.spelling.phrases import PHRASES, joined_numbers
from bot.rules.requests.spelling.spelling import Spelling
from bot.rules.requests.spelling.variants import VARIANTS

_GRAVE, _ACUTE, _CIRCUMFLEX, _TILDE = "\u0300", "\u0301", "\u0302", "\u0303"
_DIAERESIS, _CEDILLA = "\u0308", "\u0327"
_ALL_MARKS = frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX, _TILDE, _DIAERESIS, _CEDILLA})
_LIGATURES: dict[int, str | None] = {
    ord("œ"): "oe",
    ord("æ"): "ae",
}
_KATAKANA: dict[int, str | None] = {
    code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)
}
_ARABIC_LETTERS: dict[int, str | None] = {
    **dict.fromkeys(range(0x064B, 0x0656)),  # short vowels, shadda, hamza signs
    0x0670: None,  # superscript alef
    0x0640: None,  # tatweel
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    ord("ى"): "ي",
    ord("ئ"): "ي",
    ord("ؤ"): "و",
    ord("ء"): None,
    ord("ة"): "ه",
}
_HINDI_NASALS = (re.compile("[ङञणनम]\u094d(?=[क-घच-झट-ढत-धप-भ])"), "\u0902")
"""Before a consonant a nasal is written in full or as a dot: हिन्दी, हिंदी."""


_GERMAN_HUNDREDS = (
    (re.compile("^hundert"), "einhundert"),
    (re.compile("^tausend"), "eintausend"),
)
_JAPANESE_LOANS = (
    (re.compile("(?<=[ァ-ヴー]{3})ー(?![ァ-ヶー])"), ""),
    (re.compile("ヴァ"), "バ"),
    (re.compile("ヴィ"), "ビ"),
    (re.compile("ヴェ"), "ベ"),
    (re.compile("ヴォ"), "ボ"),
    (re.compile("ヴ"), "ブ"),
)
"""The last ー of a long loan word may be left out; ヴァ is written バ as well."""


def _signs(
    percent: str,
    euro: str,
    dollar: str,
    pound: str,
    **currency: str,
) -> dict[str, str]:
    """Return what signs are spoken as; `currency` names signs of the language's own."""
    own = {_OWN_SIGNS[name]: word for name, word in currency.items()}
    return {
        **own,
        "%": percent,
        "€": euro,
        "$": dollar,
        "£": pound,
    }


_OWN_SIGNS = {"yen": "¥", "rupee": "₹", "lira": "₺", "real": "r$"}


SPELLINGS: Mapping[str, Spelling] = {
    "en": Spelling(
        source="Oxford and Merriam-Webster spellings; accents of loan words",
        signs=_signs("per cent", "euro", "dollar", "pound", yen="yen", rupee="rupee"),
        letters=_LIGATURES,
        marks=_ALL_MARKS,
        kept=KEPT["en"],
        variants={**VARIANTS["en"], **joined_numbers(germanic.english)},
        number=germanic.english,
        max_number=999_999,
        group=",",
        phrases=PHRASES["en"],
    ),
    # Umlauts stay ("schon", "schön"); casefold turns ß into ss already.  "ae" typed for
    # "ä" cannot be told from words that hold both letters, so a lead decides there.
    "de": Spelling(
        source="Rat für deutsche Rechtschreibung, official rules of 2018",
        signs=_signs("prozent", "euro", "dollar", "pfund"),
        marks=frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX}),
        variants=VARIANTS["de"],
        number=germanic.german,
        max_number=999_999,
        group=".",
        phrases=PHRASES["de"],
        sounds=_GERMAN_HUNDREDS,
    ),
    "fr": Spelling(
        source="Académie française, Rectifications de l'orthographe (1990)",
        apostrophe=" ",
        signs=_signs("pour cent", "euro", "dollar", "livre"),
        letters=_LIGATURES,
        marks=_ALL_MARKS,
        kept=KEPT["fr"],
        variants={**VARIANTS["fr"], **joined_numbers(romance.french)},
        number=romance.french,
        group=" \u202f\u00a0",
        max_number=999_999,
        phrases=PHRASES["fr"],
    ),
    "es": Spelling(
        source="Real Academia Española, Ortografía (2010); ñ is a letter",
        signs=_signs("por ciento", "euro", "dolar", "libra"),
        marks=frozenset({_ACUTE, _DIAERESIS}),
        kept=KEPT["es"],
        variants=VARIANTS["es"],
        number=romance.spanish,
        group=".",
        max_number=999_999,
    ),
    "it": Spelling(
        source="Accademia della Crusca, accents and apostrophes",
        apostrophe=" ",
        signs=_signs("per cento", "euro", "dollaro", "sterlina"),
        marks=frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX}),
        kept=KEPT["it"],
        variants=VARIANTS["it"],
        number=romance.italian,
        group=".",
        max_number=999_999,
    ),
    "pt": Spelling(
        source="Acordo Ortográfico da Língua Portuguesa (1990)",
        signs=_signs("por cento", "euro", "dolar", "libra", real="reais"),
        marks=_ALL_MARKS,
        kept=KEPT["pt"],
        variants=VARIANTS["pt"],
        number=romance.portuguese,
        group=".",
        max_number=999_999,
    ),
    "nl": Spelling(
        source="Nederlandse Taalunie, Het Groene Boekje (2015)",
        signs=_signs("procent", "euro", "dollar", "pond"),
        marks=frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX, _DIAERESIS}),
        kept=KEPT["nl"],
        variants=VARIANTS["nl"],
        number=germanic.dutch,
        group=".",
        max_number=999,
        phrases=PHRASES["nl"],
    ),
    "da": Spelling(
        source="Dansk Sprognævn, Retskrivningsordbogen; æ, ø and å are letters",
        signs=_signs("procent", "euro", "dollar", "pund"),
        marks=frozenset({_ACUTE}),
        variants=VARIANTS["da"],
        number=germanic.danish,
        max_number=999,
        group=".",
        phrases=PHRASES["da"],
    ),
    "sv": Spelling(
        source="Svenska Akademiens ordlista; å, ä and ö are letters",
        signs=_signs("procent", "euro", "dollar", "pund"),
        kept=KEPT["sv"],
        marks=frozenset({_ACUTE, _GRAVE}),
        variants=VARIANTS["sv"],
        number=germanic.swedish,
        group=" \u00a0",
        max_number=999,
        phrases=PHRASES["sv"],
    ),
    "tr": Spelling(
        source="Türk Dil Kurumu, Yazım Kılavuzu: I is ı, İ is i",
        capitals={
            ord("I"): "ı",
            ord("İ"): "i",
        },
        signs=_signs("yüzde", "euro", "dolar", "sterlin", lira="lira"),
        letters={
            ord("ı"): "i",
            0x0307: None,
            ord("â"): "a",
            ord("î"): "i",
        },
        kept=KEPT["tr"],
        variants={**VARIANTS["tr"], **joined_numbers(other.turkish)},
        number=other.turkish,
        group=".",
        max_number=999_999,
        is_percent_first=True,
    ),
    "id": Spelling(
        source="Badan Bahasa, Ejaan yang Disempurnakan (2022)",
        signs=_signs("persen", "euro", "dolar", "pound"),
        marks=frozenset({_ACUTE}),
        variants={**VARIANTS["id"], **joined_numbers(other.indonesian)},
        number=other.indonesian,
        group=".",
        max_number=999_999,
    ),
    "pl": Spelling(
        source="Rada Języka Polskiego; letters with marks are letters",
        signs=_signs("procent", "euro", "dolar", "funt"),
        variants={**VARIANTS["pl"], **joined_numbers(other.polish)},
        number=other.polish,
        max_number=999,
        group=" \u00a0",
    ),
    "hi": Spelling(
        source="Central Hindi Directorate, Devanagari spelling (2016)",
        signs=_signs("प्रतिशत", "यूरो", "डॉलर", "पाउंड", rupee="रुपये"),
        sounds=(_HINDI_NASALS,),
        letters={
            0x093C: None,
            0x0901: "\u0902",
        },
        kept=KEPT["hi"],
        variants=VARIANTS["hi"],
        number=other.hindi,
        max_number=99_999,
        group=",",
        phrases=PHRASES["hi"],
    ),
    "ar": Spelling(
        source="Unicode Standard 9.2; alef, hamza, ta marbuta and alef maqsura",
        signs=_signs("بالميه", "يورو", "دولار", "جنيه"),
        letters=_ARABIC_LETTERS,
        variants=VARIANTS["ar"],
        number=other.arabic,
        max_number=999,
        group=",٬",
        phrases=PHRASES["ar"],
    ),
    "ja": Spelling(
        source="Cabinet notices on kana (1986) and loan words (1991); widths by NFKC",
        signs=_signs("ぱーせんと", "ゆーろ", "どる", "ぽんど", yen="円"),
        letters=_KATAKANA,
        variants=VARIANTS["ja"],
        number=other.japanese,
        max_number=999_999,
        space="",
        group=",",
        sounds=_JAPANESE_LOANS,
    ),
    "zh": Spelling(
        source="GB/T 15835-2011, use of numerals",
        signs=_signs("百分之", "欧元", "美元", "英镑", yen="元"),
        letters={
            ord("两"): "二",
            ord("兩"): "二",
            ord("〇"): "零",
        },
        variants=VARIANTS["zh"],
        number=other.han,
        max_number=999_999,
        space="",
        group=",",
        is_percent_first=True,
    ),
}
