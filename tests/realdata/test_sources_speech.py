"""Folder and bucket serve every format of real speech, byte for byte."""

import json
import os
import shutil
from pathlib import Path

import obstore
import pytest
from obstore.store import MemoryStore

from bot.sources import open_clip_source
from bot.sources.clips.names import AUDIO_EXTENSIONS
from bot.sources.clips.objects import ObjectSource
from storage.records import Consent

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
FILES = sorted((SPEECH / "formats").glob("*.*"))

pytestmark = pytest.mark.skipif(
    not SPEECH.is_dir() and os.environ.get("CI") != "true",
    reason="needs the folder of real speech beside the repository",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Each file under an id of its own, with a sidecar."""
    folder = tmp_path_factory.mktemp("speech")
    for number, path in enumerate(FILES):
        sidecar = {
            "clip_id": f"clip-{number:02}",
            "locale": "en-GB",
            "consent": "granted",
        }
        shutil.copyfile(path, folder / f"clip-{number:02}{path.suffix}")
        (folder / f"clip-{number:02}.json").write_text(json.dumps(sidecar))
    return folder


@pytest.fixture(scope="module", params=["folder", "bucket"])
def source(request, folder):
    if request.param == "folder":
        return open_clip_source(str(folder))
    store = MemoryStore()
    for path in folder.iterdir():
        obstore.put(store, path.name, path.read_bytes())
    return ObjectSource(store)


def test_every_extension_among_them_is_read():
    assert {path.suffix[1:] for path in FILES} <= set(AUDIO_EXTENSIONS)


def test_every_clip_is_listed(source):
    assert source.clip_ids() == [f"clip-{number:02}" for number in range(len(FILES))]


@pytest.mark.parametrize("number", range(len(FILES)))
def test_every_format_is_served_as_it_is(source, number):
    clip = source.clip(f"clip-{number:02}")
    assert (clip.locale, clip.consent, clip.words) == ("en-GB", Consent.GRANTED, ())
    with source.audio(clip.clip_id) as recording:
        assert recording.read() == FILES[number].read_bytes()
