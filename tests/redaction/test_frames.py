"""Passing over frames gives the sound that decoding from the beginning gives."""

from pathlib import Path

import numpy as np
import pytest

from bot.redaction import ffmpeg
from bot.redaction.frames import skippable
from tests.redaction.sounds import buzz, convert, save

FORMATS = [
    ("amr", "amr", ("-ar", "8000", "-b:a", "12.2k")),
    ("amr", "amr", ("-ar", "8000", "-b:a", "4.75k")),
    ("aac", "adts", ("-ar", "16000")),
    ("aac", "adts", ("-ar", "44100", "-ac", "2")),
]


def encoded(folder: Path, suffix: str, options: tuple[str, ...]) -> Path:
    wav = save(folder / "clip.wav", buzz(5))
    return convert(wav, folder / f"clip.{suffix}", *options)


@pytest.mark.parametrize(("suffix", "container", "options"), FORMATS)
def test_a_window_sounds_the_same_as_when_all_is_decoded(
    tmp_path: Path, suffix: str, container: str, options: tuple[str, ...]
) -> None:
    path = encoded(tmp_path, suffix, options)
    whole = ffmpeg.decode(path, container, 0.0, 5.0)
    for start_s in (1.0, 2.345, 4.0):
        window = ffmpeg.decode(path, container, start_s, 0.5)
        there = whole[round(start_s * 16_000) :][: len(window)]
        assert len(window) == pytest.approx(8_000, abs=2)
        assert np.corrcoef(window, there)[0, 1] > 0.95  # a part of a sample apart, at 44.1 kHz


@pytest.mark.parametrize(("suffix", "container", "options"), FORMATS)
def test_most_of_a_recording_is_passed_over_and_never_too_much(
    tmp_path: Path, suffix: str, container: str, options: tuple[str, ...]
) -> None:
    path = encoded(tmp_path, suffix, options)
    n_bytes, passed_s = skippable(path, container, 3.0)
    assert 2.9 < passed_s <= 3.0
    assert 0.5 < n_bytes / path.stat().st_size < 0.65


def test_frames_of_amr_wb_count_as_long_as_their_type_says(tmp_path: Path) -> None:
    path = tmp_path / "clip.awb"
    speech, silence = bytes([8 << 3 | 4]) + bytes(60), bytes([9 << 3 | 4]) + bytes(5)
    path.write_bytes(b"#!AMR-WB\n" + 50 * (speech + silence))
    n_bytes, passed_s = skippable(path, "amr-wb", 0.45)
    assert (n_bytes, passed_s) == (9 + 11 * (61 + 6), pytest.approx(0.44))


@pytest.mark.parametrize("damage", [b"", b"\xff", b"\xff\xf1\x50\x80\x00\x1f\xfc", bytes(100)])
def test_what_is_no_chain_of_frames_is_decoded_from_its_beginning(
    tmp_path: Path, damage: bytes
) -> None:
    path = encoded(tmp_path, "aac", ())
    path.write_bytes(path.read_bytes()[:2000] + damage + path.read_bytes()[2013:])
    assert skippable(path, "adts", 4.0) == (0, 0.0)


@pytest.mark.parametrize(("suffix", "container", "options"), FORMATS)
def test_beyond_the_end_nothing_is_passed_over(
    tmp_path: Path, suffix: str, container: str, options: tuple[str, ...]
) -> None:
    assert skippable(encoded(tmp_path, suffix, options), container, 60.0) == (0, 0.0)
