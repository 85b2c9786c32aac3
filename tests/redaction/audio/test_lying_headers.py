"""Headers, indexes and tables that lie: the sound is heard where a plain decode has it."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.redaction.audio.codec import read_window
from tests.redaction.audio.test_one_clock import assert_as_in, noise
from tests.redaction.sounds import convert, plain_decode, save

Bend = Callable[[bytearray], bytes | bytearray | None]
SECONDS = 18
PLACES_MS = (0, 700, 3_100, 6_400, 9_900, 11_200, 13_700, 16_300)


def put(mark: bytes, after: int, form: str, *values: float) -> Bend:
    """Return a bend that writes values so many bytes after a mark."""

    def bend(content: bytearray) -> None:
        at = content.find(mark)
        assert at >= 0
        struct.pack_into(form, content, at + after, *values)

    return bend


def without_front(share: float) -> Bend:
    return lambda content: content[int(len(content) * share) :]


def behind(junk: bytes) -> Bend:
    return lambda content: junk + content


def with_late_cues(content: bytearray) -> None:
    """Let every cue of a WebM lead to its last cluster."""
    last = content.rfind(b"\x1f\x43\xb6\x75") - content.find(b"\x18\x53\x80\x67") - 12
    at = content.rfind(b"\x1c\x53\xbb\x6b")
    n_cues = 0
    while (at := content.find(b"\xf1", at + 1)) >= 0:
        length = content[at + 1] & 0x7F
        if length in (2, 3) and last < 256**length:
            content[at + 2 : at + 2 + length] = last.to_bytes(length, "big")
            n_cues += 1
    assert n_cues > 3


LIES: dict[str, tuple[str, tuple[str, ...], Bend]] = {
    "wav byte rate": ("wav", (), put(b"fmt ", 16, "<I", 12_345)),
    "wav block align": ("wav", (), put(b"fmt ", 20, "<H", 7)),
    "wav riff size": ("wav", (), put(b"RIFF", 4, "<I", 5_000)),
    "wav data size": ("wav", (), put(b"data", 4, "<I", 0xFFFFFFF0)),
    "adpcm fact": ("wav", ("-c:a", "adpcm_ima_wav"), put(b"fact", 8, "<I", 1_000)),
    "adpcm size": ("wav", ("-c:a", "adpcm_ms"), put(b"data", 4, "<I", 0)),
    "g722 size": ("wav", ("-c:a", "g722"), put(b"data", 4, "<I", 0)),
    "aiff frames, none": ("aiff", (), put(b"COMM", 10, ">I", 0)),
    "aiff frames, few": ("aiff", (), put(b"COMM", 10, ">I", 16_000)),
    "aiff frames, many": ("aiff", (), put(b"COMM", 10, ">I", 10**9)),
    "au size": ("au", (), put(b".snd", 8, ">I", 32_000)),
    "caf size": ("caf", (), put(b"data", 4, ">q", 0)),
    "xing frames, none": ("mp3", ("-q:a", "5"), put(b"Xing", 8, ">I", 0)),
    "xing frames, few": ("mp3", ("-q:a", "5"), put(b"Xing", 8, ">I", 50)),
    "xing frames, many": ("mp3", ("-q:a", "5"), put(b"Xing", 8, ">I", 10**6)),
    "xing bytes": ("mp3", ("-q:a", "5"), put(b"Xing", 12, ">I", 1_000)),
    "xing places": ("mp3", ("-q:a", "5"), put(b"Xing", 16, "100B", *[255] * 100)),
    "mp3 cut from a stream": ("mp3", ("-q:a", "5"), without_front(0.1)),
    "flac length, short": ("flac", (), put(b"fLaC", 22, ">I", 16_000)),
    "flac rate": ("flac", (), put(b"fLaC", 18, "B", 0x0F)),
    "m4a lengths": ("m4a", (), put(b"mvhd", 20, ">I", 10)),
    "webm cues": ("webm", ("-cluster_time_limit", "1000"), with_late_cues),
    "adts behind zeros": ("aac", (), behind(bytes(300))),
    "adts behind a tag": ("aac", (), behind(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10))),
    "adts cut from a stream": ("aac", (), without_front(0.1)),
}


@pytest.mark.parametrize(("suffix", "options", "bend"), LIES.values(), ids=LIES)
def test_a_header_that_lies_moves_no_sound(
    tmp_path: Path, suffix: str, options: tuple[str, ...], bend: Bend
) -> None:
    wav = save(tmp_path / "clip.wav", noise(SECONDS))
    path = convert(wav, tmp_path / f"made.{suffix}", *options)
    content = bytearray(path.read_bytes())
    path.write_bytes(bend(content) or content)
    expected = plain_decode(path)
    places = [ms for ms in PLACES_MS if (ms + 1_500) * 16 < len(expected)]
    assert len(places) > 5
    for start_ms in places:
        assert_as_in(expected, path, start_ms)


AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6) + 7 * (1,)


@pytest.mark.parametrize("seed", range(4))
def test_a_telephone_that_sends_only_speech_has_one_clock(
    tmp_path: Path, seed: int
) -> None:
    """Frames of silence (8) and frames that were not sent (15) stand between speech."""
    rng = random.Random(seed)
    wav = save(tmp_path / "clip.wav", noise(12))
    path = convert(wav, tmp_path / "made.amr", "-ar", "8000")
    whole = path.read_bytes()
    content, at = whole[:6], 6
    while at < len(whole):
        n_bytes = AMR_BYTES[whole[at] >> 3 & 15]
        content += whole[at : at + n_bytes]
        at += n_bytes
        if rng.random() < 0.02:
            silence = bytes([8 << 3 | 4]) + bytes(5)
            content += silence + rng.randint(1, 30) * bytes([15 << 3 | 4])
    path.write_bytes(content)
    expected = plain_decode(path)
    for start_ms in (0, 2_100, 4_100, 7_500, 10_000):
        assert_as_in(expected, path, start_ms)


def test_digital_silence_behind_a_jump_stays_silence(tmp_path: Path) -> None:
    sound = noise(SECONDS)
    sound[11 * 16_000 : 15 * 16_000] = 0
    wav = save(tmp_path / "clip.wav", sound)
    path = convert(wav, tmp_path / "made.mka", "-c:a", "flac")
    assert not read_window(path, 11_500, 14_500).samples.any()
    assert_as_in(sound, path, 14_600)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "ogg", "opus", "webm", "m4a", "wav"])
def test_a_part_that_was_cut_out_without_decoding_begins_at_its_own_start(
    tmp_path: Path, suffix: str
) -> None:
    wav = save(tmp_path / "clip.wav", noise(SECONDS))
    whole = convert(wav, tmp_path / f"whole.{suffix}")
    part = convert(whole, tmp_path / f"part.{suffix}", "-ss", "5.123", "-c", "copy")
    expected = plain_decode(part)
    for start_ms in (0, 700, 3_100, 6_400, 9_900):
        assert_as_in(expected, part, start_ms)
