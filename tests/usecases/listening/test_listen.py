"""Listening: granted, denied, and on record either way."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from bot.usecases.distress import stop_clip
from bot.usecases.listening import progress, view
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import withdraw
from storage.records import Action, Consent, Outcome
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, STRANGER, Product

PRESS = "a1b2c3d4e5f6a7b8"


def test_a_listen_is_on_record_and_the_sound_comes(product: Product) -> None:
    request = product.open(ROSA)
    sound = grant(
        product.services, product.act(RAVI), RequestSnippet(request.key), PRESS
    )
    assert sound.wav[:4] == b"RIFF"
    event = product.last_event()
    assert (event.action, event.outcome, event.request) == (
        Action.SNIPPET_HEARD,
        Outcome.ALLOWED,
        request.name,
    )
    assert event.actor is not None
    assert event.actor.user_id == RAVI


@pytest.mark.parametrize(
    ("user_id", "rule"),
    [(AMIR, "no_role"), (STRANGER, "no_role"), (ROSA, "own_request")],
)
def test_a_denied_listen_is_refused_and_still_on_record(
    product: Product, user_id: str, rule: str
) -> None:
    request = product.open(ROSA)
    with pytest.raises(Refused):
        grant(
            product.services, product.act(user_id), RequestSnippet(request.key), PRESS
        )
    event = product.last_event()
    assert (event.action, event.outcome, event.rule) == (
        Action.SNIPPET_HEARD,
        Outcome.DENIED,
        rule,
    )


def test_a_press_works_once(product: Product) -> None:
    request = product.open(ROSA)
    grant(product.services, product.act(RAVI), RequestSnippet(request.key), PRESS)
    with pytest.raises(Conflict):
        grant(product.services, product.act(RAVI), RequestSnippet(request.key), PRESS)
    assert product.last_event().rule == "press_used"


@pytest.mark.parametrize(
    "press", ["", "short", "x" * 65, "with space 1234", "ünicode-12345"]
)
def test_a_press_that_no_page_made_is_refused(product: Product, press: str) -> None:
    with pytest.raises(Invalid):
        grant(
            product.services,
            product.act(RAVI),
            RequestSnippet(product.open(ROSA).key),
            press,
        )


def test_nothing_plays_once_it_is_settled(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    with pytest.raises(Refused) as error:
        grant(product.services, product.act(LENA), RequestSnippet(request.key), PRESS)
    assert error.value.rule == "closed"


def test_nothing_plays_once_it_is_withdrawn(product: Product) -> None:
    request = product.open(ROSA)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    with pytest.raises(Refused):
        product.hear(RAVI, request)


def test_nothing_plays_once_it_is_stopped(product: Product) -> None:
    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == "quarantined"


def test_consent_is_asked_for_at_every_listen(product: Product) -> None:
    request = product.open(ROSA)

    class Withdrawn:
        def clip(self, clip_id: str) -> object:
            clip = real.clip(clip_id)
            return replace(clip, consent=Consent.WITHDRAWN)

    real = product.services.clips
    product.services = replace(product.services, clips=Withdrawn())  # type: ignore[arg-type]
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == "consent_withdrawn"


def test_time_that_has_not_passed_is_not_believed(product: Product) -> None:
    request = product.open(ROSA)
    grant(product.services, product.act(RAVI), RequestSnippet(request.key), PRESS)
    heard = progress.record_played(
        product.services,
        product.act(RAVI),
        RequestSnippet(request.key),
        PRESS,
        played_ms=60_000,
        loops=5,
    )
    assert not heard
    product.pass_time(seconds=2)
    assert progress.record_played(
        product.services,
        product.act(RAVI),
        RequestSnippet(request.key),
        PRESS,
        played_ms=60_000,
        loops=5,
    )


def test_nobody_reports_on_another_persons_press(product: Product) -> None:
    request = product.open(ROSA)
    grant(product.services, product.act(RAVI), RequestSnippet(request.key), PRESS)
    with pytest.raises(NotFound):
        progress.record_played(
            product.services,
            product.act(JONAS),
            RequestSnippet(request.key),
            PRESS,
            played_ms=900,
            loops=1,
        )


def test_a_guessed_address_finds_nothing(product: Product) -> None:
    with pytest.raises(NotFound):
        view.view(product.services, product.act(RAVI), "guess")


def test_the_page_shows_no_snippet_to_those_who_may_not_hear_it(
    product: Product,
) -> None:
    request = product.open(ROSA)
    assert (
        view.view(product.services, product.act(RAVI), request.key).snippet is not None
    )
    assert view.view(product.services, product.act(ROSA), request.key).snippet is None
    with pytest.raises(Refused):
        view.view(product.services, product.act(AMIR), request.key)
    assert product.last_event().outcome is Outcome.DENIED


def test_the_page_counts_answers_and_never_says_what_they_are(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    page = view.view(product.services, product.act(JONAS), request.key)
    assert page.answered == 1
    assert page.proposal is None


def test_a_source_that_does_not_answer_lets_nobody_hear_and_that_is_on_record(
    product: Product,
) -> None:
    request = product.open(ROSA)

    class Away:
        def clip(self, _: str) -> object:
            raise Unavailable("The clip source does not answer.")

    product.services = replace(product.services, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        product.hear(RAVI, request)
    assert (product.last_event().outcome, product.last_event().rule) == (
        Outcome.FAILED,
        "source",
    )
