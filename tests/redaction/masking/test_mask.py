"""Only what is known to be harmless stays, and nothing shines through the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.masking.mask import (
    UNCERTAINTY_MS,
    Claim,
    keep_intervals,
    replace_outside,
    silence_outside,
)
from storage.records import Span, TimingSource
from tests.redaction.sounds import RATE_HZ, buzz

WINDOW = (1000, 6000)
SPAN = Span(start_ms=3000, end_ms=3500)

moments = st.integers(-20_000, 40_000)
claims = st.lists(
    st.builds(
        Claim,
        start_ms=moments,
        end_ms=moments,
        masked=st.booleans(),
        covers=st.booleans(),
    ),
    max_size=12,
)


def kept(*words: tuple[int, int, bool], timing: TimingSource = TimingSource.HUMAN):
    made = [Claim(start, end, hide, covers=True) for start, end, hide in words]
    return keep_intervals(WINDOW, SPAN, made, timing)


def covers(intervals: list[tuple[int, int]], moment: int) -> bool:
    return any(start <= moment < end for start, end in intervals)


def test_without_words_only_the_span_stays() -> None:
    assert kept() == [(3000, 3500)]


def test_a_harmless_word_is_shrunk_by_what_its_times_may_be_off() -> None:
    assert kept((1500, 2000, False)) == [(1600, 1900), (3000, 3500)]


def test_the_less_is_known_of_the_times_the_less_is_kept() -> None:
    word = (1100, 2100, False)
    assert kept(word, timing=TimingSource.RECOGNISER)[0] == (1350, 1850)
    assert kept(word, timing=TimingSource.UNKNOWN)[0] == (1500, 1700)


def test_a_run_of_harmless_words_is_shrunk_at_its_ends_only() -> None:
    assert kept((1200, 1500, False), (1530, 1900, False)) == [
        (1300, 1800),
        (3000, 3500),
    ]


def test_a_pause_long_enough_for_a_word_is_not_kept() -> None:
    assert kept((1200, 1600, False), (1800, 2400, False))[:2] == [
        (1300, 1500),
        (1900, 2300),
    ]


def test_a_word_that_cannot_take_so_long_keeps_nothing() -> None:
    claim = Claim(1000, 6000, masked=False, covers=False)
    assert keep_intervals(WINDOW, SPAN, [claim], TimingSource.HUMAN) == [(3000, 3500)]


def test_a_harmless_word_beside_the_span_is_kept_up_to_the_span() -> None:
    assert kept((2600, 3000, False)) == [(2700, 3500)]


def test_a_masked_word_keeps_its_distance_from_harmless_ones() -> None:
    assert kept((2000, 2500, False), (2400, 2600, True))[0] == (2100, 2300)


def test_a_masked_word_across_the_edge_of_the_span_is_heard_in_the_span_only() -> None:
    assert kept((2800, 3200, True), (2200, 2800, False)) == [(2300, 2700), (3000, 3500)]


@given(claims, st.sampled_from(TimingSource))
def test_kept_parts_are_sorted_apart_in_the_window_and_hold_the_span(
    claims: list[Claim], timing: TimingSource
) -> None:
    parts = keep_intervals(WINDOW, SPAN, claims, timing)
    flat = [edge for part in parts for edge in part]
    assert flat == sorted(flat)
    assert flat[0] >= WINDOW[0]
    assert flat[-1] <= WINDOW[1]
    assert all(covers(parts, moment) for moment in range(SPAN.start_ms, SPAN.end_ms))


@given(claims, st.sampled_from(TimingSource))
def test_nothing_near_a_masked_word_is_kept_outside_the_span(
    claims: list[Claim], timing: TimingSource
) -> None:
    parts = keep_intervals(WINDOW, SPAN, claims, timing)
    margin = UNCERTAINTY_MS[timing]
    outside = [m for m in range(*WINDOW, 7) if not SPAN.start_ms <= m < SPAN.end_ms]
    for claim in claims:
        low, high = sorted((claim.start_ms, claim.end_ms))
        if claim.masked:
            near = [m for m in outside if low - margin <= m < high + margin]
            assert not any(covers(parts, moment) for moment in near)


@given(claims)
def test_what_no_harmless_word_covers_is_not_kept(
    claims: list[Claim],
) -> None:
    timing = TimingSource.HUMAN
    parts = keep_intervals(WINDOW, SPAN, claims, timing)
    known = [
        (claim.start_ms, claim.end_ms)
        for claim in claims
        if claim.covers and not claim.masked
    ]
    known.append((SPAN.start_ms, SPAN.end_ms))
    for moment in range(*WINDOW, 7):
        if covers(parts, moment):
            assert any(start - 60 <= moment < end + 60 for start, end in known)


@pytest.mark.parametrize("filler", ["tone", "noise"])
def test_kept_parts_are_the_original_and_the_rest_does_not_depend_on_it(
    filler: str,
) -> None:
    keep = [(500, 1000), (1500, 1700)]
    first, second = buzz(2, 110), buzz(2, 210)
    made = [
        replace_outside(sound, RATE_HZ, keep, np.random.default_rng(3), filler)
        for sound in (first, second)
    ]
    inside = np.zeros(32_000, dtype=bool)
    for start, end in keep:
        inside[start * 16 : end * 16] = True
    assert np.array_equal(made[0][~inside], made[1][~inside])
    well_inside = slice(503 * 16, 997 * 16)
    assert np.array_equal(made[0][well_inside], first[well_inside])
    assert np.abs(made[0][~inside]).max() > 0.01


@pytest.mark.parametrize("filler", ["tone", "noise"])
def test_there_is_no_click_where_the_sound_changes(filler: str) -> None:
    loud = np.full(16_000, 0.5, dtype=np.float32)
    made = replace_outside(
        loud, RATE_HZ, [(300, 600)], np.random.default_rng(0), filler
    )
    assert np.abs(np.diff(made)).max() < 0.06


@given(
    st.integers(0, 5000),
    st.sampled_from([8000, 16_000, 44_100]),
    st.lists(st.tuples(st.integers(-500, 1500), st.integers(-500, 1500)), max_size=5),
)
def test_any_length_rate_and_interval_gives_as_many_finite_samples(
    n_frames: int, rate_hz: int, keep: list[tuple[int, int]]
) -> None:
    keep = [(min(part), max(part)) for part in keep]
    sound = np.full(n_frames, 0.3, dtype=np.float32)
    made = replace_outside(sound, rate_hz, keep, np.random.default_rng(0), "noise")
    assert made.shape == sound.shape
    assert np.isfinite(made).all()
    quiet = silence_outside(sound, rate_hz, keep)
    audible = np.flatnonzero(quiet) * 1000 / rate_hz
    assert all(any(start - 1 <= ms <= end for start, end in keep) for ms in audible)
