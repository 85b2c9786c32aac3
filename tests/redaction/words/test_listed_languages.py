"""Languages without a model: what is planted is masked, everyday words are shown."""

from collections import Counter
from pathlib import Path

import pytest

from bot.redaction.words import mask_words
from bot.redaction.words.listed.tables import (
    FRAME_KEYS,
    LISTED,
    WITHOUT_SPACES,
    table_of,
)
from bot.redaction.words.word_lists import keyed_words, month_names, number_words
from tests.redaction.words.planted_sentences import planted

MAY_BE_EMPTY = {
    "titles_after",
    "determiners",
    "joiners",
    "linkers",
    "letters",
    "prepositions",
    "venues",
    "venues_after",
    "calls",
}

EVERYDAY = Path(__file__).parent / "everyday"
"""Plain sentences of a language, one a line, without anything personal."""

TELLS_WHERE = {
    "ar": "ما الطقس ليس بعيدا عن هنا",
    "da": "hvordan er vejret langt herfra",
    "es": "qué tiempo hace en mi ubicación actual",
    "fr": "quel temps fait-il loin d'ici",
    "hi": "मेरी वर्तमान लोकेशन का मौसम बताओ",
    "id": "apa cuaca di lokasi saya saat ini",
    "it": "che tempo fa nella mia posizione attuale",
    "ja": "現在 の 場所 の 天気 を 教えて",
    "nl": "wat is het weer op mijn huidige locatie",
    "pl": "jaka jest pogoda daleko stąd",
    "pt": "como está o tempo na minha localização atual",
    "sv": "hur är vädret på min nuvarande plats",
    "tr": "şu anda bulunduğum yerde hava nasıl",
    "zh": "我 现在 的 位置 天气 怎么样",
}
"""By language: a sentence that tells where the speaker is."""

CLOSER = {
    "ar": {"ليس", "بعيدا"},
    "da": {"langt"},
    "es": {"mi", "actual"},
    "fr": {"loin"},
    "hi": {"मेरी", "वर्तमान"},
    "id": {"saya", "saat", "ini"},
    "it": {"mia", "attuale"},
    "ja": {"現在"},
    "nl": {"mijn", "huidige"},
    "pl": {"daleko"},
    "pt": {"minha", "atual"},
    "sv": {"min", "nuvarande"},
    "tr": {"şu", "anda", "bulunduğum"},
    "zh": {"现在"},
}
"""By language: the words of that sentence that tell a place more closely."""

VENUES = {
    "da": "hvad viser kvistrup biografen i aften",
    "es": "qué ponen en el cine xanadrio esta noche",
    "fr": "que passe le cinéma xanadrio ce soir",
    "it": "cosa danno al cinema xanadrio stasera",
    "nl": "wat draait er vanavond in xanadrio theater",
    "pt": "o que passa no cinema xanadrio hoje",
    "tr": "xanadrio sinemasında hangi filmler var",
}
"""By language: a business called by an unknown word and the kind of business."""


@pytest.mark.parametrize("language", LISTED)
def test_a_language_has_all_that_a_language_needs(language: str) -> None:
    table = table_of(language)
    assert len(table.harmless) > 1500
    assert table.places
    assert len(number_words(language)) >= 15
    assert len(month_names(language)) >= 12
    written = keyed_words(language, "frames")
    missing = set(FRAME_KEYS) - set(written) - MAY_BE_EMPTY
    unknown = set(written) - set(FRAME_KEYS) - {"heads"}
    assert (missing, unknown) == (set(), set())


@pytest.mark.parametrize("language", LISTED)
def test_no_listed_word_is_a_name_or_a_place(language: str) -> None:
    table = table_of(language)
    closed = table.harmless - table.doubtful - table.places
    assert table.doubtful.isdisjoint(closed)


@pytest.mark.parametrize("language", LISTED)
def test_planted_numbers_and_codes_are_never_shown_and_names_hardly_ever(
    language: str,
) -> None:
    met: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for sentence in planted(language):
        flags = mask_words(sentence.words, language)
        for kind, masked in zip(sentence.kinds, flags, strict=True):
            met[kind] += 1
            shown[kind] += not masked
    assert shown["digits"] == 0
    assert shown["figures"] == 0
    assert shown["street"] == 0
    assert shown["house"] == 0
    assert shown["name"] <= 0.01 * met["name"]
    assert shown[""] >= 0.5 * met[""]


@pytest.mark.parametrize("language", LISTED)
def test_plain_sentences_are_shown_but_for_a_word_in_ten(language: str) -> None:
    n_words, n_masked = 0, 0
    for line in (EVERYDAY / f"{language}.txt").read_text("utf-8").splitlines():
        words = list(line) if language in WITHOUT_SPACES else line.split()
        n_words += len(words)
        n_masked += sum(mask_words(words, language))
    assert n_words >= 100
    assert n_masked <= 0.1 * n_words


@pytest.mark.parametrize("language", LISTED)
def test_words_that_tell_a_place_more_closely_are_masked_with_it(language: str) -> None:
    words = TELLS_WHERE[language].split()
    masked = masked_words(words, language)
    assert masked >= CLOSER[language]
    assert len(masked) < len(words)


@pytest.mark.parametrize("language", VENUES)
def test_a_business_is_masked_with_the_word_for_its_kind(language: str) -> None:
    words = VENUES[language].split()
    name = next(i for i, word in enumerate(words) if word in {"xanadrio", "kvistrup"})
    flags = mask_words(words, language)
    assert flags[name]
    assert flags[name - 1] or flags[name + 1]


@pytest.mark.parametrize("language", LISTED)
def test_an_everyday_name_is_masked_beside_a_name_a_title_or_a_call(
    language: str,
) -> None:
    table = table_of(language)
    everyday = table.words_of("everyday_names")
    calls = sorted(table.words_of("calls") - everyday)
    titles = sorted(table.words_of("titles") - everyday)
    shown = []
    for word in sorted(everyday & table.doubtful):
        for before in ("xanadrio", *calls[:3], *titles[:3]):
            flags = mask_words([before, word, "xanadrio"], language)
            flags_alone = mask_words([before, word], language)
            if not flags[1] or not flags_alone[1]:
                shown.append((before, word))
    assert shown == []


@pytest.mark.parametrize("language", LISTED)
def test_every_everyday_name_is_a_doubtful_word(language: str) -> None:
    """A word that is no name, or no everyday word, would stand there to no effect."""
    table = table_of(language)
    needless = table.words_of("everyday_names") - table.doubtful
    assert needless == set()


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("mets deux alarmes pour demain", "fr", "deux"),
        ("imposta due sveglie per domani", "it", "due"),
        ("pon dos alarmas para mañana", "es", "dos"),
        ("setel dua alarm untuk besok", "id", "dua"),
        ("geef dit boek drie sterren", "nl", "drie"),
    ],
)
def test_a_small_number_of_things_is_shown(
    text: str, language: str, number: str
) -> None:
    assert number not in masked_words(text.split(), language)


def masked_words(words: list[str], language: str) -> set[str]:
    flags = mask_words(words, language)
    return {word for word, masked in zip(words, flags, strict=True) if masked}
