"""Retention: what goes when, and that it goes on where it was."""

from dataclasses import replace
from datetime import timedelta

from bot.usecases.distress import stop_clip
from bot.usecases.erasure import purge
from bot.usecases.erasure.purge import Purged
from bot.usecases.requests import ask_form, expire, withdraw
from bot.usecases.requests.choose_span import Typed
from storage.errors import StorageError
from storage.records import Action, Request
from tests.product import CLIP, JONAS, RAVI, ROSA, Product

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


def purged(product: Product) -> Purged:
    return purge.purge(product.services, product.worker())


def settled(product: Product) -> Request:
    request = product.open(ROSA, guess="a lamp")
    product.answer(RAVI, request, "lamp")
    return product.answer(JONAS, request, "lamp").request


def test_a_draft_nobody_came_back_to_goes_when_desks_toml_says(
    product: Product,
) -> None:
    product.services.desks = replace(
        product.services.desks, draft_time=timedelta(days=2)
    )
    typed = Typed(clip=CLIP, guess="a lamp")
    ask_form.keep_draft(product.services, product.act(ROSA), typed)
    product.pass_time(days=1, hours=23)
    expire.forget(product.services, product.worker())
    assert ask_form.prepare(product.services, product.act(ROSA), CLIP).typed == typed
    product.pass_time(hours=2)
    expire.forget(product.services, product.worker())
    assert ask_form.prepare(product.services, product.act(ROSA), CLIP).typed == Typed(
        clip=CLIP
    )


def test_the_key_goes_after_the_last_snippet_it_opens(product: Product) -> None:
    first = product.open(ROSA)
    second = product.render(product.ask(RAVI, span="0.1-0.6").request)
    withdraw.withdraw(product.services, product.act(ROSA), first.key)
    product.pass_time(hours=23, minutes=59)
    withdraw.withdraw(product.services, product.act(RAVI), second.key)
    product.pass_time(minutes=2)
    assert purged(product) == Purged(snippets=1)
    assert product.services.clip_keys.get(CLIP) is not None
    product.pass_time(hours=25)
    total = purged(product) + purged(product)
    assert (total.snippets, total.keys) == (1, 1)
    assert product.services.clip_keys.get(CLIP) is None
    assert Action.KEY_SHREDDED in [event.action for event in product.events()]


def test_the_key_of_an_open_request_stays(product: Product) -> None:
    product.open(ROSA)
    product.pass_time(days=30)
    assert purged(product) == Purged()
    assert product.services.clip_keys.get(CLIP) is not None


def test_guesses_and_words_go_and_the_kind_of_each_answer_stays(
    product: Product,
) -> None:
    request = settled(product)
    product.pass_time(days=30)
    assert purged(product).answers == 0
    product.pass_time(seconds=1)
    assert purged(product).answers == 1
    assert product.last_event().action in (Action.ANSWERS_PURGED, Action.KEY_SHREDDED)
    assert purged(product).answers == 0
    with product.services.store.read() as tx:
        assert [p.text for p in tx.proposals.of_request(request.id)] == [None, None]
    assert product.request(request).guess is None
    assert product.request(request).settled_text == "lamp"


def test_a_released_clip_keeps_its_snippet_no_longer_than_any_other(
    product: Product,
) -> None:
    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    product.pass_time(days=2)
    assert purged(product) == Purged()
    product.release(request)
    assert purged(product) == Purged()
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    product.pass_time(hours=25)
    assert purged(product).snippets == 1


def test_a_store_that_is_away_keeps_nothing_else_from_going(product: Product) -> None:
    first, second = product.open(ROSA), product.open(ROSA, **SECOND_CLIP)
    for request in (first, second):
        withdraw.withdraw(product.services, product.act(ROSA), request.key)
    product.pass_time(hours=25)
    real = product.services.blobs

    class Away:
        def delete(self, name: str) -> None:
            if name.startswith(first.key):
                raise StorageError("The folder cannot be used.")
            real.delete(name)

    product.services = replace(product.services, blobs=Away())  # type: ignore[arg-type]
    gone = purged(product)
    assert (gone.snippets, gone.failed) == (1, 1)
    product.services = replace(product.services, blobs=real)
    assert purged(product).snippets == 1
