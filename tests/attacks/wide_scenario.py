"""A wide scenario: every kind of act that the state remembers, a second apart each."""

from dataclasses import replace

from bot.usecases.distress import officer, stop_clip
from bot.usecases.erasure import consent, erase, holds
from bot.usecases.listening import elevated
from bot.usecases.listening.elevated_play import ElevatedPlay
from bot.usecases.listening.grant import grant
from bot.usecases.requests import adjudicate, expire, propose, withdraw
from bot.usecases.requests.deliver import deliver
from storage.records import Answer, Elevation, Person, Request
from tests.desks import with_less_masked
from tests.product import ADA, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, Product
from tests.usecases.erasure.erasing import clean_up

SPAN = "0.4-0.9"
REASON = "curious about my ex"


def play_everything(product: Product) -> None:
    """Act out answers, rulings, stops, holds and erasures of the sample clips."""
    desks = with_less_masked(product.services.desks, RAVI)
    product.services = replace(product.services, desks=desks)
    _settle(product, "en-us-0001")
    _dispute(product, "en-us-0002")
    _leave_open(product, "en-us-0004")
    _hear_closer(product, "en-us-0005")
    _stop(product, "en-us-0006")
    _hold(product, "en-us-0001")
    _erase(product, "en-us-0008")
    _withdraw_consent(product, "en-us-0009")
    _erase_person(product)
    product.pass_time(seconds=1)


def _open(product: Product, clip: str) -> Request:
    product.pass_time(seconds=1)
    request = product.open(clip=clip, span=SPAN)
    product.pass_time(seconds=1)
    return request


def _deliver(product: Product, request: Request) -> None:
    product.pass_time(seconds=1)
    deliver(product.services, product.worker(), request.id, f"{request.name}/1")


def _settle(product: Product, clip: str) -> None:
    request = _open(product, clip)
    product.answer(RAVI, request, "lamp")
    product.pass_time(seconds=1)
    product.answer(JONAS, request, "lamp")
    _deliver(product, request)


def _dispute(product: Product, clip: str) -> None:
    request = _open(product, clip)
    product.answer(RAVI, request, "lamp")
    product.pass_time(seconds=1)
    product.answer(JONAS, request, "lamb")
    product.pass_time(seconds=1)
    product.hear(LENA, request)
    adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=Answer.WORDS,
        text="lamp",
        reason="listened twice",
    )
    _deliver(product, request)


def _leave_open(product: Product, clip: str) -> None:
    """Join, decline, answer, change and withdraw an answer, withdraw and expire."""
    request = _open(product, clip)
    product.ask(JONAS, clip, SPAN)
    product.pass_time(seconds=1)
    propose.decline(product.services, product.act(JONAS), request.key)
    product.answer(RAVI, request, "lamp")
    product.pass_time(seconds=1)
    product.answer(RAVI, request, "lamb", heard=True)
    product.pass_time(seconds=1)
    propose.withdraw_proposal(product.services, product.act(RAVI), request.key)
    product.pass_time(seconds=1)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    other = _open(product, clip)
    product.now = other.expires_at
    expire.expire(product.services, product.worker())


def _hear_closer(product: Product, clip: str) -> None:
    request = _open(product, clip)
    for approve in (False, True):
        asked = elevated.ask(
            product.services,
            product.fresh(RAVI),
            request.key,
            closeness=Elevation.LESS_DISGUISED,
            reason="too muffled",
        )
        product.pass_time(seconds=1)
        elevated.decide(
            product.services,
            product.fresh(LENA),
            asked.key,
            reason="yes",
            approve=approve,
        )
        product.pass_time(seconds=1)
    grant(product.services, product.fresh(RAVI), ElevatedPlay(asked.key), "a" * 16)


def _stop(product: Product, clip: str) -> None:
    request = _open(product, clip)
    stopped = stop_clip.stop(product.services, product.act(JONAS), request.key)
    product.pass_time(seconds=1)
    officer.acknowledge(product.services, product.act(SOFIA), stopped.case.key)
    product.pass_time(seconds=1)
    officer.close(
        product.services,
        product.fresh(SOFIA),
        stopped.case.key,
        reply="We looked at it, and nobody is in danger.",
        release=True,
    )


def _hold(product: Product, clip: str) -> None:
    for _ in range(2):
        product.pass_time(seconds=1)
        held = holds.place_hold(
            product.services, product.fresh(SOFIA), clip, days=30, reason=REASON
        )
    product.pass_time(seconds=1)
    holds.release_hold(
        product.services, product.fresh(SOFIA), held.id, reason="it is over"
    )


def _erase(product: Product, clip: str) -> None:
    """Erase a clip with a delivered result, which leaves with it."""
    _settle(product, clip)
    product.pass_time(seconds=1)
    erase.erase_clip(product.services, product.fresh(ADA), clip, reason="they asked")
    product.pass_time(seconds=1)
    clean_up(product)


def _withdraw_consent(product: Product, clip: str) -> None:
    _open(product, clip)
    consent.withdraw_clip(product.services, product.worker(), clip)
    product.pass_time(seconds=1)
    clean_up(product)


def _erase_person(product: Product) -> None:
    """Erase Jonas's texts; the requests he declined are forgotten with them."""
    product.pass_time(seconds=1)
    erase.erase_person(
        product.services,
        product.fresh(ADA),
        Person(team_id=TEAM, user_id=JONAS),
        reason="they left",
    )
    product.pass_time(seconds=1)
    clean_up(product)
