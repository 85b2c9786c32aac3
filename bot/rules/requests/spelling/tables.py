"""The registry: one table a language, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.rules.requests.spelling import germanic_numbers as germanic
from bot.rules.requests.spelling import other_numbers as other
from bot.rules.requests.spelling import romance_numbers as romance
from bot.rules.requests.spelling.kept_apart import KEPT
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


def _signs(
    percent: str,
    euro: str,
    dollar: str,
    pound: str,
) -> dict[str, str]:
    return {
        "%": percent,
        "€": euro,
        "$": dollar,
        "£": pound,
    }


SPELLINGS: Mapping[str, Spelling] = {
    "en": Spelling(
        source="Oxford and Merriam-Webster spellings; accents of loan words",
        signs=_signs("per cent", "euro", "dollar", "pound"),
        letters=_LIGATURES,
        marks=_ALL_MARKS,
        kept=KEPT["en"],
        variants=VARIANTS["en"],
        number=germanic.english,
        max_number=999_999,
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
    ),
    "fr": Spelling(
        source="Académie française, Rectifications de l'orthographe (1990)",
        apostrophe=" ",
        signs=_signs("pour cent", "euro", "dollar", "livre"),
        letters=_LIGATURES,
        marks=_ALL_MARKS,
        kept=KEPT["fr"],
        variants=VARIANTS["fr"],
        number=romance.french,
    ),
    "es": Spelling(
        source="Real Academia Española, Ortografía (2010); ñ is a letter",
        signs=_signs("por ciento", "euro", "dolar", "libra"),
        marks=frozenset({_ACUTE, _DIAERESIS}),
        kept=KEPT["es"],
        variants=VARIANTS["es"],
        number=romance.spanish,
    ),
    "it": Spelling(
        source="Accademia della Crusca, accents and apostrophes",
        apostrophe=" ",
        signs=_signs("per cento", "euro", "dollaro", "sterlina"),
        marks=frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX}),
        kept=KEPT["it"],
        variants=VARIANTS["it"],
        number=romance.italian,
    ),
    "pt": Spelling(
        source="Acordo Ortográfico da Língua Portuguesa (1990)",
        signs=_signs("por cento", "euro", "dolar", "libra"),
        marks=_ALL_MARKS,
        kept=KEPT["pt"],
        variants=VARIANTS["pt"],
        number=romance.portuguese,
    ),
    "nl": Spelling(
        source="Nederlandse Taalunie, Het Groene Boekje (2015)",
        signs=_signs("procent", "euro", "dollar", "pond"),
        marks=frozenset({_GRAVE, _ACUTE, _CIRCUMFLEX, _DIAERESIS}),
        kept=KEPT["nl"],
        variants=VARIANTS["nl"],
        number=germanic.dutch,
    ),
    "da": Spelling(
        source="Dansk Sprognævn, Retskrivningsordbogen; æ, ø and å are letters",
        signs=_signs("procent", "euro", "dollar", "pund"),
        marks=frozenset({_ACUTE}),
        variants=VARIANTS["da"],
        number=germanic.danish,
    ),
    "sv": Spelling(
        source="Svenska Akademiens ordlista; å, ä and ö are letters",
        signs=_signs("procent", "euro", "dollar", "pund"),
        kept=KEPT["sv"],
        marks=frozenset({_ACUTE, _GRAVE}),
        variants=VARIANTS["sv"],
        number=germanic.swedish,
    ),
    "tr": Spelling(
        source="Türk Dil Kurumu, Yazım Kılavuzu: I is ı, İ is i",
        capitals={
            ord("I"): "ı",
            ord("İ"): "i",
        },
        signs=_signs("yüzde", "euro", "dolar", "sterlin"),
        letters={
            ord("ı"): "i",
            0x0307: None,
            ord("â"): "a",
            ord("î"): "i",
        },
        kept=KEPT["tr"],
        variants=VARIANTS["tr"],
        number=other.turkish,
    ),
    "id": Spelling(
        source="Badan Bahasa, Ejaan yang Disempurnakan (2022)",
        signs=_signs("persen", "euro", "dolar", "pound"),
        marks=frozenset({_ACUTE}),
        variants=VARIANTS["id"],
        number=other.indonesian,
    ),
    "pl": Spelling(
        source="Rada Języka Polskiego; letters with marks are letters",
        signs=_signs("procent", "euro", "dolar", "funt"),
        variants=VARIANTS["pl"],
        number=other.polish,
    ),
    "hi": Spelling(
        source="Central Hindi Directorate, Devanagari spelling (2016)",
        signs=_signs("प्रतिशत", "यूरो", "डॉलर", "पाउंड"),
        sounds=(_HINDI_NASALS,),
        letters={
            0x093C: None,
            0x0901: "\u0902",
        },
        kept=KEPT["hi"],
        variants=VARIANTS["hi"],
        number=other.hindi,
    ),
    "ar": Spelling(
        source="Unicode Standard 9.2; alef, hamza, ta marbuta and alef maqsura",
        signs=_signs("بالميه", "يورو", "دولار", "جنيه"),
        letters=_ARABIC_LETTERS,
        variants=VARIANTS["ar"],
        number=other.arabic,
    ),
    "ja": Spelling(
        source="Cabinet notification on kana usage (1986); JIS X 0201 widths by NFKC",
        signs=_signs("ぱーせんと", "ゆーろ", "どる", "ぽんど"),
        letters=_KATAKANA,
        variants=VARIANTS["ja"],
        number=other.japanese,
        max_number=999_999,
        space="",
    ),
    "zh": Spelling(
        source="GB/T 15835-2011, use of numerals",
        signs=_signs("百分之", "欧元", "美元", "英镑"),
        letters={
            ord("两"): "二",
            ord("兩"): "二",
            ord("〇"): "零",
        },
        variants=VARIANTS["zh"],
        number=other.han,
        max_number=999_999,
        space="",
    ),
}
