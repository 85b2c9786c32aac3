"""Which tier holds the words, who timed them, and that no marked name is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.redaction.masking.claims import claims_of
from bot.redaction.masking.mask import keep_intervals
from bot.redaction.masking.word_decisions import decide_words
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    tier_of,
    transcript_of_tiers,
)
from storage.records import Span, TimingSource

WORDS = [(4003, 4403, "call"), (4403, 5001, "Annabel"), (5001, 5804, "please")]
SAME = [(4003, 5804, "call Annabel please")]
NAME = "Bartholomew"
SPAN = Span(start_ms=6000, end_ms=6600)


def tier(name, *rows):
    return tier_of(name, [Interval(*row) for row in rows])


def read(*tiers):
    found = transcript_of_tiers(tiers)
    return [word.text for word in found.words], found.timing


@pytest.mark.parametrize(
    "other",
    [
        tier("utterance", (0, 12_000, "utt-001")),
        tier("speaker", (0, 12_000, "A")),
        tier("speaker", (0, 12_000, "spk1")),
        tier("sentence", *SAME),
        tier("silence", (0, 4003, "#"), (5804, 12_000, "#")),
        tier("empty"),
    ],
)
@pytest.mark.parametrize("name", ["transcript", "words", "Ann", ""])
@pytest.mark.parametrize("is_first", [True, False])
def test_the_words_are_found_wherever_they_are(other, name, is_first):
    words = tier(name, *WORDS)
    tiers = [other, words] if is_first else [words, other]
    assert read(*tiers) == (["call", "Annabel", "please"], TimingSource.HUMAN)


@pytest.mark.parametrize(
    "other",
    [
        tier("phones", (4003, 4203, "k"), (4203, 4403, "l")),
        tier("PhonAlign", (4003, 4203, "k"), (4203, 4403, "O:l")),
        tier("MAU", (0, 4003, "<p:>")),
        tier("anything", *[(4003 + 100 * i, 4103 + 100 * i, p) for i, p in
                           enumerate(("K", "AO1", "L", "AE1", "N", "P"))]),
        tier("note", (0, 4003, "<p:>")),
    ],
)  # fmt: skip
def test_what_only_an_aligner_writes_makes_it_the_work_of_one(other):
    words = tier("words", *WORDS)
    assert read(other, words) == (
        ["call", "Annabel", "please"],
        TimingSource.RECOGNISER,
    )


def test_times_that_all_lie_on_frames_are_a_programs():
    rows = [(i * 300, i * 300 + 300, f"{text}") for i, text in enumerate("turn on the "
            "lamp please".split() * 2)]  # fmt: skip
    assert transcript_of_tiers([tier("words", *rows)]).timing is TimingSource.RECOGNISER
    by_hand = [(start + 3, end + 3, text) for start, end, text in rows]
    assert transcript_of_tiers([tier("words", *by_hand)]).timing is TimingSource.HUMAN


def test_speakers_may_have_a_tier_each():
    other = tier("Bob", (5804, 6200, "sure"))
    assert read(tier("Ann", *WORDS), other)[0] == ["call", "Annabel", "please", "sure"]


@pytest.mark.parametrize(
    "rows",
    [[(0, 12_000, "utt-001")], [(0, 400, "spk1"), (400, 900, "spk2")]],
)
def test_a_file_without_words_is_refused(rows):
    with pytest.raises(Invalid, match="no tier of words"):
        read(tier("utterance", *rows))


def test_phones_alone_are_no_words():
    with pytest.raises(Invalid, match="no tier of words"):
        read(tier("phones", (4003, 4203, "k"), (4203, 4403, "l")))


harmless = st.sampled_from("turn on the lamp please utt-001 A # [Music] sp".split())
rows = st.lists(
    st.tuples(st.integers(3000, 8000), st.integers(50, 6000), harmless), max_size=6
)


@st.composite
def tiers_with_a_name(draw):
    """Tiers of harmless labels, one of which marks a name exactly."""
    names = draw(
        st.lists(
            st.sampled_from(["words", "notes", "Ann", "speaker", "utterance"]),
            min_size=1,
            max_size=4,
        )
    )
    made = [
        [(start, start + length, label) for start, length, label in draw(rows)]
        for _ in names
    ]
    start = draw(st.integers(4000, 8000))
    made[draw(st.integers(0, len(made) - 1))].append((start, start + 600, NAME))
    return [tier(name, *rows) for name, rows in zip(names, made, strict=True)], start


@given(tiers_with_a_name())
@settings(max_examples=150, deadline=None)
def test_a_name_that_any_tier_marks_is_never_audible(drawn):
    tiers, start_ms = drawn
    try:
        found = transcript_of_tiers(tiers)
    except Invalid:
        return
    decisions = decide_words(found.words, SPAN, "en-US")
    masked = [decision.masked for decision in decisions]
    claims = claims_of(found.words, masked, "en-US")
    marked = [
        decision
        for word, decision in zip(found.words, decisions, strict=True)
        if NAME in word.text
    ]
    assert marked
    name = set(range(start_ms, start_ms + 600))
    if len(name & set(range(SPAN.start_ms, SPAN.end_ms))) >= 300:
        return  # It is the word in question itself.
    if not all(decision.masked for decision in marked):
        return  # The words around it make it a word like others.
    for first, last in keep_intervals((4000, 8600), SPAN, claims, found.timing):
        heard = set(range(first, last)) - set(range(SPAN.start_ms, SPAN.end_ms))
        assert not heard & name
