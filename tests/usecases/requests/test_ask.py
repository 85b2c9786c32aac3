"""Asking about one span of one clip."""

import pytest

from bot.errors import Invalid, NotFound, Refused
from bot.rules.requests.spans import padding_ms
from bot.usecases.requests import ask, ask_form
from bot.usecases.requests.choose_span import Typed
from storage.records import Action, Difficulty, Outcome, RequestState, Span, Task
from tests.product import AMIR, CLIP, JONAS, LENA, RAVI, ROSA, STRANGER, Product


def test_a_question_becomes_a_request_an_event_and_a_task_at_once(
    product: Product,
) -> None:
    asked = product.ask(ROSA, difficulties=(Difficulty.NOISE,), guess="lamp")
    assert asked.request.name == "HC-1001"
    assert asked.request.state is RequestState.RENDERING
    assert asked.request.guess == "lamp"
    event = product.last_event()
    assert (event.action, event.outcome, event.request) == (
        Action.REQUEST_ASKED,
        Outcome.ALLOWED,
        "HC-1001",
    )
    assert product.waiting() == [Task.RENDER_SNIPPET]


def test_an_overlapping_question_joins_the_open_one(product: Product) -> None:
    first = product.open(ROSA)
    joined = product.ask(RAVI, span="2.5-3.1")
    assert joined.joined
    assert joined.request.id == first.id
    with product.services.store.read() as tx:
        assert [person.user_id for person in tx.requests.followers(first.id)] == [RAVI]
    assert product.last_event().action is Action.REQUEST_JOINED


def test_a_question_about_another_span_is_a_request_of_its_own(
    product: Product,
) -> None:
    first = product.ask(ROSA)
    assert product.ask(RAVI, span="0.1-0.5").request.id != first.request.id


def test_asking_the_same_again_joins_ones_own_request_and_tells_once(
    product: Product,
) -> None:
    first = product.ask(ROSA)
    again = product.ask(ROSA)
    assert again.joined
    with product.services.store.read() as tx:
        assert tx.requests.followers(first.request.id) == []


@pytest.mark.parametrize(
    ("user_id", "clip", "rule"),
    [
        (AMIR, CLIP, "no_desk"),
        (STRANGER, CLIP, "no_desk"),
        (ROSA, "en-us-0003", "consent_withdrawn"),
    ],
)
def test_a_refused_question_is_on_record_with_its_rule(
    product: Product, user_id: str, clip: str, rule: str
) -> None:
    with pytest.raises(Refused) as error:
        product.ask(user_id, clip=clip)
    assert error.value.rule == rule
    event = product.last_event()
    assert (event.action, event.outcome, event.rule) == (
        Action.REQUEST_ASKED,
        Outcome.DENIED,
        rule,
    )


def test_somebody_with_the_same_id_in_another_workspace_is_nobody(
    product: Product,
) -> None:
    with pytest.raises(Refused):
        ask.ask(
            product.services,
            product.act(ROSA, team="T0OTHERCO"),
            Typed(clip=CLIP, seconds="1-2"),
        )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed(), "clip"),
        (Typed(clip=CLIP), "span"),
        (Typed(clip=CLIP, seconds="soon"), "span"),
        (Typed(clip=CLIP, seconds="2-8"), "span"),
        (Typed(clip=CLIP, first_word=99), "span"),
        (Typed(clip=CLIP, first_word=3, last_word=1), "span"),
        (Typed(clip=CLIP, seconds="1-2", guess="x" * 101), "guess"),
    ],
)
def test_a_mistake_names_its_field_and_loses_nothing_typed(
    product: Product, typed: Typed, field: str
) -> None:
    with pytest.raises(Invalid) as error:
        ask.ask(product.services, product.act(ROSA), typed)
    assert error.value.field == field
    if typed.clip:
        assert (
            ask_form.prepare(product.services, product.act(ROSA), typed.clip).typed
            == typed
        )


@pytest.mark.parametrize("clip", ["no-such-clip", "../../etc/passwd", "a" * 200, "a b"])
def test_a_clip_that_is_not_there_is_said_without_repeating_its_id(
    product: Product, clip: str
) -> None:
    with pytest.raises((NotFound, Invalid)) as error:
        product.ask(ROSA, clip=clip)
    assert clip not in str(error.value)


def test_the_draft_is_gone_once_it_is_asked(product: Product) -> None:
    product.ask(ROSA, guess="lamp")
    assert ask_form.prepare(product.services, product.act(ROSA), None).typed == Typed()


def test_the_form_offers_the_least_certain_words_first_and_hides_personal_ones(
    product: Product,
) -> None:
    form = ask_form.prepare(product.services, product.act(ROSA), "en-us-0002")
    sure = [word.confidence for word in form.words]
    assert sure == sorted(sure, key=lambda c: 1.0 if c is None else c)
    clip = product.services.clips.clip("en-us-0002")
    hidden = {
        clip.words[word.index].text.lower() for word in form.words if word.text is None
    }
    assert hidden  # the sample holds a name and a telephone number
    shown = {(word.text or "").lower() for word in form.words}
    assert not shown & {"anna", "five", "seven"}


def test_a_word_chosen_by_index_is_its_span_and_what_late_times_miss(
    product: Product,
) -> None:
    clip = product.services.clips.clip(CLIP)
    asked = ask.ask(product.services, product.act(ROSA), Typed(clip=CLIP, first_word=1))
    word = clip.words[1]
    before_ms, after_ms = padding_ms(clip.timing)
    assert asked.request.span == Span(
        start_ms=word.start_ms - before_ms, end_ms=word.end_ms + after_ms
    )


def test_a_lead_may_ask_too(product: Product) -> None:
    assert not product.ask(LENA).joined


def test_the_clip_of_a_quarantined_request_cannot_be_asked_about(
    product: Product,
) -> None:
    from bot.usecases.distress import stop_clip

    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    with pytest.raises(Refused) as error:
        product.ask(RAVI, span="0.1-0.5")
    assert error.value.rule == "quarantined"


def test_the_demos_childs_recording_goes_to_its_own_desk_with_its_own_rules(
    product: Product,
) -> None:
    request = product.open(RAVI, clip="en-us-0010", span="1.2-1.7")
    assert request.desk == "children-us"
    assert product.hear(ROSA, request)
    with pytest.raises(Refused) as error:
        product.hear(JONAS, request)
    assert error.value.rule == "no_role"
    with pytest.raises(Refused) as error:
        product.ask(JONAS, clip="en-us-0010", span="1.2-1.7")
    assert error.value.rule == "no_children_desk"
