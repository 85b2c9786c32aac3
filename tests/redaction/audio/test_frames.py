"""Passing over frames gives the sound that decoding from the beginning gives."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.audio import frames
from bot.redaction.audio.codec import read_window
from tests.redaction.sounds import buzz, convert, save

FORMATS = [
    ("amr", "amr", ("-ar", "8000", "-b:a", "12.2k")),
    ("amr", "amr", ("-ar", "8000", "-b:a", "4.75k")),
    ("aac", "adts", ("-ar", "16000")),
    ("aac", "adts", ("-ar", "44100", "-ac", "2")),
]


def skippable(path: Path, container: str, until_s: float) -> tuple[int, float]:
    with path.open("rb") as file:
        return frames.skippable(file, container, until_s)


def encoded(folder: Path, suffix: str, options: tuple[str, ...]) -> Path:
    wav = save(folder / "clip.wav", buzz(5))
    return convert(wav, folder / f"clip.{suffix}", *options)


@pytest.mark.parametrize(
    ("suffix", "options"), [(suffix, options) for suffix, _, options in FORMATS]
)
def test_a_window_sounds_the_same_as_when_all_is_decoded(
    tmp_path: Path, suffix: str, options: tuple[str, ...]
) -> None:
    path = encoded(tmp_path, suffix, options)
    whole = read_window(path, 0, 5_000).samples
    for start_ms in (1_000, 2_345, 4_000):
        window = read_window(path, start_ms, start_ms + 500).samples
        there = whole[start_ms * 16 :][: len(window)]
        assert len(window) == pytest.approx(8_000, abs=2)
        assert (
            np.corrcoef(window, there)[0, 1] > 0.95
        )  # a part of a sample apart, at 44.1 kHz


@pytest.mark.parametrize(("suffix", "container", "options"), FORMATS)
def test_most_of_a_recording_is_passed_over_and_never_too_much(
    tmp_path: Path, suffix: str, container: str, options: tuple[str, ...]
) -> None:
    path = encoded(tmp_path, suffix, options)
    n_bytes, passed_s = skippable(path, container, 3.0)
    assert 2.9 < passed_s <= 3.0
    assert 0.5 < n_bytes / path.stat().st_size < 0.65


def test_frames_of_amr_wb_that_give_no_sound_take_no_time(tmp_path: Path) -> None:
    path = tmp_path / "clip.awb"
    speech, silence = bytes([8 << 3 | 4]) + bytes(60), bytes([9 << 3 | 4]) + bytes(5)
    path.write_bytes(b"#!AMR-WB\n" + 50 * (speech + silence))
    n_bytes, passed_s = skippable(path, "amr-wb", 0.45)
    assert (n_bytes, passed_s) == (9 + 22 * (61 + 6), pytest.approx(0.44))


@pytest.mark.parametrize(
    "damage", [b"", b"\xff", b"\xff\xf1\x50\x80\x00\x1f\xfc", bytes(100)]
)
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


MAGIC = {"amr": b"#!AMR\n", "amr-wb": b"#!AMR-WB\n", "adts": b""}
# 3GPP TS 26.101, with the octet that holds the type; 14 and 15 have no sound.
AMR_BYTES = dict(enumerate([13, 14, 16, 18, 20, 21, 27, 32, 6])) | {14: 1, 15: 1}
a_moment = st.floats(0, 100) | st.sampled_from([0.0, 1e-9, 1e9])


def amr_frame(kind: int) -> bytes:
    return bytes([kind << 3 | 4]) + b"\x55" * (AMR_BYTES[kind] - 1)


def adts_frame(n_bytes: int, says: int | None = None, rate: int = 8) -> bytes:
    """One block of 1024 at 16 kHz (rate 8); `says` is the length in its header."""
    size = n_bytes if says is None else says
    head = bytes([0xFF, 0xF1, 1 << 6 | rate << 2, 0x40 | size >> 11, size >> 3 & 0xFF])
    return head + bytes([(size & 7) << 5 | 0x1F, 0xFC]) + b"\x55" * (n_bytes - 7)


@given(st.lists(st.sampled_from(list(AMR_BYTES)), max_size=60), st.floats(0, 1.5))
def test_of_any_chain_of_amr_frames_those_before_the_moment_are_passed_over(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[int], until_s: float
) -> None:
    path = tmp_path_factory.mktemp("amr") / "clip.amr"
    path.write_bytes(MAGIC["amr"] + b"".join(map(amr_frame, kinds)))
    n_bytes, passed_s = skippable(path, "amr", until_s)
    reached = {0: 0}
    for n_frames in range(len(kinds) + 1):
        end = len(MAGIC["amr"]) + sum(AMR_BYTES[kind] for kind in kinds[:n_frames])
        reached[end] = sum(kind < 8 for kind in kinds[:n_frames])
    assert round(passed_s / 0.02) == reached[n_bytes]
    if 0 < until_s < 0.02 * sum(kind < 8 for kind in kinds) - 1e-6:
        assert until_s - 0.02 - 1e-6 < passed_s <= until_s


@given(
    st.lists(st.integers(7, 8191), max_size=30), st.floats(0, 1.5), st.integers(0, 300)
)
def test_of_any_chain_of_aac_frames_those_before_the_moment_are_passed_over(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], until_s: float, tag: int
) -> None:
    path = tmp_path_factory.mktemp("aac") / "clip.aac"
    id3 = b"ID3\4\0\0\0\0" + bytes([tag >> 7, tag & 0x7F]) + bytes(tag)
    path.write_bytes(id3 + b"".join(map(adts_frame, sizes)))
    n_bytes, passed_s = skippable(path, "adts", until_s)
    assert n_bytes in (0, len(id3) + sum(sizes[: round(passed_s / 0.064)]))
    if 0 < until_s < 0.064 * len(sizes) - 1e-6:
        assert until_s - 0.064 - 1e-6 < passed_s <= until_s


@given(st.sampled_from(sorted(MAGIC)), st.binary(max_size=400), a_moment)
def test_any_bytes_are_followed_to_a_place_within_them_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory,
    container: str,
    content: bytes,
    until_s: float,
) -> None:
    path = tmp_path_factory.mktemp("any") / "clip"
    path.write_bytes(MAGIC[container] + content)
    n_bytes, passed_s = skippable(path, container, until_s)
    assert 0 <= n_bytes <= path.stat().st_size
    assert 0 <= passed_s <= until_s


@given(
    st.lists(st.integers(7, 60), min_size=3, max_size=30),
    st.integers(0, 29),
    st.integers(0, 8191),
    st.integers(0, 15),
    st.integers(0, 40),
)
def test_a_header_that_lies_ends_the_search_or_leads_to_another_frame(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    liar: int,
    says: int,
    rate: int,
    cut: int,
) -> None:
    chain = [adts_frame(size) for size in sizes]
    chain[liar % len(chain)] = adts_frame(sizes[liar % len(chain)], says, rate)
    content = b"".join(chain)
    path = tmp_path_factory.mktemp("lies") / "clip.aac"
    path.write_bytes(content[: len(content) - cut])
    n_bytes, passed_s = skippable(path, "adts", 1.0)
    if n_bytes:
        assert content[n_bytes : n_bytes + 2] == b"\xff\xf1"
        assert 0 < passed_s <= 1.0
    else:
        assert passed_s == 0.0


@pytest.mark.parametrize("container", sorted(MAGIC))
def test_a_long_chain_is_followed_through_piece_after_piece(
    tmp_path: Path, container: str
) -> None:
    frame, seconds = {
        "amr": (amr_frame(7), 0.02),
        "amr-wb": (bytes([8 << 3 | 4]) + bytes(60), 0.02),
        "adts": (adts_frame(4099), 0.064),
    }[container]
    n_frames = 300_000 // len(frame)
    path = tmp_path / "clip"
    path.write_bytes(MAGIC[container] + n_frames * frame)
    n_bytes, passed_s = skippable(path, container, seconds * (n_frames - 0.5))
    assert n_bytes == len(MAGIC[container]) + (n_frames - 1) * len(frame)
    assert passed_s == pytest.approx(seconds * (n_frames - 1))
