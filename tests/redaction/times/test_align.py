"""Words are found where their sounds are, with a doubt that is honest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redaction.times.align import DraftTimes, Edges, find_edges
from bot.redaction.times.letters import ANY, Sound, sounds_of

LATE = 8.0


def heard(*parts: tuple[str, int]) -> np.ndarray:
    """Return what a sure model says of words and pauses (``), each of some frames."""
    rows = []
    for text, n_frames in parts:
        sounds = sounds_of(text) if text else (Sound.PAUSE,)
        for i in range(n_frames):
            row = np.full(ANY + 1, 0.01)
            row[sounds[i * len(sounds) // n_frames]] = 5
            if text:
                row[ANY] = 1
            rows.append(row)
    return np.array(rows)


def found(likelihoods: np.ndarray, texts: list[str], starts, ends) -> Edges:
    draft = DraftTimes(np.array(starts, float), np.array(ends, float), LATE, 12.0)
    return find_edges(likelihoods, texts, draft)


def middle(chances: np.ndarray) -> list[int]:
    return (np.cumsum(chances, axis=1) >= 0.5).argmax(axis=1).tolist()


def test_late_words_are_found_where_they_sound() -> None:
    sound = heard(("", 20), ("mission", 40), ("", 10), ("apply", 30), ("", 20))
    edges = found(sound, ["mission", "apply"], [34, 84], [70, 112])
    assert middle(edges.starts) == pytest.approx([20, 70], abs=2)
    assert middle(edges.ends) == pytest.approx([60, 100], abs=2)


def test_without_evidence_the_draft_counts_less_what_it_is_late() -> None:
    nothing = np.ones((100, ANY + 1))
    edges = found(nothing, ["mission"], [40], [70])
    assert middle(edges.starts)[0] == pytest.approx(40 - LATE, abs=6)


def test_the_less_is_heard_the_wider_is_the_doubt() -> None:
    clear = heard(("", 20), ("mission", 40), ("", 20))
    muddled = clear**0.1
    widths = []
    for sound in (clear, muddled):
        edges = found(sound, ["mission"], [28], [68])
        summed = np.cumsum(edges.starts, axis=1)[0]
        widths.append(int((summed >= 0.94).argmax() - (summed >= 0.06).argmax()))
    assert widths[0] < widths[1]


def test_words_cut_by_the_edges_of_the_window_reach_to_them() -> None:
    sound = heard(("mission", 20), ("", 10), ("apply", 20))
    edges = found(sound, ["mission", "apply"], [-20, 38], [28, 90])
    assert middle(edges.starts)[0] == 0
    assert middle(edges.ends)[1] == 50


@given(
    words=st.lists(
        st.tuples(st.text(max_size=8), st.integers(-50, 150), st.integers(-50, 150)),
        min_size=1,
        max_size=8,
    ),
    n_frames=st.integers(2, 120),
    seed=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=60)
def test_whatever_the_draft_claims_the_chances_add_up(
    words: list[tuple[str, int, int]], n_frames: int, seed: int
) -> None:
    likelihoods = np.random.default_rng(seed).exponential(size=(n_frames, ANY + 1))
    texts, starts, ends = zip(*words, strict=True)
    edges = found(likelihoods, list(texts), starts, ends)
    for chances in (edges.starts, edges.ends):
        assert chances.shape == (len(words), n_frames + 1)
        assert np.all(chances >= -1e-9)
        assert chances.sum(axis=1) == pytest.approx(np.ones(len(words)), abs=1e-6)
