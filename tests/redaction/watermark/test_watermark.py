"""The mark of one listen: where it is put, and how it is found again."""

import io
import subprocess
import sys
import wave

import numpy as np
import pytest
from scipy import signal

from bot.redaction.audio.wav import decode_wav, encode_wav
from bot.redaction.watermark.blind import fields_of, score_blind
from bot.redaction.watermark.detect import score_beside
from bot.redaction.watermark.mark import (
    DEPTH_DB,
    MAX_PAIRS,
    N_BANDS,
    chips,
    mark,
    mark_wav,
)
from bot.redaction.watermark.played import SPEEDS, join_pieces, piece_starts
from bot.redaction.watermark.score import Score
from bot.redaction.watermark.tiles import image_of
from tests.redaction.sounds import buzz, hiss

SECRET = b"s" * 32


def speech(seconds: float = 5.0) -> np.ndarray:
    return 0.5 * buzz(seconds) + hiss(seconds, 0.003)


def wav(samples: np.ndarray) -> bytes:
    return encode_wav(samples.astype(np.float32))


def z_beside(leak: np.ndarray, original: np.ndarray, listen_id: str = "a") -> float:
    coins = [chips(SECRET, listen_id)]
    return score_beside(image_of(leak.astype(np.float32)), image_of(original), coins)[
        0
    ].z


def test_the_mark_follows_from_the_listen_and_the_secret_alone() -> None:
    plain = wav(speech())
    assert mark_wav(plain, SECRET, "a") == mark_wav(plain, SECRET, "a")
    assert mark_wav(plain, SECRET, "a") != mark_wav(plain, SECRET, "b")
    assert mark_wav(plain, SECRET, "a") != mark_wav(plain, b"t" * 32, "a")


def test_chips_are_fair_and_those_of_two_listens_have_nothing_in_common() -> None:
    one, other = chips(SECRET, "a"), chips(SECRET, "b")
    n_chips = MAX_PAIRS * N_BANDS
    assert set(np.unique(one)) == {-1.0, 1.0}
    assert abs(one.sum()) < 4 * np.sqrt(n_chips)
    assert abs((one * other).sum()) < 4 * np.sqrt(n_chips)


