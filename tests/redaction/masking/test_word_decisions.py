"""Which words of the transcript count, and which reading nobody sees."""

from dataclasses import replace

import pytest

from bot.redaction.masking.word_decisions import decide_placed, decide_words
from bot.redaction.words import explain_words
from bot.redaction.words.reasons import Reason
from storage.records import Span, Word

SPAN = Span(start_ms=1000, end_ms=1500)


def word(
    text: str, start_ms: int, end_ms: int, confidence: float | None = None
) -> Word:
    return Word(text=text, start_ms=start_ms, end_ms=end_ms, confidence=confidence)


def test_harmless_words_are_shown_and_names_are_not() -> None:
    words = [word("call", 0, 400), word("bartholomew", 400, 1000)]
    call, name = decide_words(words, SPAN, "en-US")
    assert (call.masked, call.shown) == (False, True)
    assert (name.masked, name.shown) == (True, False)


def test_the_drafts_reading_of_the_muddled_word_is_not_shown() -> None:
    (decision,) = decide_words([word("the", 1010, 1480)], SPAN, "en-US")
    assert not decision.shown
    assert decision.why == Reason.MUDDLED_WORD


def test_a_word_that_only_touches_the_span_is_judged_like_any_other() -> None:
    words = [word("bartholomew", 300, 1050), word("please", 1480, 1700)]
    judged = explain_words(["bartholomew", "please"], "en-US")
    assert [d.masked for d in decide_words(words, SPAN, "en-US")] == [
        d.masked for d in judged
    ]
    assert Reason.MUDDLED_WORD not in [
        d.why for d in decide_words(words, SPAN, "en-US")
    ]


def test_an_uncertain_word_stays_only_if_it_is_harmless_anywhere() -> None:
    words = [word("the", 0, 300, 0.2), word("bartholomew", 300, 900, 0.2)]
    the, name = decide_words(words, SPAN, "en-US")
    assert the.shown
    assert (name.masked, name.why) == (True, Reason.LOW_CONFIDENCE)


def test_a_confidence_that_is_no_number_counts_as_low() -> None:
    (decision,) = decide_words(
        [word("bartholomew", 0, 300, float("nan"))], SPAN, "en-US"
    )
    assert decision.why == Reason.LOW_CONFIDENCE


def test_decisions_come_in_the_order_of_the_words_given() -> None:
    words = [word("bartholomew", 500, 900), word("call", 0, 400)]
    assert [d.masked for d in decide_words(words, SPAN, "en-US")] == [True, False]


def test_an_unknown_language_masks_everything() -> None:
    words = [word("the", 0, 300), word("call", 300, 600)]
    assert all(d.masked for d in decide_words(words, SPAN, "tlh"))


@pytest.mark.parametrize(
    ("sentence", "figure", "hidden"),
    [
        ("the pin is 7 3", 3, ["7", "3"]),
        ("i live at 12 garden street", 3, ["12"]),
    ],
)
def test_a_number_stays_one_where_the_sound_has_its_words_apart(
    sentence: str, figure: int, hidden: list[str]
) -> None:
    texts = sentence.split()
    draft = [word(text, 3000 + i * 400, 3400 + i * 400) for i, text in enumerate(texts)]
    placed = list(draft)
    moved = draft[figure]
    placed[figure] = replace(
        moved,
        start_ms=moved.start_ms - 500,
        end_ms=moved.end_ms - 500,
    )
    decisions = decide_placed(draft, placed, SPAN, "en-US")
    found = [
        text
        for text, decision in zip(texts, decisions, strict=True)
        if decision.personal
    ]
    assert set(hidden) <= set(found)
