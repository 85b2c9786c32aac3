"""Words that are masked as personal are not played by asking about them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo import DEMO_CLIPS
from bot.errors import Invalid
from bot.redaction.masking.mask import keep_intervals
from bot.redaction.masking.span_words import claims_around, is_on_personal_words
from bot.redaction.masking.word_decisions import decide_words
from bot.sources import open_clip_source
from storage.records import Clip, Outcome, Span, Word
from tests.product import RAVI, ROSA, Product, build_product

SOURCE = open_clip_source(str(DEMO_CLIPS))
CLIPS = [SOURCE.clip(path.stem) for path in sorted(DEMO_CLIPS.glob("*.json"))]
# "her number is five five five oh one four two"
NUMBER = "en-us-0002"
FIRST_DIGIT_MS = 3850


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = build_product(tmp_path)
    yield made
    made.services.store.close()


def personal_words(clip: Clip) -> list[Word]:
    """Return the words that the draft knows to be personal, by the rules of masking."""
    nowhere = Span(start_ms=10**6, end_ms=10**6 + 100)
    decisions = decide_words(clip.words, nowhere, clip.locale)
    return [
        word
        for word, decision in zip(clip.words, decisions, strict=True)
        if decision.personal
    ]


def audible(clip: Clip, span: Span) -> list[tuple[int, int]]:
    """Return what a snippet of the span plays, in ms on the clip."""
    window = (max(0, span.start_ms - 2000), span.end_ms + 2000)
    decisions = decide_words(clip.words, span, clip.locale)
    claims = claims_around(clip.words, decisions, clip.locale)
    return keep_intervals(window, span, claims, clip.timing)


@pytest.mark.parametrize("span", ["3.85-6.6", "4.0-4.2", "5.85-6.179"])
def test_a_number_that_was_read_out_cannot_be_asked_about(
    product: Product, span: str
) -> None:
    with pytest.raises(Invalid, match="a name or a number") as refused:
        product.ask(ROSA, clip=NUMBER, span=span)
    assert refused.value.field == "span"
    event = product.last_event()
    assert (event.outcome, event.rule) == (Outcome.DENIED, "personal_span")


def test_a_span_that_touches_a_digit_is_cut_back_to_its_edge(product: Product) -> None:
    request = product.open(ROSA, clip=NUMBER, span="3.4-3.9")
    parts = audible(SOURCE.clip(NUMBER), request.span)
    assert max(last for _, last in parts) <= FIRST_DIGIT_MS
    assert product.hear(RAVI, request)


def test_a_refused_question_about_a_number_keeps_what_was_typed(
    product: Product,
) -> None:
    with pytest.raises(Invalid):
        product.ask(ROSA, clip=NUMBER, span="3.85-6.6", guess="two numbers")
    with product.services.store.read() as tx:
        draft = tx.drafts.by_form(product.act(ROSA).actor, "ask")
    assert draft is not None
    assert "two numbers" in draft


def test_a_name_that_the_draft_does_not_know_can_be_asked_about(
    product: Product,
) -> None:
    # "rose linen", of which the recogniser is 24 % sure.
    request = product.open(ROSA, clip="en-us-0004", span="1.762-2.306")
    assert product.hear(RAVI, request)


@given(
    clip=st.sampled_from(CLIPS),
    start_ms=st.integers(0, 7000),
    length_ms=st.integers(60, 3000),
)
@settings(max_examples=150, deadline=None)
def test_no_span_plays_a_personal_word(
    clip: Clip, start_ms: int, length_ms: int
) -> None:
    span = Span(start_ms=start_ms, end_ms=start_ms + length_ms)
    for word in personal_words(clip):
        for first, last in audible(clip, span):
            assert last <= word.start_ms or word.end_ms <= first, word


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.clip_id)
@pytest.mark.parametrize("step_ms", [60, 100, 250])
def test_slices_side_by_side_do_not_add_up_to_a_personal_word(
    clip: Clip, step_ms: int
) -> None:
    hidden = personal_words(clip)
    end_ms = max(word.end_ms for word in clip.words)
    for start_ms in range(0, end_ms, step_ms):
        span = Span(start_ms=start_ms, end_ms=start_ms + step_ms)
        if is_on_personal_words(clip.words, span, clip.locale):
            continue
        for first, last in audible(clip, span):
            for word in hidden:
                assert last <= word.start_ms or word.end_ms <= first, word