def test_a_marked_wav_keeps_its_format_and_its_length() -> None:
    plain = wav(speech(1.23))
    with wave.open(io.BytesIO(mark_wav(plain, SECRET, "a"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (
            16_000,
            1,
            2,
        )
        assert file.getnframes() == len(decode_wav(plain))


@pytest.mark.parametrize("n_frames", [0, 1, 255, 256, 257, 8_000, 160_000])
def test_sound_of_any_length_is_marked_and_silence_stays_silent(n_frames: int) -> None:
    silence = np.zeros(n_frames, dtype=np.float32)
    assert not mark(silence, chips(SECRET, "a")).any()


def test_the_mark_is_small_and_nothing_outside_its_bands_changes() -> None:
    sound = hiss(5.0)
    changed = mark(sound, chips(SECRET, "a")) - sound
    frequencies_hz, power = signal.welch(changed, 16_000, nperseg=1024)
    outside = (frequencies_hz < 200) | (frequencies_hz > 3_600)
    assert power[outside].max() < 0.01 * power[~outside].mean()
    inside = signal.welch(sound, 16_000, nperseg=1024)[1][~outside]
    step = 10 ** (DEPTH_DB / 20) - 1
    assert power[~outside].mean() / inside.mean() < step**2


def test_full_scale_does_not_wrap_around() -> None:
    loud = np.where(np.arange(32_000) // 20 % 2, 1, -1).astype(np.float32)
    marked = decode_wav(mark_wav(wav(loud), SECRET, "a"))
    assert np.corrcoef(marked, loud)[0, 1] > 0.98


def test_the_listen_is_found_and_another_is_not() -> None:
    plain = speech()
    marked = mark(plain, chips(SECRET, "a"))
    assert z_beside(marked, plain, "a") > 15
    assert z_beside(marked, plain, "b") < 5


def test_sound_without_a_mark_names_nobody() -> None:
    plain = speech()
    assert abs(z_beside(plain, plain)) < 5


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda x: 0.1 * x, id="volume"),
        pytest.param(lambda x: x[16_000:], id="cropped at the beginning"),
        pytest.param(lambda x: x[:-16_000], id="cropped at the end"),
        pytest.param(
            lambda x: np.concatenate([hiss(7.0, 0.001), x]), id="late in a recording"
        ),
        pytest.param(
            lambda x: x + hiss(5.0, np.sqrt(np.square(x).mean() / 100)),
            id="noise 20 dB",
        ),
        pytest.param(
            lambda x: signal.resample_poly(signal.resample_poly(x, 1, 2), 2, 1),
            id="8 kHz",
        ),
        pytest.param(
            lambda x: signal.resample_poly(x, 100, 103), id="3 % faster and higher"
        ),
        pytest.param(
            lambda x: signal.resample_poly(x, 100, 97), id="3 % slower and lower"
        ),
        pytest.param(
            lambda x: np.clip(x, -0.5 * x.max(), 0.5 * x.max()), id="overdriven"
        ),
    ],
)
def test_the_mark_survives(change: object) -> None:
    plain = speech()
    marked = change(mark(plain, chips(SECRET, "a")))  # type: ignore[operator]
    assert z_beside(marked, plain) > 7


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_mark_survives_each_speed_of_the_player(speed: float) -> None:
    plain = speech()
    marked = mark(plain, chips(SECRET, "a"))
    played = join_pieces(marked, speed, piece_starts(marked, speed))
    assert z_beside(played, plain, "a") > 10
    assert z_beside(played, plain, "b") < 5


def test_the_fields_of_a_leak_are_the_same_for_every_candidate() -> None:
    fields = fields_of(image_of(speech(3.0)))
    coins = [chips(SECRET, str(i)) for i in range(5)]
    together = score_blind(fields, coins)
    apart = [score_blind(fields, [own])[0] for own in coins]
    assert [score.z for score in together] == pytest.approx([s.z for s in apart])


def test_a_masked_snippet_that_is_mostly_tone_is_marked_too() -> None:
    tone = 0.03 * np.sqrt(2) * np.sin(2 * np.pi * 1003 * np.arange(80_000) / 16_000)
    plain = tone.astype(np.float32)
    plain[32_000:44_000] = speech(0.75)
    marked = mark(plain, chips(SECRET, "a"))
    assert z_beside(marked, plain) > 7
    assert z_beside(marked, plain, "b") < 5


def test_the_mark_is_found_without_the_snippet() -> None:
    marked = mark(speech(8.0), chips(SECRET, "a"))
    leak = image_of(np.concatenate([hiss(1.0, 0.001), marked]))
    mine, other = score_blind(fields_of(leak), [chips(SECRET, "a"), chips(SECRET, "b")])
    assert mine.log_odds < np.log(1e-6)
    assert other.log_odds > np.log(1e-3)


@pytest.mark.parametrize("n_frames", [0, 100, 8_000])
def test_a_short_or_silent_leak_names_nobody(n_frames: int) -> None:
    nothing = image_of(np.zeros(n_frames, dtype=np.float32))
    coins = [chips(SECRET, "a")]
    assert score_blind(fields_of(nothing), coins)[0].log_odds == 0
    assert score_beside(nothing, image_of(speech()), coins)[0].log_odds > np.log(1e-3)


def test_a_leak_that_covers_too_little_of_the_snippet_names_nobody() -> None:
    plain = speech(8.0)
    leak = mark(plain, chips(SECRET, "a"))[-8_000:]
    assert z_beside(leak, plain, "b") < 4


def test_the_odds_are_hoeffdings_times_the_places_tried() -> None:
    assert Score(8.0, 1).log_odds == -32
    assert Score(8.0, 100).log_odds == pytest.approx(-32 + np.log(100))
    assert Score(-8.0, 1).log_odds == 0
    assert Score(1.0, 1000).log_odds == 0


def test_strangers_scores_are_within_the_bound() -> None:
    plain = speech(3.0)
    leak = image_of(mark(plain, chips(SECRET, "a")))
    strangers = [chips(SECRET, f"stranger {i}") for i in range(3_000)]
    scores = np.array(
        [score.z for score in score_beside(leak, image_of(plain), strangers)]
    )
    for z in (1.0, 2.0, 3.0):
        assert (scores >= z).mean() <= np.exp(-(z**2) / 2)
    assert scores.max() < 5


def test_marking_needs_no_scipy() -> None:
    code = "import sys, bot.redaction.watermark.mark; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
