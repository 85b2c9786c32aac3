import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid, NotFound
from bot.sources.clips.names import (
    audio_name,
    check_clip_id,
    clip_id_of_sidecar,
    is_clip_id,
)


@pytest.mark.parametrize("text", ["en-us-0001", "A", "2024.05.01_x", "a" * 128])
def test_ordinary_ids_are_kept_as_they_are(text):
    assert check_clip_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "../etc/passwd", "a/b", "a\\b", "/etc/passwd", ".hidden", "-rf", "a..b",
        "a.", "a b", "a\n", "a\0b", "ａ", "é", "a%2fb", "a:b", "~", "a*", "a" * 129, "x.transcript",
        "x.Transcript", "٣",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_repeated(text):
    with pytest.raises(Invalid) as caught:
        check_clip_id(text)
    assert caught.value.field == "clip"
    assert len(text) < 3 or text not in str(caught.value)


@given(st.text(max_size=30))
def test_no_accepted_id_leaves_its_folder(text):
    if is_clip_id(text):
        assert "/" not in text
        assert "\\" not in text
        assert ".." not in text
        assert text.isascii()
        assert not text.startswith((".", "-"))


def test_a_recording_is_found_whatever_the_case_of_its_extension():
    assert audio_name("a", ["a.json", "a.WAV", "ab.wav", "A.flac"]) == "a.WAV"


def test_two_recordings_of_one_name_are_refused():
    with pytest.raises(Invalid, match="2 recordings"):
        audio_name("a", ["a.wav", "a.mp3"])


def test_a_sidecar_without_recording_is_no_clip():
    with pytest.raises(NotFound, match="no recording"):
        audio_name("a", ["a.json", "a.b.wav"])


def test_a_transcript_is_no_sidecar():
    assert clip_id_of_sidecar("a.json") == "a"
    assert clip_id_of_sidecar("a.transcript.json") is None
    assert clip_id_of_sidecar("a.wav") is None
    assert clip_id_of_sidecar(".json") is None
