"""Times are those of a plain decode, in recordings made anew by each test.

Each recording is noise, which has one position only, bent in the ways the field bends
it: pauses, late starts, joined files, headers that lie, codecs that do not seek.
"""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.redaction.audio import codec
from bot.redaction.audio.codec import read_window
from tests.redaction.sounds import RATE_HZ, convert, delay_ms, plain_decode, save

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
WITHIN_MS = 20
few = settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True, params=[500, 10_000], ids=["by jumps", "from the start"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter formats that have time stamps by a jump even near their start."""
    monkeypatch.setattr(codec, "_DECODED_MS", request.param)


def noise(seconds: float, seed: int = 3) -> np.ndarray:
    """Return noise under 3 kHz that swells and fades, so that any codec keeps it."""
    rng = np.random.default_rng(seed)
    n_frames = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(n_frames))
    spectrum[int(3_000 * seconds) :] = 0
    sound = np.fft.irfft(spectrum, n_frames)
    swell = np.interp(
        np.arange(n_frames),
        np.arange(0, n_frames, 1_600),
        rng.uniform(0.1, 1, len(range(0, n_frames, 1_600))),
    )
    return (0.2 * swell * sound / np.abs(sound).max()).astype(np.float32)


def run(*arguments: str) -> None:
    command = [FFMPEG, "-y", "-loglevel", "error", *arguments]
    subprocess.run(command, check=True, timeout=60)


def joined(parts: list[Path], target: Path) -> Path:
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return target


def assert_as_in(
    expected: np.ndarray, path: Path, start_ms: int, length_ms: int = 1500
) -> None:
    window = read_window(path, start_ms, start_ms + length_ms).samples
    there = expected[start_ms * 16 : (start_ms + length_ms) * 16]
    assert len(window) == pytest.approx(len(there), abs=WITHIN_MS * 16)
    n_frames = min(len(window), len(there))
    assert np.abs(window).max() > 0.3 * np.abs(there).max()
    assert abs(delay_ms(there[:n_frames], window[:n_frames])) <= WITHIN_MS


def with_gap(sound: np.ndarray, at_s: float, gap_s: float) -> np.ndarray:
    at = int(at_s * RATE_HZ)
    gap = np.zeros(int(gap_s * RATE_HZ), dtype=np.float32)
    return np.concatenate([sound[:at], gap, sound[at:]])


@few
@given(
    gap_ms=st.integers(60, 9_000),
    at_ms=st.integers(2_000, 6_000),
    form=st.sampled_from([("webm", "libopus"), ("mkv", "flac"), ("mka", "pcm_s16le")]),
)
def test_a_pause_in_the_time_stamps_is_silence_of_its_length(
    tmp_path: Path, gap_ms: int, at_ms: int, form: tuple[str, str]
) -> None:
    """As MediaRecorder writes after pause and resume."""
    suffix, codec = form
    sound = noise(9)
    wav = save(tmp_path / "clip.wav", sound)
    path = tmp_path / f"clip.{suffix}"
    later = f"asetpts='if(gte(T,{at_ms / 1000}),PTS+{gap_ms / 1000}/TB,PTS)'"
    run("-i", str(wav), "-af", f"asetnsamples=320,{later}", "-c:a", codec, str(path))
    expected = with_gap(sound, at_ms / 1000, gap_ms / 1000)
    assert_as_in(expected, path, 200)
    assert_as_in(expected, path, at_ms + gap_ms + 300)
    if gap_ms > 600:
        silence = read_window(path, at_ms + 200, at_ms + gap_ms - 200).samples
        assert np.abs(silence).max() < 0.01


@few
@given(
    late_ms=st.integers(30, 4_000),
    start_ms=st.integers(0, 9_000),
    suffix=st.sampled_from(["mp4", "mov", "mkv"]),
)
def test_sound_that_starts_after_the_picture_stays_late(
    tmp_path: Path, late_ms: int, start_ms: int, suffix: str
) -> None:
    sound = noise(12)
    wav = save(tmp_path / "clip.wav", sound)
    path = tmp_path / f"clip.{suffix}"
    picture = ("-f", "lavfi", "-i", "color=black:s=16x16:r=10:d=12")
    late = ("-itsoffset", f"{late_ms / 1000}", "-i", str(wav))
    run(*picture, *late, "-map", "0:v", "-map", "1:a", "-c:a", "aac", str(path))
    expected = with_gap(sound, 0, late_ms / 1000)
    assert_as_in(expected, path, start_ms + late_ms)


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("wav", ("-c:a", "g722")),
        ("wav", ("-c:a", "adpcm_yamaha")),
        ("wav", ("-c:a", "adpcm_ima_wav")),
        ("wav", ("-c:a", "adpcm_ms")),
        ("wav", ("-c:a", "adpcm_swf", "-ar", "22050")),
        ("wav", ("-c:a", "g726", "-ar", "8000")),
        ("wav", ("-c:a", "g723_1", "-ar", "8000", "-b:a", "6.3k")),
        ("wav", ("-c:a", "libmp3lame")),
        ("wav", ("-c:a", "ac3")),
        ("aac", ("-ar", "8000")),
        ("aac", ("-ar", "44100")),
        ("ogg", ("-c:a", "flac")),
        ("oga", ("-c:a", "libvorbis")),
        ("ogg", ("-c:a", "libspeex")),
        ("mka", ("-c:a", "libmp3lame")),
        ("m4a", ("-c:a", "alac")),
        ("caf", ("-c:a", "adpcm_ima_qt")),
        ("caf", ("-c:a", "alac")),
        ("caf", ("-c:a", "libopus")),
        ("aif", ("-c:a", "pcm_s24be")),
        ("au", ("-c:a", "pcm_mulaw")),
        ("mov", ("-c:a", "pcm_s16le")),
        ("m4b", ("-f", "mp4", "-c:a", "aac")),
    ],
)
def test_any_place_in_any_codec_is_where_a_plain_decode_has_it(
    tmp_path: Path, suffix: str, options: tuple[str, ...]
) -> None:
    wav = save(tmp_path / "clip.wav", noise(12))
    path = tmp_path / f"made.{suffix}"
    try:
        convert(wav, path, *options)
    except subprocess.CalledProcessError:
        pytest.skip("this ffmpeg cannot write it")
    expected = plain_decode(path)
    for start_ms in (0, 1_000, 4_100, 7_500, 10_400):
        assert_as_in(expected, path, start_ms)


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("mp3", ()),
        ("mp3", ("-write_xing", "0")),
        ("ogg", ("-c:a", "libvorbis")),
        ("opus", ("-c:a", "libopus")),
        ("webm", ("-c:a", "libopus")),
        ("aac", ()),
        ("amr", ("-ar", "8000")),
        ("flac", ()),
    ],
)
def test_joined_recordings_are_heard_to_the_end_of_the_last(
    tmp_path: Path, suffix: str, options: tuple[str, ...]
) -> None:
    parts = [
        convert(
            save(tmp_path / f"{number}.wav", noise(5, number)),
            tmp_path / f"{number}.{suffix}",
            *options,
        )
        for number in (1, 2)
    ]
    path = joined(parts, tmp_path / f"joined.{suffix}")
    expected = plain_decode(path)
    length_ms = len(expected) // 16
    assert length_ms > 9_900 or suffix == "flac"
    for start_ms in range(0, length_ms - 1_500, 1_700):
        assert_as_in(expected, path, start_ms)


@pytest.mark.parametrize("seconds", [8, 30])
def test_a_variable_rate_without_its_length_is_heard_to_its_end(
    tmp_path: Path, seconds: int
) -> None:
    sound = noise(seconds)
    sound[: len(sound) // 3] *= 0.001  # cheap frames first: a guess by size is wrong
    wav = save(tmp_path / "clip.wav", sound)
    path = convert(wav, tmp_path / "a.mp3", "-q:a", "4", "-write_xing", "0")
    expected = plain_decode(path)
    assert_as_in(expected, path, seconds * 1000 - 2_000)


@few
@given(says=st.sampled_from([0, 8, 1_000, 0x7FFF_FFFF, 0xFFFF_FFFF]))
def test_sizes_of_a_recorder_that_died_hide_nothing(tmp_path: Path, says: int) -> None:
    sound = noise(6)
    path = save(tmp_path / "clip.wav", sound, subtype="PCM_16")
    content = bytearray(path.read_bytes())
    data = content.index(b"data") + 4
    content[4:8] = content[data : data + 4] = says.to_bytes(4, "little")
    path.write_bytes(content)
    expected = plain_decode(path)
    if len(expected) < 5 * RATE_HZ:
        with pytest.raises(Invalid, match="beyond the end"):
            read_window(path, 4_000, 5_000)
        return
    assert_as_in(sound, path, 4_000)


@pytest.mark.parametrize(("start_ms", "has_sound"), [(5_900, True), (6_050, False)])
@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a", "webm", "aac", "ogg"])
def test_the_end_is_where_a_plain_decode_ends(
    tmp_path: Path, suffix: str, start_ms: int, has_sound: bool
) -> None:
    wav = save(tmp_path / "clip.wav", noise(6))
    path = convert(wav, tmp_path / f"made.{suffix}")
    last_ms = len(plain_decode(path)) // 16
    start_ms += last_ms - 6_000
    if has_sound:
        window = read_window(path, start_ms, start_ms + 1_000)
        assert len(window.samples) // 16 == pytest.approx(100, abs=WITHIN_MS)
        return
    with pytest.raises(Invalid, match="beyond the end"):
        read_window(path, start_ms, start_ms + 1_000)


def test_a_long_video_is_entered_where_it_is(tmp_path: Path) -> None:
    sound = noise(100)
    wav = save(tmp_path / "clip.wav", sound)
    for suffix in ("m4a", "webm"):
        path = convert(wav, tmp_path / f"made.{suffix}")
        for start_ms in (59_000, 61_000, 80_123, 98_000):
            assert_as_in(sound, path, start_ms)


def test_a_name_says_nothing(tmp_path: Path) -> None:
    path = save(tmp_path / "clip.wav", noise(2))
    assert len(soundfile.read(path)[0]) == 2 * RATE_HZ
    renamed = path.rename(tmp_path / "clip.awb")
    assert len(read_window(renamed, 0, 1_000).samples) == RATE_HZ
