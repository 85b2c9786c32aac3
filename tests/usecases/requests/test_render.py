"""Rendering a snippet and opening its request."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from bot.demo import DEMO_CLIPS
from bot.errors import Unavailable
from bot.sources import open_clip_source
from bot.text import spoken_again
from bot.text.language import speaking
from bot.usecases.requests import render
from storage.records import Action, Outcome, RequestState, Task
from tests.product import RAVI, ROSA, Product


def test_a_rendered_request_is_open_and_its_sound_is_sealed_at_rest(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    assert request.state is RequestState.OPEN
    assert product.last_event().action is Action.SNIPPET_RENDERED
    assert Task.POST_THREAD in product.waiting()
    assert Task.UPDATE_THREAD not in product.waiting()
    stored = [
        path.read_bytes()
        for path in (tmp_path / "snippets").rglob("*")
        if path.is_file()
    ]
    assert stored
    assert all(b"RIFF" not in data for data in stored)


def test_what_peers_hear_is_short_16_khz_mono_and_without_metadata(
    product: Product,
) -> None:
    wav = product.hear(RAVI, product.open(ROSA))
    info = soundfile.info(io.BytesIO(wav))
    assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")
    assert 0.5 < info.duration <= 10
    assert b"LIST" not in wav


def test_rendering_twice_changes_nothing(product: Product) -> None:
    request = product.open(ROSA)
    before = product.events()
    render.render(product.services, product.worker(), request.id)
    assert product.events() == before


def test_a_request_withdrawn_while_it_renders_is_not_opened(product: Product) -> None:
    from bot.usecases.requests import withdraw

    asked = product.ask(ROSA).request
    withdraw.withdraw(product.services, product.act(ROSA), asked.key)
    assert product.render(asked).state is RequestState.WITHDRAWN
    with product.services.store.read() as tx:
        assert tx.snippets.of_request(asked.id) is None


def test_a_rendering_that_another_replica_overtook_leaves_its_sound_alone(
    product: Product,
) -> None:
    asked = product.ask(ROSA).request
    quick = product.services

    class Overtaken:
        def put(self, name: str, data: bytes) -> None:
            render.render(quick, product.worker(), asked.id)
            quick.blobs.put(name, data)

        def delete(self, name: str) -> None:
            quick.blobs.delete(name)

    slow = replace(quick, blobs=Overtaken())
    render.render(slow, product.worker(), asked.id)
    assert product.hear(RAVI, product.request(asked)).startswith(b"RIFF")


@pytest.fixture
def own_clips(product: Product, tmp_path: Path) -> Path:
    """Clips in a folder a test may spoil."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for path in DEMO_CLIPS.glob("en-us-0001.*"):
        shutil.copy(path, folder)
    product.services = replace(product.services, clips=open_clip_source(str(folder)))
    return folder


def test_a_broken_recording_closes_the_request_with_a_sentence_for_the_asker(
    product: Product, own_clips: Path
) -> None:
    asked = product.ask(ROSA).request
    (own_clips / "en-us-0001.flac").write_bytes(b"not a recording")
    closed = product.render(asked)
    assert closed.state is RequestState.UNMASKABLE
    assert closed.problem is not None
    in_english = spoken_again(closed.problem)
    with speaking("de"):
        in_german = spoken_again(closed.problem)
    assert in_english.endswith(".")
    assert in_german.endswith(".")
    assert in_german != in_english
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.SNIPPET_RENDERED, Outcome.FAILED)
    assert Task.NOTIFY_ASKER in product.waiting()


def test_consent_withdrawn_after_asking_closes_the_request(
    product: Product, own_clips: Path
) -> None:
    asked = product.ask(ROSA).request
    sidecar = own_clips / "en-us-0001.json"
    body = json.loads(sidecar.read_text("utf-8"))
    sidecar.write_text(json.dumps({**body, "consent": "withdrawn"}), "utf-8")
    assert product.render(asked).state is RequestState.UNMASKABLE
    assert product.last_event().rule == "consent_withdrawn"


def test_a_recording_out_of_reach_for_long_is_given_up_with_a_sentence(
    product: Product,
) -> None:
    asked = product.ask(ROSA).request
    render.give_up(product.services, product.worker(), asked.id)
    assert product.request(asked).state is RequestState.UNMASKABLE


def test_a_source_that_does_not_answer_is_tried_again(product: Product) -> None:
    class Away:
        def clip(self, _: str) -> None:
            raise Unavailable("The clip source does not answer.")

    asked = product.ask(ROSA).request
    product.services = replace(product.services, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        render.render(product.services, product.worker(), asked.id)
    assert product.request(asked).state is RequestState.RENDERING
