"""A stop is free and instant, and a release undoes it with nothing lost."""

from bot.usecases.distress import stop_clip
from bot.usecases.erasure import consent
from bot.usecases.requests import ask
from storage.records import (
    Action,
    Request,
    RequestState,
    Task,
)
from tests.product import JONAS, LENA, RAVI, ROSA, Product


def stop(product: Product, request: Request, user: str = JONAS) -> None:
    stop_clip.stop(product.services, product.act(user), request.key)


def test_a_released_request_is_open_again_with_its_answers_and_its_time(
    product: Product,
) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp")
    left = request.expires_at - product.now
    stop(product, request)
    product.pass_time(hours=30)

    product.release(request)

    released = product.request(request)
    assert released.state is RequestState.OPEN
    assert released.closed_at is None
    assert released.expires_at - product.now == left
    settled = product.answer(JONAS, request, "Lamp.").request
    assert settled.state is RequestState.AGREED


def test_a_released_dispute_waits_for_its_lead_again(product: Product) -> None:
    request = product.disputed()
    stop(product, request)

    product.release(request)

    assert product.request(request).state is RequestState.DISPUTED
    assert product.hear(LENA, request)


def test_a_request_stopped_before_its_snippet_was_made_is_rendered(
    product: Product,
) -> None:
    request = product.ask().request
    stop(product, request)
    product.do_all()

    product.release(request)

    assert product.request(request).state is RequestState.RENDERING
    assert Task.RENDER_SNIPPET in product.waiting()
    assert product.render(request).state is RequestState.OPEN


def test_the_thread_of_a_released_request_shows_it_open_again(
    product: Product,
) -> None:
    request = product.open()
    stop(product, request)
    product.do_all()

    product.release(request)

    assert Task.POST_THREAD in product.waiting()
    assert Action.REQUEST_RESUMED in [each.action for each in product.events(request)]


def test_a_release_opens_nothing_without_consent(product: Product) -> None:
    request = product.open()
    stop(product, request)
    consent.withdraw_clip(product.services, product.worker(), request.clip_id)

    product.release(request)

    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN


def test_a_request_whose_answers_were_purged_stays_closed(product: Product) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp")
    stop(product, request)
    with product.services.store.begin() as tx:
        tx.forgetting.delete_texts_of_answers(request.id)

    product.release(request)

    assert product.request(request).state is RequestState.QUARANTINED
    assert isinstance(product.ask(ROSA), ask.Asked)
