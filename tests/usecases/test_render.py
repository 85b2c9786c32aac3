"""Rendering a snippet and opening its request."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from bot.errors import Unavailable
from bot.samples import SAMPLES
from bot.sources import open_clip_source
from bot.usecases import render
from storage.records import Action, Outcome, RequestState, Task
from tests.house import RAVI, ROSA, House


def test_a_rendered_request_is_open_and_its_sound_is_sealed_at_rest(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    assert request.state is RequestState.OPEN
    assert house.last_event().action is Action.SNIPPET_RENDERED
    assert Task.POST_THREAD in house.waiting()
    stored = [path.read_bytes() for path in (tmp_path / "snippets").rglob("*") if path.is_file()]
    assert stored
    assert all(b"RIFF" not in data for data in stored)


def test_what_peers_hear_is_short_16_khz_mono_and_without_metadata(house: House) -> None:
    wav = house.hear(RAVI, house.open(ROSA))
    info = soundfile.info(io.BytesIO(wav))
    assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")
    assert 0.5 < info.duration <= 10
    assert b"LIST" not in wav


def test_rendering_twice_changes_nothing(house: House) -> None:
    request = house.open(ROSA)
    before = house.events()
    render.render(house.services, house.worker(), request.id)
    assert house.events() == before


def test_a_request_withdrawn_while_it_renders_is_not_opened(house: House) -> None:
    from bot.usecases import withdraw

    asked = house.ask(ROSA).request
    withdraw.withdraw(house.services, house.act(ROSA), asked.key)
    assert house.render(asked).state is RequestState.WITHDRAWN
    with house.services.store.read() as tx:
        assert tx.snippet(asked.id) is None


def test_a_rendering_that_another_replica_overtook_leaves_its_sound_alone(house: House) -> None:
    asked = house.ask(ROSA).request
    quick = house.services

    class Overtaken:
        def put(self, name: str, data: bytes) -> None:
            render.render(quick, house.worker(), asked.id)
            quick.blobs.put(name, data)

        def delete(self, name: str) -> None:
            quick.blobs.delete(name)

    slow = replace(quick, blobs=Overtaken())
    render.render(slow, house.worker(), asked.id)
    assert house.hear(RAVI, house.request(asked)).startswith(b"RIFF")


@pytest.fixture
def own_clips(house: House, tmp_path: Path) -> Path:
    """Clips in a folder a test may spoil."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for path in SAMPLES.glob("en-us-0001.*"):
        shutil.copy(path, folder)
    house.services = replace(house.services, clips=open_clip_source(str(folder)))
    return folder


def test_a_broken_recording_closes_the_request_with_a_sentence_for_the_asker(
    house: House, own_clips: Path
) -> None:
    asked = house.ask(ROSA).request
    (own_clips / "en-us-0001.flac").write_bytes(b"not a recording")
    closed = house.render(asked)
    assert closed.state is RequestState.UNMASKABLE
    assert closed.problem is not None
    assert closed.problem.endswith(".")
    event = house.last_event()
    assert (event.action, event.outcome) == (Action.SNIPPET_RENDERED, Outcome.FAILED)
    assert Task.TELL_ASKER in house.waiting()


def test_consent_withdrawn_after_asking_closes_the_request(house: House, own_clips: Path) -> None:
    asked = house.ask(ROSA).request
    sidecar = own_clips / "en-us-0001.json"
    body = json.loads(sidecar.read_text("utf-8"))
    sidecar.write_text(json.dumps({**body, "consent": "withdrawn"}), "utf-8")
    assert house.render(asked).state is RequestState.UNMASKABLE
    assert house.last_event().rule == "consent_withdrawn"


def test_a_recording_out_of_reach_for_long_is_given_up_with_a_sentence(house: House) -> None:
    asked = house.ask(ROSA).request
    render.give_up(house.services, house.worker(), asked.id)
    assert house.request(asked).state is RequestState.UNMASKABLE


def test_a_source_that_does_not_answer_is_tried_again(house: House) -> None:
    class Away:
        def clip(self, _: str) -> None:
            raise Unavailable("The clip source does not answer.")

    asked = house.ask(ROSA).request
    house.services = replace(house.services, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        render.render(house.services, house.worker(), asked.id)
    assert house.request(asked).state is RequestState.RENDERING
