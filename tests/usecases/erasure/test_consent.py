"""Consent that is withdrawn late."""

import secrets
from dataclasses import replace

import pytest

from bot.errors import Refused, Unavailable
from bot.slack.handlers import thread
from bot.usecases.erasure import consent
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import deliver
from storage.records import (
    Action,
    Clip,
    Consent,
    Origin,
    Outcome,
    Request,
    RequestState,
    Task,
)
from tests.product import CLIP, JONAS, LENA, RAVI, ROSA, Product
from tests.usecases.erasure.erasing import clean_up

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


class Says:
    """A clip source that says something else of every clip than the samples do."""

    def __init__(self, product: Product, **changes: object) -> None:
        self._real = product.services.clips
        self._changes = changes
        product.services = replace(product.services, clips=self)  # type: ignore[arg-type]

    def clip(self, clip_id: str) -> Clip:
        return replace(self._real.clip(clip_id), **self._changes)  # type: ignore[arg-type]


def settled(product: Product) -> Request:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    return product.answer(JONAS, request, "lamp").request


def hear(product: Product, request: Request) -> None:
    act = product.act(LENA, origin=Origin.PAGE)
    grant(product.services, act, RequestSnippet(request.key), secrets.token_hex(16))


def test_a_withdrawal_closes_live_requests_and_nothing_made_of_the_clip_is_left(
    product: Product,
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    consent.withdraw_clip(product.services, product.worker(), CLIP)
    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN
    live = progress.live(
        product.services, product.act(RAVI), RequestSnippet(request.key)
    )
    assert live.refusal is not None
    assert live.refusal.rule == "consent_withdrawn"
    with pytest.raises(Refused, match="withdrawn"):
        hear(product, request)
    assert Task.NOTIFY_ASKER in product.waiting()
    clean_up(product)
    with product.services.store.read() as tx:
        assert tx.snippets.of_request(request.id) is None
        assert [p.text for p in tx.proposals.of_request(request.id)] == [None]
    assert product.services.clip_keys.get(CLIP) is None
    assert not product.services.blobs.exists(request.blob)


def test_what_slack_says_of_it_is_neutral_and_the_asker_learns_why(
    product: Product,
) -> None:
    request = product.open(ROSA)
    consent.withdraw_clip(product.services, product.worker(), CLIP)
    closed = product.request(request)
    assert thread.summarize_request(closed) == f"{request.name}: closed"
    shown = str(
        thread.build_parent(
            closed, product.services.desks[closed.desk], "https://x", product.now
        )
    )
    assert "consent" not in shown.lower()
    assert "does not allow" in thread.describe_end_for_asker(closed)


def test_a_withdrawn_clip_stays_closed_whatever_its_source_says(
    product: Product,
) -> None:
    consent.withdraw_clip(product.services, product.worker(), CLIP)
    with pytest.raises(Refused) as refused:
        product.ask(ROSA)
    assert refused.value.rule == "consent_withdrawn"
    assert product.last_event().outcome is Outcome.DENIED


def test_a_speaker_withdraws_for_clips_asked_about_and_for_those_to_come(
    product: Product,
) -> None:
    speaker = product.services.clips.clip(CLIP).speaker
    assert speaker is not None
    request = product.open(ROSA)
    Says(product, speaker=speaker)
    consent.withdraw_speaker(product.services, product.worker(), speaker)
    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN
    with pytest.raises(Refused):
        product.ask(ROSA, **SECOND_CLIP)


@pytest.mark.parametrize("given", [Consent.WITHDRAWN, Consent.UNKNOWN])
def test_a_settled_word_is_not_delivered_without_consent(
    product: Product, given: Consent
) -> None:
    request = settled(product)
    Says(product, consent=given)
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN
    denials = [e for e in product.events(request) if e.outcome is Outcome.DENIED]
    assert [e.action for e in denials] == [Action.RESULT_DELIVERED]
    assert Task.NOTIFY_ASKER in product.waiting()
    clean_up(product)
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    assert list(product.services.sink.results()) == []
    assert product.request(request).settled_text is None


def test_a_source_that_is_away_puts_the_delivery_off(product: Product) -> None:
    request = settled(product)

    class Away:
        def clip(self, _: str) -> Clip:
            raise Unavailable("The clip folder is not there.")

    real = product.services
    product.services = replace(real, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        deliver.deliver(
            product.services, product.worker(), request.id, f"{request.name}/1"
        )
    deliver.deliver(real, product.worker(), request.id, f"{request.name}/1")
    assert product.request(request).state is RequestState.DELIVERED


def test_a_delivered_word_stays_when_consent_goes(product: Product) -> None:
    request = settled(product)
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    consent.withdraw_clip(product.services, product.worker(), CLIP)
    clean_up(product)
    assert product.request(request).state is RequestState.DELIVERED
    assert [r.text for r in product.services.sink.results()] == ["lamp"]


def test_the_source_is_asked_again_about_clips_with_live_requests(
    product: Product,
) -> None:
    first, second = product.open(ROSA), product.open(ROSA, **SECOND_CLIP)
    assert consent.refresh(product.services, product.worker()).closed == 0
    Says(product, consent=Consent.WITHDRAWN)
    found = consent.refresh(product.services, product.worker(), limit=1)
    assert (found.closed, found.last) == (1, first.id)
    found = consent.refresh(
        product.services, product.worker(), after=found.last, limit=1
    )
    assert (found.closed, found.last) == (1, second.id)
    assert product.request(second).state is RequestState.CONSENT_WITHDRAWN
    assert (
        consent.refresh(product.services, product.worker(), after=found.last).last == 0
    )


def test_a_source_that_says_so_may_take_it_back(product: Product) -> None:
    product.open(ROSA)
    real = product.services
    Says(product, consent=Consent.UNKNOWN)
    consent.refresh(product.services, product.worker())
    product.services = real
    assert not product.ask(ROSA).joined


def test_a_recording_that_turns_out_to_be_a_childs_is_closed(product: Product) -> None:
    request = product.open(ROSA)
    Says(product, child=True)
    consent.refresh(product.services, product.worker())
    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN
    with pytest.raises(Refused) as refused:
        product.ask(JONAS)
    assert refused.value.rule == "no_children_desk"
    assert product.ask(ROSA).desk.children
