import os
import shutil

import pytest

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources import open_clip_source


@pytest.fixture
def source(folder):
    return open_clip_source(str(folder))


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
    with source.audio("En-0001") as recording:
        assert recording.read() == (folder / "kept" / "x.wav").read_bytes()


def test_a_pipe_is_not_waited_for(folder, source):
    (folder / "En-0001.wav").unlink()
    os.mkfifo(folder / "En-0001.wav")
    with pytest.raises(NotFound):
        source.clip("En-0001")


def test_two_recordings_of_one_name_are_refused(folder, source):
    shutil.copy(folder / "En-0001.wav", folder / "En-0001.WAV")
    with pytest.raises(Invalid, match="2 recordings"):
        source.clip("En-0001")


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


@pytest.mark.parametrize(
    "address", ["", "   ", "file://elsewhere/clips", "ftp://host/clips"]
)
def test_an_address_that_means_no_folder_is_refused(address):
    with pytest.raises(Invalid):
        open_clip_source(address)
