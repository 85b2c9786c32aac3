"""Every codec that ffmpeg writes, whole and damaged, is heard where it belongs."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from tests.redaction.audio.test_one_clock import FFMPEG, WITHIN_MS, assert_as_in, noise
from tests.redaction.sounds import RATE_HZ, convert, delay_ms, plain_decode, save

CONTAINERS = ("wav", "w64", "aiff", "caf", "au", "flac", "ogg", "mp3", "mov", "mp4")
CONTAINERS += ("mka", "webm", "aac", "amr")
# Lip-sync and silence have no sound of their own, and these are no codecs of recordings.
NO_SOUND = {"anull", "comfortnoise"}
PLACES_MS = (0, 2_600, 5_200)


def codecs() -> list[str]:
    """Return the names of all encoders of sound."""
    command = [FFMPEG, "-hide_banner", "-encoders"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"^ A\S{5} (\w+) ", listed, re.MULTILINE)) - NO_SOUND)


def encoded(folder: Path, wav: Path, codec: str) -> Path | None:
    """Write the sound in the first container that takes the codec; begin anywhere."""
    begin = sum(map(ord, codec)) % len(CONTAINERS)
    for suffix in CONTAINERS[begin:] + CONTAINERS[:begin]:
        path = folder / f"made.{suffix}"
        try:
            convert(wav, path, "-strict", "-2", "-c:a", codec)
        except subprocess.CalledProcessError:
            continue
        if path.stat().st_size > 1_000:
            return path
    return None


@pytest.mark.parametrize("codec", codecs())
def test_each_codec_is_heard_where_a_plain_decode_has_it(
    tmp_path: Path, codec: str
) -> None:
    wav = save(tmp_path / "clip.wav", noise(7))
    path = encoded(tmp_path, wav, codec)
    if path is None:
        pytest.skip("no container of ours takes it")
    try:
        expected = plain_decode(path)
    except subprocess.CalledProcessError:
        pytest.skip("this ffmpeg cannot read it either")
    n_seconds = len(expected) / RATE_HZ
    if not 6.5 < n_seconds < 8:
        pytest.skip("the encoder wrote another length")
    for start_ms in PLACES_MS:
        assert_as_in(expected, path, start_ms)


def pages_of(content: bytes) -> list[int]:
    """Return where the pages of an Ogg file begin, and its end."""
    return [match.start() for match in re.finditer(b"OggS", content)] + [len(content)]


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("opus", ("-c:a", "libopus", "-page_duration", "200000")),
        ("ogg", ("-c:a", "libvorbis")),
        ("oga", ("-c:a", "flac")),
    ],
)
@pytest.mark.parametrize("n_lost", [1, 2])
def test_lost_pages_are_silence_and_what_follows_stays_late(
    tmp_path: Path, suffix: str, options: tuple[str, ...], n_lost: int
) -> None:
    sound = noise(12)
    wav = save(tmp_path / "clip.wav", sound)
    path = convert(wav, tmp_path / f"made.{suffix}", *options)
    content = path.read_bytes()
    pages = pages_of(content)
    lost = len(pages) // 2
    path.write_bytes(content[: pages[lost]] + content[pages[lost + n_lost] :])
    for start_ms in (500, 2_500, 9_700, 10_300):
        assert_as_in(sound, path, start_ms)


@pytest.mark.parametrize("suffix", ["wav", "mp3", "ogg", "opus", "webm", "m4a", "amr"])
@pytest.mark.parametrize(
    "bend", ["truncated", "zeros behind", "a tag behind", "a tag before"]
)
def test_a_bent_file_is_heard_where_a_plain_decode_has_it_or_is_a_sentence(
    tmp_path: Path, suffix: str, bend: str
) -> None:
    wav = save(tmp_path / "clip.wav", noise(8))
    options = ("-ar", "8000") if suffix == "amr" else ()
    path = convert(wav, tmp_path / f"made.{suffix}", *options)
    content = path.read_bytes()
    bent = {
        "truncated": content[: len(content) * 2 // 3],
        "zeros behind": content + bytes(5_000),
        "a tag behind": content + b"TAG" + bytes(125),
        "a tag before": b"ID3\x03\x00\x00\x00\x00\x10\x00" + bytes(2048) + content,
    }
    path.write_bytes(bent[bend])
    try:
        expected = plain_decode(path)
    except subprocess.CalledProcessError:
        # libsndfile reads a WAV behind a tag, where ffmpeg gives up.
        expected = noise(8) if suffix == "wav" else np.zeros(0, dtype=np.float32)
    if len(expected) == 0:
        with pytest.raises(Invalid):
            read_window(path, 0, 1_000)
    n_ms = len(expected) // 16
    for start_ms in range(0, max(n_ms - 1_600, 0), 1_300):
        assert_as_in(expected, path, start_ms)


@pytest.mark.parametrize("n_channels", [2, 3, 6, 8])
@pytest.mark.parametrize("suffix", ["wav", "flac", "mka", "m4a"])
def test_channels_turned_over_are_heard_from_both_decoders(
    tmp_path: Path, n_channels: int, suffix: str
) -> None:
    sound = noise(4)
    channels = np.stack([sound if i % 2 else -sound for i in range(n_channels)], axis=1)
    wav = save(tmp_path / "clip.wav", channels)
    path = wav
    if suffix != "wav":
        path = convert(wav, tmp_path / f"made.{suffix}")
    heard = read_window(path, 1_000, 3_000).samples
    there = sound[16_000:48_000]
    assert np.sqrt(np.mean(heard**2)) > 0.3 * np.sqrt(np.mean(there**2))
    assert abs(delay_ms(there, heard)) <= WITHIN_MS


@pytest.mark.parametrize("wild", [2_000.0, -1e30, np.inf, np.nan])
@pytest.mark.parametrize("suffix", ["wav", "mka", "caf", "w64"])
def test_one_wild_sample_silences_nothing(
    tmp_path: Path, wild: float, suffix: str
) -> None:
    sound = noise(4)
    with_wild = sound.copy()
    with_wild[24_000] = wild
    wav = save(tmp_path / "clip.wav", with_wild, subtype="FLOAT")
    path = wav
    if suffix != "wav":
        path = convert(wav, tmp_path / f"made.{suffix}", "-c:a", "pcm_f32le")
    heard = read_window(path, 1_000, 3_000).samples
    there = sound[16_000:48_000]
    assert np.isfinite(heard).all()
    assert np.sqrt(np.mean(heard**2)) > 0.5 * np.sqrt(np.mean(there**2))
