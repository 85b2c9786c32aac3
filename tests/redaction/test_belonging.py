"""A transcript of another, longer recording is noticed; a word too many is not."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.belonging import check_belonging
from storage.records import Word
from tests.redaction.audio.test_one_clock import noise
from tests.redaction.sounds import convert, save

SECONDS = 6


@pytest.fixture(scope="module", params=["wav", "mp3", "webm", "aac", "ogg"])
def recording(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("belonging")
    wav = save(folder / "clip.wav", noise(SECONDS))
    if request.param == "wav":
        return wav
    return convert(wav, folder / f"made.{request.param}")


def words(n_inside: int, n_beyond: int) -> list[Word]:
    """Words inside the recording, and words from a second after its end on."""
    starts = [100 + i * 5_000 // max(n_inside, 1) for i in range(n_inside)]
    starts += [SECONDS * 1000 + 1_000 + i * 400 for i in range(n_beyond)]
    return [Word(text="on", start_ms=at, end_ms=at + 90) for at in starts]


def is_noticed(recording: Path, spoken: list[Word]) -> bool:
    window = read_window(recording, 1_000, 3_000)
    try:
        check_belonging(recording, window, spoken)
    except Invalid as error:
        assert "beyond the end of its recording" in str(error)  # noqa: PT017
        return True
    return False


@given(n_inside=st.integers(0, 40), n_beyond=st.integers(0, 40))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fifth_of_the_words_beyond_the_end_is_another_recordings(
    recording: Path, n_inside: int, n_beyond: int
) -> None:
    n_words = n_inside + n_beyond
    noticed = is_noticed(recording, words(n_inside, n_beyond))
    if n_beyond > 0.25 * n_words and n_words > 4:
        assert noticed
    if n_beyond < 0.15 * n_words:
        assert not noticed


@pytest.mark.parametrize("n_inside", [1, 2, 5, 30])
def test_one_word_that_a_recogniser_invents_at_the_end_is_let_be(
    recording: Path, n_inside: int
) -> None:
    assert not is_noticed(recording, words(n_inside, 1))


def test_words_of_a_piece_with_preserved_times_are_noticed(recording: Path) -> None:
    assert is_noticed(recording, words(0, 3))
