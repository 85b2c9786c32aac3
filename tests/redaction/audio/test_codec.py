"""What can be read, and what is said of the rest."""

import io
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.errors import Invalid
from bot.redaction.audio.codec import encode_flac, read_window, sniff
from bot.redaction.audio.wav import encode_wav
from tests.redaction.sounds import (
    RATE_HZ,
    buzz,
    convert,
    delay_ms,
    hiss,
    plain_decode,
    save,
)

# suffix, options of ffmpeg, what it is
FORMATS = [
    ("flac", (), "flac"),
    ("ogg", ("-c:a", "libvorbis"), "ogg"),
    ("opus", ("-c:a", "libopus"), "ogg"),
    ("mp3", (), "mp3"),
    ("aiff", (), "aiff"),
    ("caf", (), "caf"),
    ("m4a", (), "mp4"),
    ("mp4", ("-c:a", "aac"), "mp4"),
    ("aac", (), "adts"),
    ("webm", ("-c:a", "libopus"), "webm"),
    ("amr", ("-ar", "8000", "-b:a", "12.2k"), "amr"),
    ("3gp", ("-ar", "8000", "-b:a", "12.2k"), "mp4"),
]


def kind_of(path: Path) -> str:
    with path.open("rb") as file:
        return sniff(file)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of noise that comes and goes: it has one position only."""
    sound = hiss(8) * (1 + np.repeat(hiss(8)[:80] * 5, 1600)).clip(0, 2)
    return save(tmp_path_factory.mktemp("clips") / "clip.wav", sound.astype(np.float32))


@pytest.mark.parametrize(("suffix", "options", "container"), FORMATS)
def test_every_format_is_recognised_and_read_in_time(
    recording: Path,
    tmp_path: Path,
    suffix: str,
    options: tuple[str, ...],
    container: str,
) -> None:
    path = convert(recording, tmp_path / f"clip.{suffix}", *options)
    original = plain_decode(path)
    assert kind_of(path) == container
    for start_ms in (0, 3210):
        window = read_window(path, start_ms, start_ms + 3000)
        first = start_ms * RATE_HZ // 1000
        assert window.start_ms == start_ms
        assert window.samples.dtype == np.float32
        assert len(window.samples) == 48_000
        assert abs(delay_ms(original[first : first + 48_000], window.samples)) < 20


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "webm", "txt"])
def test_a_file_that_lies_about_its_type_is_read_for_what_it_is(
    recording: Path, tmp_path: Path, suffix: str
) -> None:
    path = Path(shutil.copy(recording, tmp_path / f"clip.{suffix}"))
    assert kind_of(path) == "wav"
    assert len(read_window(path, 0, 1000).samples) == 16_000


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_becomes_16_khz_without_a_shift(tmp_path: Path, rate_hz: int) -> None:
    times = np.arange(4 * rate_hz) / rate_hz
    chirp = np.sin(2 * np.pi * (200 + 300 * times) * times).astype(np.float32) / 2
    window = read_window(save(tmp_path / "clip.wav", chirp, rate_hz), 1000, 3000)
    times = 1 + np.arange(32_000) / RATE_HZ
    expected = np.sin(2 * np.pi * (200 + 300 * times) * times) / 2
    assert len(window.samples) == 32_000
    assert np.abs(window.samples - expected).max() < 0.02


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
)
def test_any_sample_type_is_read(tmp_path: Path, subtype: str) -> None:
    sound = buzz(1)
    window = read_window(save(tmp_path / "clip.wav", sound, subtype=subtype), 0, 1000)
    assert np.abs(window.samples - sound).max() < 0.03


def test_six_channels_become_one(tmp_path: Path) -> None:
    sound = np.repeat(buzz(1)[:, None], 6, axis=1)
    window = read_window(save(tmp_path / "clip.wav", sound), 0, 1000)
    assert window.samples.shape == (16_000,)
    assert np.abs(window.samples - sound[:, 0]).max() < 0.001


def test_channels_that_cancel_are_still_heard(tmp_path: Path) -> None:
    sound = buzz(1)
    window = read_window(
        save(tmp_path / "clip.wav", np.stack([sound, -sound], 1)), 0, 1000
    )
    assert np.abs(window.samples).max() > 0.2


def test_not_a_number_and_infinity_are_read_as_something_finite(tmp_path: Path) -> None:
    sound = buzz(1).copy()
    sound[100], sound[200], sound[300] = np.nan, np.inf, 7
    window = read_window(save(tmp_path / "clip.wav", sound, subtype="FLOAT"), 0, 1000)
    assert np.isfinite(window.samples).all()
    assert np.abs(window.samples).max() <= 1


def test_a_window_is_shortened_to_what_exists(recording: Path) -> None:
    window = read_window(recording, -1500, 2000)
    assert (window.start_ms, len(window.samples)) == (0, 32_000)
    window = read_window(recording, 7000, 9000)
    assert (len(window.samples), window.clip_duration_ms) == (16_000, 8000)


@pytest.mark.parametrize("suffix", ["wav", "m4a"])
def test_a_window_beyond_the_end_is_refused(
    recording: Path, tmp_path: Path, suffix: str
) -> None:
    path = convert(recording, tmp_path / f"clip.{suffix}")
    with pytest.raises(Invalid, match="beyond the end"):
        read_window(path, 20_000, 21_000)


@pytest.mark.parametrize(("start_ms", "end_ms"), [(0, 10_001), (500, 500), (900, 100)])
def test_a_window_too_long_or_empty_is_refused(
    recording: Path, start_ms: int, end_ms: int
) -> None:
    with pytest.raises(Invalid, match="10 seconds"):
        read_window(recording, start_ms, end_ms)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"ID3\x04\x00\x00\x00\x00\x00\x00",
        b"\x00\x00\x00\x18ftypM4A nothing more",
        b"\x1a\x45\xdf\xa3 nothing more",
        b"#!AMR\n",
        b"#!AMR-WB\n",
        b"\xff\xf1 nothing more",
        b"fLaC",
        b"OggS",
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret\n",
        b"just some text, not a recording",
    ],
)
def test_what_is_not_a_recording_is_an_error_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"\.$"):
        read_window(path, 0, 1000)


def test_a_missing_file_is_an_error_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be opened"):
        read_window(tmp_path / "gone.wav", 0, 1000)


def test_a_truncated_recording_gives_what_is_left(
    recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(recording.read_bytes()[:100_000])
    assert len(read_window(path, 1000, 2000).samples) == 16_000
    with pytest.raises(Invalid, match="beyond the end"):
        read_window(path, 5000, 6000)


def test_a_decoder_that_complains_of_every_packet_fills_no_memory(
    tmp_path: Path,
) -> None:
    path = save(tmp_path / "clip.caf", buzz(10), format="CAF", subtype="PCM_16")
    content = bytearray(path.read_bytes())
    form = content.index(b"lpcm") + 8  # bytes and frames of a packet, channels
    content[form : form + 12] = b"\0\0\0\2\4\0\0\1\0\0\1\1"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(Invalid):
        read_window(path, 0, 5_000)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert highest < 20_000_000


def test_a_path_that_looks_like_an_option_or_an_address_is_only_a_path(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(recording, tmp_path / "clip.m4a").rename(tmp_path / "-i concat:http:.m4a")
    monkeypatch.chdir(tmp_path)
    assert len(read_window(Path("-i concat:http:.m4a"), 0, 1000).samples) == 16_000


def test_wav_holds_the_sound_and_nothing_else() -> None:
    encoded = encode_wav(buzz(1))
    assert len(encoded) == 44 + 2 * 16_000
    info = soundfile.info(io.BytesIO(encoded))
    assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")


def test_flac_holds_the_same_samples_in_less() -> None:
    wav, flac = encode_wav(buzz(2)), encode_flac(buzz(2))
    assert len(flac) < len(wav)
    same = [soundfile.read(io.BytesIO(each), dtype="int16")[0] for each in (wav, flac)]
    assert np.array_equal(*same)
