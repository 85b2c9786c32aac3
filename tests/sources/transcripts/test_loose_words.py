from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.tight_words import tighten


def loose(text, start, end, confidence=None):
    return LooseWord(text=text, start_ms=start, end_ms=end, confidence=confidence)


def rows(words):
    return [(w.text, w.start_ms, w.end_ms) for w in words]


@pytest.mark.parametrize(
    ("given_words", "expected"),
    [
        ([("a", 0, 10), ("b", 10, 20)], [("a", 0, 10), ("b", 10, 20)]),
        ([("b", 10, 20), ("a", 0, 10)], [("a", 0, 10), ("b", 10, 20)]),
        ([("a", 0, 110), ("b", 90, 200)], [("a", 0, 100), ("b", 100, 200)]),
        ([("a", 0, 500), ("b", 300, 900)], [("a b", 0, 900)]),
        ([("a", 0, 900), ("b", 200, 300), ("c", 900, 950)], [("a b", 0, 900), ("c", 900, 950)]),
        ([("a", 0, 10), ("b", 10, 10), ("c", 10, 20)], [("a b", 0, 10), ("c", 10, 20)]),
        ([("a", 5, 5), ("b", 5, 20)], [("a b", 5, 20)]),
        ([("a", 0, 10), ("b", None, None), ("c", 30, 40)],
         [("a", 0, 10), ("b", 10, 30), ("c", 30, 40)]),
        ([("a", None, None), ("b", None, None), ("c", 40, 50)],
         [("a", 0, 20), ("b", 20, 40), ("c", 40, 50)]),
        ([("a", 0, 10), ("b", None, None), ("c", 10, 20)], [("a b", 0, 10), ("c", 10, 20)]),
        ([("a", 0, 10), ("b", None, None)], [("a b", 0, 10)]),
        ([], []),
    ],
)  # fmt: skip
def test_loose_timings_become_tight_ones(given_words, expected):
    assert rows(tighten([loose(*word) for word in given_words])) == expected


def test_words_without_any_time_are_refused():
    with pytest.raises(Invalid, match="no times"):
        tighten([loose("a", None, None)])


def test_a_joined_word_is_as_sure_as_its_less_sure_half():
    joined = tighten([loose("a", 0, 500, 0.9), loose("b", 100, 600, 0.2)])
    assert joined[0].confidence == 0.2


times = st.integers(0, 2000) | st.none()


@given(
    st.lists(
        st.tuples(times, times).map(lambda t: t if None not in t else (None, None))
    )
)
def test_no_sound_loses_its_word(spans):
    spans = [(s, e) if s is None or s <= e else (e, s) for s, e in spans]
    try:
        words = tighten([loose(f"w{i}", s, e) for i, (s, e) in enumerate(spans)])
    except Invalid:
        assert all(s is None or s == e for s, e in spans)
        return
    covered = {ms for w in words for ms in range(w.start_ms, w.end_ms)}
    assert covered >= {ms for s, e in spans if s is not None for ms in range(s, e)}
    said = sorted(text for w in words for text in w.text.split())
    assert said == (sorted(f"w{i}" for i in range(len(spans))) if covered else [])


@given(st.text(max_size=50), st.integers(0, 1000), st.integers(0, 1000))
def test_spread_words_touch_and_fill_their_time(text, start, length):
    words = spread(text, start, start + length)
    assert "".join(w.text for w in words) == "".join(text.split())
    if words:
        assert (words[0].start_ms, words[-1].end_ms) == (start, start + length)
        assert all(a.end_ms == b.start_ms for a, b in pairwise(words))
    whole = {(start, start + length)} if len(words) > 1 else {None}
    assert {w.within for w in words} <= whole


def test_a_guessed_word_remembers_the_stretch_that_holds_it():
    words = tighten([*spread("turn on", 0, 1000), loose("the", 900, 1400)])
    assert [(w.text, w.within) for w in words] == [
        ("turn", (0, 1000)),
        ("on the", (0, 1400)),
    ]


def test_a_word_without_an_end_lasts_until_the_next_or_as_long_as_it_can_take():
    words = tighten([loose("turn", 0, None), loose("on", 300, None)])
    assert rows(words) == [("turn", 0, 300), ("on", 300, 825)]


def test_words_written_twice_count_once():
    words = [loose("turn", 0, 300), loose("on", 300, 500)]
    assert rows(tighten(words * 2)) == [("turn", 0, 300), ("on", 300, 500)]


def test_many_words_at_once_are_no_obstacle():
    words = tighten([loose(f"word{i}", 0, 1000 + i) for i in range(100)])
    assert sorted(" ".join(w.text for w in words).split()) == sorted(
        f"word{i}" for i in range(100)
    )
    assert {w.within for w in words} == {(0, 1099)}
