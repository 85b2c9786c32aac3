import json
import os
import shutil

import pytest
import soundfile as sf

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources import open_clip_source
from storage.records import Consent, TimingSource


@pytest.fixture
def source(folder):
    return open_clip_source(str(folder))


def test_a_clip_is_its_sidecar(source):
    clip = source.clip("En-0001")
    assert (clip.clip_id, clip.locale, clip.consent) == (
        "En-0001",
        "en-US",
        Consent.GRANTED,
    )
    assert clip.timing is TimingSource.UNKNOWN
    assert [word.text for word in clip.words] == ["turn", "the", "lamp"]


def test_the_audio_is_the_file_itself(source):
    with source.audio("En-0001") as path:
        assert sf.info(path).duration == 1.0


def test_a_file_url_means_the_same_folder(folder):
    spaced = folder.with_name("my clips")
    folder.rename(spaced)
    source = open_clip_source(spaced.as_uri())
    assert "%20" in spaced.as_uri()
    assert source.clip("En-0001").locale == "en-US"


@pytest.mark.parametrize("clip_id", ["En-0002", "en-0001", "En-0001.wav", "En-000"])
def test_an_unknown_clip_is_not_found_and_not_named(source, clip_id):
    with pytest.raises(NotFound) as caught:
        source.clip(clip_id)
    assert clip_id not in str(caught.value)
    with pytest.raises(NotFound), source.audio(clip_id):
        pytest.fail("there is no such audio")


@pytest.mark.parametrize(
    "clip_id", ["../clips/En-0001", "/etc/passwd", "", "En-0001\0"]
)
def test_an_id_that_is_a_path_is_refused(source, clip_id):
    with pytest.raises(Invalid):
        source.clip(clip_id)
    with pytest.raises(Invalid), source.audio(clip_id):
        pytest.fail("no path may pass")


@pytest.mark.parametrize("name", ["En-0001.wav", "En-0001.json"])
def test_a_link_out_of_the_folder_is_never_followed(folder, source, tmp_path, name):
    outside = tmp_path / name
    shutil.move(folder / name, outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(Invalid, match="outside the clip folder") as caught:
        source.clip("En-0001")
    assert "En-0001" not in str(caught.value)


def test_a_link_within_the_folder_is_fine(folder, source):
    (folder / "kept").mkdir()
    (folder / "En-0001.wav").rename(folder / "kept" / "x.wav")
    (folder / "En-0001.wav").symlink_to("kept/x.wav")
    with source.audio("En-0001") as path:
        assert path.name == "x.wav"


def test_a_pipe_is_not_waited_for(folder, source):
    (folder / "En-0001.wav").unlink()
    os.mkfifo(folder / "En-0001.wav")
    with pytest.raises(NotFound):
        source.clip("En-0001")


def test_two_recordings_of_one_name_are_refused(folder, source):
    shutil.copy(folder / "En-0001.wav", folder / "En-0001.WAV")
    with pytest.raises(Invalid, match="2 recordings"):
        source.clip("En-0001")


def test_the_ids_are_those_of_the_sidecars_in_order(folder, source):
    for name in (
        "b.json",
        "a.json",
        "a.transcript.json",
        "note.txt",
        ".json",
        "x y.json",
    ):
        (folder / name).write_text("{}")
    assert source.clip_ids() == ["En-0001", "a", "b"]
    assert source.clip_ids(limit=2) == ["En-0001", "a"]


def test_a_folder_that_is_not_there_says_what_to_check(tmp_path):
    source = open_clip_source(str(tmp_path / "gone"))
    for ask in (lambda: source.clip("a"), source.clip_ids):
        with pytest.raises(Unavailable, match="CLIP_SOURCE"):
            ask()
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="not a folder"):
        open_clip_source(str(tmp_path / "file")).clip("a")


def test_a_huge_sidecar_is_refused_without_reading_it_all(folder, source):
    os.truncate(folder / "En-0001.json", 2**33)
    with pytest.raises(Invalid, match="larger than"):
        source.clip("En-0001")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(folder, source):
    (folder / "En-0001.json").chmod(0)
    with pytest.raises(Unavailable, match="may read"):
        source.clip("En-0001")


def test_a_broken_sidecar_does_not_hide_the_other_clips(folder, source):
    (folder / "a.json").write_text(json.dumps({"clip_id": "b"}))
    (folder / "a.wav").write_bytes(b"")
    with pytest.raises(Invalid, match="another clip_id"):
        source.clip("a")
    assert source.clip("En-0001").locale == "en-US"


@pytest.mark.parametrize(
    "address", ["", "   ", "file://elsewhere/clips", "ftp://host/clips"]
)
def test_an_address_that_means_no_folder_is_refused(address):
    with pytest.raises(Invalid):
        open_clip_source(address)
