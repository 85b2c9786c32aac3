"""A label keeps no more sound audible than it takes to be spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.masking.claims import claims_of
from bot.redaction.masking.mask import keep_intervals
from bot.redaction.masking.span_words import claims_around
from bot.redaction.masking.speaking_time import longest_ms
from bot.redaction.masking.word_decisions import WordDecision, decide_words
from bot.redaction.times.place import Place
from bot.redaction.words.reasons import Reason
from storage.records import Span, TimingSource, Word

SPAN = Span(start_ms=6000, end_ms=6600)
WINDOW = (4000, 8600)
BRIDGED_GAP_MS = 60

labels = st.sampled_from(
    "turn on the lamp please thank you. call Annabel Placeholder A utt-001 ♪ ... # [Music]"
    " >> *laughs* spk1 (speaking in French) 20 Agent: حسنا 请 どうぞ ไฟ".split()
)


@pytest.mark.parametrize(
    "text",
    "♪ ... - — # _ * & [Music] [SOUND] >> <unk> utt-001 spk1 S1 SPEAKER_00 20 7th"
    " Speaker: (laughs) 【音楽】 （笑） *sighs* [unclosed 10:30".split(),
)
def test_what_is_no_word_takes_no_time(text: str) -> None:
    assert longest_ms([text]) == [0]


def test_a_tag_may_reach_over_several_words() -> None:
    times = longest_ms(["[speaking", "in", "French]", "hello"])
    assert times[:3] == [0, 0, 0]
    assert times[3] > 0


def test_a_bracket_without_its_partner_takes_only_its_own_word() -> None:
    first, second = longest_ms(["(speaking in", "hello"])
    assert first == 0
    assert second > 0


@pytest.mark.parametrize(
    ("text", "spoken_ms"),
    [
        # The longest of their length in speech aligned by force, and in demo clips.
        ("the", 620),
        ("dear", 520),
        ("million", 850),
        ("generous", 930),
        ("في", 410),
        ("ساعة", 860),
        ("التاسعة", 1377),
        # Isolated words of one syllable, as a person says them alone.
        ("行", 450),
        ("はい", 700),
    ],
)
def test_words_as_people_say_them_are_believed(text: str, spoken_ms: int) -> None:
    assert longest_ms([text])[0] >= spoken_ms


@pytest.mark.parametrize(
    ("locale", "text", "spoken_ms"),
    [
        # Said alone and slowly; each at least 2.5 times the average of its syllables.
        ("es-ES", "sí", 500),
        ("es-ES", "mañana", 1000),
        ("it-IT", "accendi", 1000),
        ("fr-FR", "oui", 550),
        ("vi-VN", "không", 750),
        ("zh-CN", "开", 700),
        ("ja-JP", "さようなら", 1600),
        ("de-DE", "Küche", 750),
        ("en-GB", "kitchen", 900),
        ("sw-KE", "jikoni", 900),
    ],
)
def test_each_language_has_time_for_a_slow_word(
    locale: str, text: str, spoken_ms: int
) -> None:
    assert longest_ms([text], locale)[0] >= spoken_ms


def test_a_language_spoken_faster_gets_less_time_for_the_same_letters() -> None:
    texts = ["さようなら"]
    assert longest_ms(texts, "ja-JP") < longest_ms(texts, "sw-KE")
    assert longest_ms(["你好"], "zh-CN") > longest_ms(["你好"])


def test_an_unknown_language_goes_by_its_writing_system() -> None:
    for locale in ("", "x", "tlh", "xx-XX"):
        assert longest_ms(["lamp", "лампа"], locale) == longest_ms(["lamp", "лампа"])


@pytest.mark.parametrize(
    ("text", "claimed_ms"),
    [("you", 30_000), ("turn", 8600), ("said", 4800), ("okay,", 2000), ("DO", 3780)],
)
def test_times_that_recognisers_are_known_to_invent_are_not_believed(
    text: str, claimed_ms: int
) -> None:
    (claim,) = claims_of(
        [Word(text=text, start_ms=0, end_ms=claimed_ms)], [False], "en-US"
    )
    assert not claim.covers


def test_a_guessed_word_claims_the_stretch_that_holds_it() -> None:
    words = [
        Word(text="turn", start_ms=0, end_ms=300, within=(0, 900)),
        Word(text="Annabel", start_ms=300, end_ms=900, within=(0, 900)),
    ]
    turn, name = claims_of(words, [False, True], "en-US")
    assert (turn.start_ms, turn.end_ms, turn.covers) == (0, 900, True)
    assert (name.start_ms, name.end_ms, name.masked) == (0, 900, True)


def test_words_of_a_stretch_are_doubted_together() -> None:
    words = [
        Word(text="turn", start_ms=0, end_ms=8000, within=(0, 12_000)),
        Word(text="on", start_ms=8000, end_ms=12_000, within=(0, 12_000)),
    ]
    assert not any(claim.covers for claim in claims_of(words, [False, False], "en-US"))


@st.composite
def transcripts(draw: st.DrawFn) -> list[Word]:
    words = []
    for text in draw(st.lists(labels, max_size=8)):
        start = draw(st.integers(0, 9000))
        length = draw(st.sampled_from([50, 200, 500, 1000, 3000, 12_000]))
        within = draw(st.none() | st.just((start, start + length)))
        word = Word(text=text, start_ms=start, end_ms=start + length, within=within)
        words.append(word)
    return words


def audible_ms(parts: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in parts)


@given(
    transcripts(),
    st.sampled_from(TimingSource),
    st.booleans(),
    st.sampled_from(["en-US", "es-ES", "ja-JP", "zh-CN", "vi-VN", "sw-KE", ""]),
)
def test_no_more_is_audible_than_the_span_and_what_the_words_can_take(
    words: list[Word], timing: TimingSource, unmask: bool, locale: str
) -> None:
    decisions = decide_words(words, SPAN, locale)
    masked = [decision.masked and not unmask for decision in decisions]
    claims = claims_of(words, masked, locale)
    parts = keep_intervals(WINDOW, SPAN, claims, timing)
    limit = sum(longest_ms([word.text for word in words], locale))
    bridged = BRIDGED_GAP_MS * (len(words) + 1)
    assert audible_ms(parts) <= SPAN.length_ms + limit + bridged


@given(transcripts(), st.sampled_from(TimingSource), st.integers(4000, 8000))
def test_a_name_marked_exactly_is_never_audible_outside_the_span(
    words: list[Word], timing: TimingSource, at_ms: int
) -> None:
    name = Word(text="Delgado", start_ms=at_ms, end_ms=at_ms + 600)
    decisions = decide_words([*words, name], SPAN, "en-US")
    if decisions[-1].why == Reason.MUDDLED_WORD:
        return
    assert decisions[-1].masked
    masked = [decision.masked for decision in decisions]
    claims = claims_of([*words, name], masked, "en-US")
    for start, end in keep_intervals(WINDOW, SPAN, claims, timing):
        outside = [(start, min(end, SPAN.start_ms)), (max(start, SPAN.end_ms), end)]
        for first, last in outside:
            overlap = min(last, name.end_ms) - max(first, name.start_ms)
            assert first >= last or overlap <= 0


@pytest.mark.parametrize(("late_ms", "covers"), [(0, True), (90, False)])
def test_a_place_in_the_sound_is_believed_only_as_long_as_its_word_can_take(
    late_ms: int, covers: bool
) -> None:
    word = Word(text="a", start_ms=1000, end_ms=1300)
    place = Place(
        start_ms=900 - late_ms,
        end_ms=1300,
        before_ms=0,
        after_ms=0,
        likely_before_ms=0,
        likely_after_ms=0,
    )
    shown = WordDecision(masked=False, shown=True, why=Reason.HARMLESS_WORD)
    (claim,) = claims_around([word], [shown], "en-US", places=[place])
    assert claim.covers is covers
