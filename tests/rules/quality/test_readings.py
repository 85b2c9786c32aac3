"""Agreement and confusions: which requests count, and from which size on."""

from dataclasses import replace

from bot.rules.quality.readings import (
    FEWEST_REQUESTS,
    TooFew,
    compare_readings,
)
from storage.records import RequestState, WorkedRequest
from tests.rules.quality.worked import minutes, request, worked

WORDS = ("lamp", "lamb", "milk", "silk")


def is_maria(text: str, _locale: str) -> bool:
    return "maria" in text.lower()


def many(count: int = FEWEST_REQUESTS) -> list[WorkedRequest]:
    """Return requests of several words that three of seven people answered."""
    found = []
    for number in range(count):
        word = WORDS[number % len(WORDS)]
        answers = [word, word.upper(), word]
        one = worked(
            request(word=word),
            answers,
            first_listener=1 + number % 5,
        )
        found.append(one)
    return found


def test_fifty_requests_of_five_people_give_the_agreement() -> None:
    found = compare_readings(many(), is_maria)
    assert found.agreement is not None
    assert found.agreement.alpha == 1
    assert (found.requests, found.people) == (50, 7)


def test_fewer_requests_or_people_are_refused() -> None:
    few = compare_readings(many(FEWEST_REQUESTS - 1), is_maria)
    assert (few.agreement, few.too_few) == (None, TooFew.REQUESTS)
    four = [worked(request(word=word), [word] * 4) for word in WORDS * FEWEST_REQUESTS]
    found = compare_readings(four, is_maria)
    assert (found.agreement, found.too_few) == (None, TooFew.PEOPLE)


def test_answers_that_are_all_the_same_are_refused() -> None:
    same = [worked(request(), ["lamp"] * 5) for _ in range(FEWEST_REQUESTS)]
    assert compare_readings(same, is_maria).too_few is TooFew.VALUES


def test_personal_words_purged_words_and_discussed_requests_do_not_count() -> None:
    discussed = replace(request(), discussed_at=minutes(1))
    left_out = [
        worked(request(word="Maria"), ["lamp", "Maria"]),
        worked(request(personal=True), ["lamp", "lamp"]),
        worked(request(word=None), [None, None]),
        worked(discussed, ["lamp", "lamp"]),
        worked(request(RequestState.OPEN, word=None, answer=None), ["lamp"]),
    ]
    assert compare_readings(left_out, is_maria).requests == 0


def test_a_personal_word_is_a_dissent_but_never_a_confusion() -> None:
    heard = many()
    for listener in (10, 11, 12):
        one = worked(
            request(),
            ["Maria", "lamp", "lamp"],
            first_listener=listener,
        )
        heard.append(one)
    found = compare_readings(heard, is_maria)
    assert found.agreement is not None
    assert found.agreement.alpha < 1
    assert found.confusions == ()


def test_an_unsettled_request_counts_if_one_reading_is_harmless() -> None:
    unsettled = request(RequestState.DISPUTED, word=None, answer=None)
    both = [
        worked(unsettled, ["lamp", "Maria"]),
        worked(unsettled, ["Maria", "Maria"]),
    ]
    assert compare_readings(both, is_maria).requests == 1


def test_a_confusion_is_shown_once_three_people_made_it() -> None:
    heard = many()
    for listener in (10, 11):
        one = worked(
            request(word="fifteen"),
            ["Fifty", "fifteen", "fifteen"],
            first_listener=listener,
        )
        heard.append(one)
    assert compare_readings(heard, is_maria).confusions == ()
    third = worked(
        request(word="fifteen"),
        ["fifty", "fifteen", "fifteen"],
        first_listener=12,
    )
    (confusion,) = compare_readings([*heard, third], is_maria).confusions
    assert (confusion.heard, confusion.answers, confusion.people) == ("Fifty", 3, 3)


def test_the_same_word_in_two_languages_is_not_the_same_reading() -> None:
    several = many()
    german = [
        worked(
            request(word=word, locale="de-DE"),
            [word] * 5,
        )
        for word in WORDS
    ]
    found = compare_readings([*several, *german], is_maria)
    assert found.agreement is not None
    assert found.agreement.requests == len(several) + len(german)
