"""Names that are everyday words are masked where they are names."""

import pytest

from bot.redaction.words import mask_words
from bot.redaction.words.personal.word_names import name_reasons

ENGLISH = """june april may august will max hope rich norm grace mark bill art chance
chase honey bear star summer melody skip dawn joy faith rose lily ivy iris daisy violet
ruby pearl amber jade crystal ginger olive sunny sky autumn heather holly hazel jasmine
angel frank jack pat rob nick drew ray guy miles dean earl hunter mason sandy dusty
cliff dale penny gene carol""".split()
GERMAN = """alt klein groß weiß hase jung lang kurz stark schwarz braun grün könig
kaiser wolf fuchs vogel bär rose winter sommer mai stein berg bach koch bauer richter
schäfer schmidt müller frank ernst roman rot hecht""".split()
ENGLISH_CARRIERS = [
    "call {} please",
    "{} can you read to me",
    "{} don't do that",
    "tell {} i'm on my way",
    "is {} coming to dinner",
    "my daughter {} is at school",
    "i had lunch with {} yesterday",
    "send a text to {}",
    "{} said it was fine",
    "where is {}",
    "good night {}",
    "that was {} on the phone",
    "has {} eaten yet",
    "we are visiting {} on friday",
    "let {} in please",
    "put {} on the phone",
    "{} and i are going out",
    "{} will be late tonight",
    "open the door {}",
]
GERMAN_CARRIERS = [
    "ruf {} an",
    "sag {} dass ich komme",
    "{} kannst du mir helfen",
    "herr {} hat angerufen",
    "wo ist {}",
    "schreib {} eine nachricht",
    "treffen mit frau {} um zehn",
    "nachricht an {}",
]
CASES = [("en-US", ENGLISH, ENGLISH_CARRIERS), ("de-DE", GERMAN, GERMAN_CARRIERS)]


@pytest.mark.parametrize(("locale", "names", "carriers"), CASES)
def test_at_most_one_such_name_in_fifty_is_shown(
    locale: str, names: list[str], carriers: list[str]
) -> None:
    shown = []
    for name in names:
        for carrier in carriers:
            words = carrier.format(name).split()
            if not mask_words(words, locale)[words.index(name)]:
                shown.append(" ".join(words))
    assert len(shown) <= 0.02 * len(names) * len(carriers)


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("will it rain tomorrow", "will"),
        ("when will she be here", "will"),
        ("may i have a table", "may"),
        ("set an alarm for june fifth", "june"),
        ("what is the weather in april", "april"),
        ("mark it as done", "mark"),
        ("skip this song", "skip"),
        ("pay the bill", "bill"),
    ],
)
def test_the_same_words_are_no_names_in_other_places(sentence: str, word: str) -> None:
    words = sentence.split()
    assert not name_reasons(words, "en")[words.index(word)]
