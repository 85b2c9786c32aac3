"""Draft transcripts cannot be read through the form without limit or off the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config.settings import read_desks
from bot.demo import DEMO_DESKS
from bot.errors import Refused
from bot.usecases.requests import ask_form
from bot.usecases.requests.choose_span import Typed
from bot.usecases.spans import nudge_span
from storage.records import Action, Event, Outcome, Span
from tests.attacks.test_exposure import use_long_clips
from tests.product import ROSA, Product, build_product


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = build_product(tmp_path)
    made.services.desks = read_desks(DEMO_DESKS)
    yield made
    made.services.store.close()


def readings(product: Product) -> list[Event]:
    return [e for e in product.events() if e.action is Action.TRANSCRIPT_VIEWED]


def read(product: Product, clip_id: str) -> ask_form.AskForm:
    return ask_form.prepare(product.services, product.act(ROSA), clip_id)


def test_each_reading_is_on_record_without_a_word(product: Product) -> None:
    form = read(product, "en-us-0001")
    (event,) = readings(product)
    assert event.clip_id == "en-us-0001"
    assert event.actor == product.act(ROSA).actor
    assert event.numbers["words"] == len(form.words)
    assert event.numbers["start_ms"] < event.numbers["end_ms"]


def test_a_form_for_a_given_span_reads_nothing(product: Product) -> None:
    span = Span(start_ms=2_300, end_ms=2_900)
    act = product.act(ROSA)
    form = ask_form.prepare(product.services, act, "en-us-0001", span)
    assert form.words == ()
    assert readings(product) == []


def test_a_form_shows_fifteen_words_of_a_long_recording_at_most(
    product: Product,
) -> None:
    use_long_clips(product)
    clip = product.services.clips.clip("clip-1")
    assert len(clip.words) == 60
    assert 0 < len(read(product, "clip-1").words) <= 15


def test_a_person_reads_at_most_sixty_drafts_an_hour(product: Product) -> None:
    use_long_clips(product)
    for n in range(60):
        read(product, f"clip-{n}")
    with pytest.raises(Refused, match="Ask by seconds instead"):
        read(product, "clip-60")
    event = product.last_event()
    assert (event.outcome, event.rule) == (Outcome.DENIED, "many_transcripts")
    product.pass_time(minutes=61)
    assert read(product, "clip-60").words


def place(product: Product, clip_id: str, seconds: str) -> None:
    typed = Typed(clip=clip_id, seconds=seconds)
    nudge_span.place(product.services, product.act(ROSA), typed)


def test_a_look_at_the_loudness_of_an_unread_clip_is_a_reading(
    product: Product,
) -> None:
    place(product, "en-us-0001", "1.2-1.9")
    place(product, "en-us-0001", "1.3-1.9")
    (event,) = readings(product)
    assert (event.clip_id, event.numbers["words"]) == ("en-us-0001", 0)
    read(product, "en-us-0002")
    place(product, "en-us-0002", "1.2-1.9")
    assert len(readings(product)) == 2


def test_a_person_who_read_enough_sees_no_loudness_of_a_further_clip(
    product: Product,
) -> None:
    use_long_clips(product)
    for n in range(60):
        read(product, f"clip-{n}")
    with pytest.raises(Refused):
        place(product, "clip-60", "1.2-1.9")
    event = product.last_event()
    assert (event.outcome, event.rule) == (Outcome.DENIED, "many_transcripts")


def test_a_person_reads_one_draft_at_most_ten_times_an_hour(product: Product) -> None:
    for _ in range(10):
        read(product, "en-us-0001")
    with pytest.raises(Refused):
        read(product, "en-us-0001")
    assert read(product, "en-us-0006").words
