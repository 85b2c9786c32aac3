"""When two spellings are one word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.spelling import known_languages, reading, same_reading
from bot.rules.requests.spelling.ordinals import ORDINALS
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

MORE_OF_ONE_WORD = {
    "en": [
        *(("120", "one hundred and twenty"), ("a hundred", "100"), ("1,000", "1000")),
        *(("12,500", "twelve thousand five hundred"), ("¥5", "five yen")),
        *(("e-mail", "email"), ("wi-fi", "wifi"), ("twenty one", "twenty-one")),
    ],
    "de": [
        *(("100", "hundert"), ("120", "hundertzwanzig"), ("1.000", "eintausend")),
        *(("21", "ein und zwanzig"), ("GROSSE STRASSE", "große Straße")),
    ],
    "fr": [
        *(("200", "deux cents"), ("150", "cent cinquante"), ("1 000", "mille")),
        *(("vingtdeux", "22"), ("l’été", "l'ete"), ("qu'elle", "quelle")),
        *(("60", "soixante"), ("71", "septante et un"), ("90", "nonante")),
    ],
    "es": [
        *(("200", "doscientos"), ("ciento veinte", "120"), ("1.000", "mil")),
        *(("€5", "cinco euros"), ("$5", "cinco dólares"), ("cien", "100")),
    ],
    "it": [("200", "duecento"), ("1.500", "millecinquecento"), ("l’ora", "l ora")],
    "pt": [("R$ 5", "cinco reais"), ("200", "duzentos"), ("cento e vinte", "120")],
    "nl": [("200", "tweehonderd"), ("een en twintig", "21"), ("€5", "vijf euro")],
    "da": [("kr. 5", "fem kroner"), ("et hundrede", "100"), ("en og tyve", "21")],
    "sv": [("tjugo ett", "21"), ("ett hundra", "100"), ("epost", "e-post")],
    "tr": [
        *(("%5", "yüzde beş"), ("5 %", "yüzde beş"), ("₺5", "beş lira")),
        *(("yirmibir", "21"), ("1.000", "bin"), ("250", "iki yüz elli")),
    ],
    "id": [
        ("Rp5", "lima rupiah"),
        ("250", "dua ratus lima puluh"),
        ("1.000", "seribu"),
    ],
    "pl": [("e-mail", "email"), ("5 zł", "pięć złotych"), ("dwadzieściatrzy", "23")],
    "hi": [("₹5", "पांच रुपये"), ("ज़रा", "जरा"), ("६", "छह"), ("छः", "6")],
    "ar": [
        *(("٥٪", "خمسة بالمئة"), ("5 %", "خمسة بالمائة"), ("5%", "خمسة في المئة")),
        *(("إلى", "الى"), ("مكتبة", "مكتبه"), ("على", "علي"), ("۵", "5")),
    ],
    "ja": [
        *(("¥5", "五円"), ("ゼロ", "0"), ("零", "〇"), ("ヴァイオリン", "バイオリン")),
        *(("コンピューター", "コンピュータ"), ("ﾊﾟﾝ", "パン"), ("2つ", "二つ")),
    ],
    "zh": [("百分之五", "5%"), ("￥5", "五元"), ("两百", "200"), ("〇", "零")],
}
"""By language: numbers above a hundred, currencies, percent, spacing and widths."""

ZEROS = "0٠۰०০੦૦௦౦೦൦๐໐༠၀០０"
"""The digit zero of each script; its nine others follow it in Unicode."""

TWO_WORDS = {
    "en": [
        *(("lamp", "lamb"), ("notable", "no table"), ("07", "7"), ("light", "lamp")),
        *(("résumé", "resume"), ("5 %", "five dollars"), ("rosé", "rose")),
        *(("bucks", "dollars"), ("TV", "television"), ("1.000", "1,000")),
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
    "tr": [("kır", "kir"), ("ol", "öl"), ("sınır", "sinir"), ("tamam", "ok")],
    "id": [("dua puluh", "2")],
    "pl": [("laska", "łaska"), ("sad", "sąd")],
    "hi": [("राज़", "राज"), ("दिन", "दीन"), ("सज़ा", "सजा")],
    "ar": [("سبعة", "تسعة"), ("كلب", "قلب")],
    "ja": [("はし", "はじ"), ("おばさん", "おばあさん"), ("びょういん", "びよういん")],
    "zh": [("买", "卖"), ("七", "8"), ("好", "ok")],
}
"""By language: minimal pairs that stay two words."""


def _cases(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(*pair, language) for language, pairs in table.items() for pair in pairs]


@pytest.mark.parametrize(("one", "other", "language"), _cases(ONE_WORD))
def test_these_are_one_word(one: str, other: str, language: str) -> None:
    assert same_reading(one, other, f"{language}-XX")


@pytest.mark.parametrize(("one", "other", "language"), _cases(MORE_OF_ONE_WORD))
def test_these_are_one_word_too(one: str, other: str, language: str) -> None:
    assert same_reading(one, other, language)


ORDINALS_OF_ONE_WORD = {
    "en": [
        *(("1st", "first"), ("22nd", "twenty-second"), ("30th", "thirtieth")),
        *(("3RD", "third"), ("12th", "twelfth"), ("the 31st", "the thirty first")),
    ],
    "de": [("der 1. Mai", "der erste Mai"), ("die 21.", "die einundzwanzigste")],
    "fr": [
        *(("1er", "premier"), ("1re", "première"), ("1ère", "première")),
        *(("2e", "deuxième"), ("3ème", "troisième"), ("17e", "dix-septième")),
    ],
    "es": [
        *(("1.º", "primero"), ("1º", "primero"), ("2.ª", "segunda")),
        *(("1.er", "primer"), ("3er", "tercer"), ("10.º", "décimo")),
    ],
    "it": [("1º", "primo"), ("3ª", "terza"), ("20º", "ventesimo")],
    "pt": [("1º", "primeiro"), ("2.ª", "segunda"), ("10º", "décimo")],
    "nl": [("1e", "eerste"), ("8ste", "achtste"), ("21e", "eenentwintigste")],
    "sv": [("1:a", "första"), ("3:e", "tredje"), ("21:a", "tjugoförsta")],
    "tr": [("1'inci", "birinci"), ("3’üncü", "üçüncü"), ("6'ncı", "altıncı")],
    "id": [("ke-2", "kedua"), ("ke-12", "kedua belas")],
    "hi": [("1ला", "पहला"), ("5वाँ", "पाँचवाँ"), ("७वां", "सातवां")],
    "ja": [("第1", "第一"), ("1番目", "一番目")],
    "zh": [("第1", "第一"), ("第12", "第十二")],
}
"""By language: ordinals in figures and in words."""

GREAT_NUMBERS = {
    "da": [("250", "to hundrede og halvtreds"), ("120", "et hundrede tyve")],
    "pl": [
        ("250", "dwieście pięćdziesiąt"),
        ("999", "dziewięćset dziewięćdziesiąt dziewięć"),
    ],
    "hi": [("120", "एक सौ बीस"), ("2,500", "दो हज़ार पाँच सौ"), ("१००", "सौ")],
    "ar": [("150", "مائة وخمسون"), ("٢٠٠", "مئتان"), ("325", "ثلاثمائة وخمسة وعشرين")],
}
"""By language: numbers above a hundred."""

ORDINALS_OF_TWO_WORDS = {
    "en": [("1st", "1"), ("third", "3"), ("2nd", "second class"), ("41st", "first")],
    "de": [("es sind 7.", "es sind siebte"), ("der 1.", "1")],
    "fr": [("2e", "2"), ("1er", "première"), ("second", "deuxième")],
    "es": [("1.º", "1"), ("1.º", "1.ª"), ("1 o 2", "primero 2"), ("1.º", "primer")],
    "id": [("ke-2", "2"), ("ke 2", "kedua")],
    "ja": [("第一", "一")],
    "zh": [("第一", "一")],
}
"""By language: ordinals that are other words."""


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [*_cases(ORDINALS_OF_ONE_WORD), *_cases(GREAT_NUMBERS)],
)
def test_ordinals_and_great_numbers_are_one_word(
    one: str,
    other: str,
    language: str,
) -> None:
    assert same_reading(one, other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    _cases(ORDINALS_OF_TWO_WORDS),
)
def test_ordinals_are_no_numbers(
    one: str,
    other: str,
    language: str,
) -> None:
    assert not same_reading(one, other, language)


@pytest.mark.parametrize("language", sorted(ORDINALS))
def test_no_two_ordinals_meet(language: str) -> None:
    words = ORDINALS[language].words
    known = {reading(word, language) for word in words.values()}
    assert len(known) == len(set(words.values()))
    cardinals = {reading(str(n), language) for n in range(100)}
    assert not known & cardinals


@pytest.mark.parametrize("language", sorted(SPELLINGS))
def test_a_figure_is_the_same_in_the_digits_of_every_script(language: str) -> None:
    for zero in ZEROS:
        for n in range(10):
            assert same_reading(chr(ord(zero) + n), str(n), language), (zero, n)
        written = chr(ord(zero) + 2) + chr(ord(zero) + 5)
        assert same_reading(written, "25", language), zero


@pytest.mark.parametrize(("one", "other", "language"), _cases(TWO_WORDS))
def test_these_are_two_words(one: str, other: str, language: str) -> None:
    assert not same_reading(one, other, language)


def test_a_language_without_a_table_gets_the_steps_of_unicode() -> None:
    assert same_reading("ＬÁMP.", "lámp", "fi-FI")
    assert not same_reading("lámp", "lamp", "fi-FI")


def test_joiners_that_no_reader_sees_make_no_other_word() -> None:
    assert same_reading(
        "\u0645\u06cc\u200c\u0631\u0648\u0645",
        "\u0645\u06cc \u0631\u0648\u0645",
        "fa-IR",
    )
    assert same_reading(
        "\u0915\u094d\u200d\u0937\u092e\u093e",
        "\u0915\u094d\u0937\u092e\u093e",
        "hi-IN",
    )


def test_every_table_names_its_source_and_is_tried_in_both_directions() -> None:
    assert all(spelling.source for spelling in SPELLINGS.values())
    assert set(ONE_WORD) == set(TWO_WORDS) == set(known_languages())


@pytest.mark.parametrize("language", sorted(SPELLINGS))
def test_every_number_is_read_as_it_is_written_out(language: str) -> None:
    number = SPELLINGS[language].number
    assert number is not None
    written = {reading(number(n), language) for n in range(101)}
    assert len(written) == 101
    for n in (*range(101), *range(101, SPELLINGS[language].max_number, 7_919)):
        assert reading(str(n), language) == reading(number(n), language), n


@pytest.mark.parametrize("language", sorted(SPELLINGS))
def test_numbers_in_words_do_not_meet(language: str) -> None:
    number = SPELLINGS[language].number
    assert number is not None
    some = [*range(101), *range(101, SPELLINGS[language].max_number, 97)]
    assert len({reading(number(n), language) for n in some}) == len(some)


@given(st.text(max_size=60), st.sampled_from(["", "fi", *sorted(SPELLINGS)]))
def test_a_reading_reads_as_itself(text: str, locale: str) -> None:
    once = reading(text, locale)
    assert reading(once, locale) == once
