"""When two spellings are one word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.spelling import known_languages, reading, same_reading
from bot.rules.requests.spelling.tables import SPELLINGS

ONE_WORD = {
    "en": [
        *(("Lamp", "lamp "), ("okay", "OK"), ("don't", "dont"), ("don’t", "don't")),
        *(("7", "seven"), ("21", "twenty-one"), ("105", "one hundred five")),
        *(
            ("colour", "color"),
            ("ＬＡＭＰ", "lamp"),
            ("café", "cafe"),
            ("5 %", "five percent"),
        ),
        *(("$5", "five dollars"), ("5 €", "five euros"), ("naïve", "naive")),
    ],
    "de": [
        *(("Straße", "strasse"), ("21", "einundzwanzig"), ("zwo", "2")),
        *(("30", "dreißig"), ("5 %", "fünf Prozent"), ("3 €", "drei Euro")),
    ],
    "fr": [
        *(
            ("deux", "2"),
            ("café", "cafe"),
            ("71", "soixante et onze"),
            ("99", "quatre-vingt-dix-neuf"),
        ),
        *(
            ("80", "quatre-vingts"),
            ("l’eau", "l' eau"),
            ("cœur", "coeur"),
            ("5%", "cinq pour cent"),
        ),
        *(("aujourd'hui", "aujourdhui"), ("21", "vingt-et-un"), ("réveil", "reveil")),
    ],
    "es": [
        *(
            ("dos", "2"),
            ("canción", "cancion"),
            ("31", "treinta y uno"),
            ("22", "veintidós"),
        ),
        *(
            ("5 %", "cinco por ciento"),
            ("pingüino", "pinguino"),
            ("10 €", "diez euros"),
        ),
    ],
    "it": [
        ("due", "2"),
        ("caffè", "caffe"),
        ("28", "ventotto"),
        ("33", "trentatré"),
        ("5%", "cinque per cento"),
    ],
    "pt": [
        ("dois", "2"),
        ("coração", "coracao"),
        ("17", "dezassete"),
        ("22", "vinte e dois"),
        ("5 %", "cinco por cento"),
    ],
    "nl": [
        ("twee", "2"),
        ("22", "tweeëntwintig"),
        ("financiën", "financien"),
        ("5 %", "vijf procent"),
    ],
    "da": [
        ("to", "2"),
        ("57", "syvoghalvtreds"),
        ("café", "cafe"),
        ("5 kr", "fem kroner"),
    ],
    "sv": [("två", "2"), ("23", "tjugotre"), ("en", "ett"), ("5 %", "fem procent")],
    "tr": [
        ("iki", "2"),
        ("IŞIK", "ışık"),
        ("İSTANBUL", "istanbul"),
        ("46", "kırk altı"),
        ("kapı", "kapi"),
    ],
    "id": [
        ("dua", "2"),
        ("15", "lima belas"),
        ("20", "dua puluh"),
        ("5 %", "lima persen"),
    ],
    "pl": [("dwa", "2"), ("23", "dwadzieścia trzy"), ("5 %", "pięć procent")],
    "hi": [
        *(("दो", "2"), ("२", "दो"), ("ज़रूर", "जरूर"), ("हिन्दी", "हिंदी"), ("चाँद", "चांद")),
        *(("25", "पच्चीस"), ("5 %", "पांच प्रतिशत")),
    ],
    "ar": [
        *(("أحمد", "احمد"), ("مُوسِيقَى", "موسيقي"), ("٧", "سبعة"), ("7", "٧")),
        *(("مدرسة", "مدرسه"), ("23", "ثلاثة وعشرون"), ("مسؤول", "مسوول")),
    ],
    "ja": [
        *(
            ("カタカナ", "かたかな"),
            ("ｶﾀｶﾅ", "カタカナ"),
            ("二", "2"),
            ("7時", "七時"),
            ("１２", "十二"),
        ),
        *(("百", "100"), ("電気 を", "電気を"), ("5%", "五パーセント")),
    ],
    "zh": [
        ("二", "2"),
        ("两", "2"),
        ("七点", "7点"),
        ("25", "二十五"),
        ("105", "一百零五"),
        ("打 开", "打开"),
    ],
}
"""By language: spellings of the same word."""

TWO_WORDS = {
    "en": [
        *(("lamp", "lamb"), ("notable", "no table"), ("07", "7"), ("light", "lamp")),
        *(("résumé", "resume"), ("5 %", "five dollars"), ("rosé", "rose")),
    ],
    "de": [("schon", "schön"), ("drei", "3 prozent")],
    "fr": [
        ("où", "ou"),
        ("pêche", "péché"),
        ("sûr", "sur"),
        ("à", "a"),
        ("du", "dû"),
        ("mais", "maïs"),
        ("deux", "3"),
    ],
    "es": [
        ("mañana", "manana"),
        ("año", "ano"),
        ("sí", "si"),
        ("papá", "papa"),
        ("él", "el"),
    ],
    "it": [("è", "e"), ("papà", "papa"), ("però", "pero"), ("metà", "meta")],
    "pt": [("avó", "avô"), ("é", "e"), ("país", "pais"), ("maçã", "maca")],
    "nl": [("hé", "he"), ("zes", "7")],
    "da": [("hår", "har"), ("øl", "ol")],
    "sv": [("får", "far"), ("idé", "ide"), ("öl", "ol")],
    "tr": [("kır", "kir"), ("ol", "öl"), ("sınır", "sinir")],
    "id": [("dua puluh", "2")],
    "pl": [("laska", "łaska"), ("sad", "sąd")],
    "hi": [("राज़", "राज"), ("दिन", "दीन"), ("सज़ा", "सजा")],
    "ar": [("سبعة", "تسعة"), ("كلب", "قلب")],
    "ja": [("はし", "はじ"), ("おばさん", "おばあさん"), ("びょういん", "びよういん")],
    "zh": [("买", "卖"), ("七", "8")],
}
"""By language: minimal pairs that stay two words."""


def _cases(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(*pair, language) for language, pairs in table.items() for pair in pairs]


@pytest.mark.parametrize(("one", "other", "language"), _cases(ONE_WORD))
def test_these_are_one_word(one: str, other: str, language: str) -> None:
    assert same_reading(one, other, f"{language}-XX")


@pytest.mark.parametrize(("one", "other", "language"), _cases(TWO_WORDS))
def test_these_are_two_words(one: str, other: str, language: str) -> None:
    assert not same_reading(one, other, language)


def test_a_language_without_a_table_gets_the_steps_of_unicode() -> None:
    assert same_reading("ＬÁMP.", "lámp", "fi-FI")
    assert not same_reading("lámp", "lamp", "fi-FI")


def test_every_table_names_its_source_and_is_tried_in_both_directions() -> None:
    assert all(spelling.source for spelling in SPELLINGS.values())
    assert set(ONE_WORD) == set(TWO_WORDS) == set(known_languages())


@pytest.mark.parametrize("language", sorted(SPELLINGS))
def test_every_number_is_read_as_it_is_written_out(language: str) -> None:
    number = SPELLINGS[language].number
    assert number is not None
    written = {reading(number(n), language) for n in range(101)}
    assert len(written) == 101
    for n in range(101):
        assert reading(str(n), language) == reading(number(n), language), n


@given(st.text(max_size=60), st.sampled_from(["", "fi", *sorted(SPELLINGS)]))
def test_a_reading_reads_as_itself(text: str, locale: str) -> None:
    once = reading(text, locale)
    assert reading(once, locale) == once
