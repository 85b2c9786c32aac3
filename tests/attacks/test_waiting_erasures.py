"""What answers erase waits a day, closed to all, and a lead or an officer can keep it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Conflict, HelpClipError, Refused
from bot.rules.erasure.retention import Retention
from bot.usecases.distress import hear_case, officer, stop_clip
from bot.usecases.erasure import consent, erase, purge, waiting
from bot.usecases.listening.grant import grant
from bot.usecases.requests import adjudicate, deliver
from storage.records import (
    Action,
    Answer,
    Origin,
    Outcome,
    Request,
    RequestState,
    Task,
)
from storage.records.outbox import NotifyErasureWaiting
from tests.product import (
    ADA,
    AMIR,
    CLIP,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SOFIA,
    STRANGER,
    Product,
)
from tests.usecases.erasure.erasing import clean_up

ASIDE = Answer.NOT_FOR_ASSISTANT
ACCIDENT = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED


def closed(product: Product, kind: Answer = ASIDE) -> Request:
    """Return a request that two people closed by their answers."""
    request = product.open(ROSA, guess="a lamp")
    product.answer(RAVI, request, kind=kind)
    product.answer(JONAS, request, kind=kind)
    clean_up(product)
    return product.request(request)


def due(product: Product) -> None:
    waiting.erase_due(product.services, product.worker())
    clean_up(product)


def listed(product: Product, user: str) -> list[waiting.Listed]:
    act = product.act(user, origin=Origin.PAGE)
    return waiting.list_waiting(product.services, act)


def keep(product: Product, user: str) -> None:
    (found,) = listed(product, user)
    act = product.act(user, origin=Origin.PAGE)
    waiting.keep(product.services, act, found.waiting.key)


def deletions(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "results" / "results.deletions.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text().splitlines()]


def has_words(product: Product, request: Request) -> bool:
    key = product.services.clip_keys.get(request.clip_id)
    return key is not None and product.request(request).guess is not None


@pytest.mark.parametrize("kind", [ASIDE, ACCIDENT])
def test_two_answers_close_a_recording_at_once_and_erase_nothing_for_a_day(
    product: Product, tmp_path: Path, kind: Answer
) -> None:
    request = closed(product, kind)
    product.pass_time(hours=23, minutes=59)
    due(product)
    purge.purge(product.services, product.worker())
    assert has_words(product, request)
    assert deletions(tmp_path) == []
    with pytest.raises(Refused):
        product.ask(LENA)

    product.pass_time(minutes=2)
    due(product)

    assert not has_words(product, request)
    erased = [e for e in product.events() if e.action is Action.CLIP_ERASED]
    assert [event.rule for event in erased] == ["accidental"]
    assert len(deletions(tmp_path)) == int(kind is ACCIDENT)


def test_a_leads_ruling_waits_too(product: Product, tmp_path: Path) -> None:
    request = product.disputed()
    product.hear(LENA, request)
    adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=ACCIDENT,
        text=None,
        reason="they speak to each other",
    )
    clean_up(product)
    assert product.services.clip_keys.get(CLIP) is not None
    product.pass_time(hours=25)
    due(product)
    assert product.services.clip_keys.get(CLIP) is None
    assert len(deletions(tmp_path)) == 1


def test_without_a_delay_it_is_erased_at_once(product: Product) -> None:
    desks = product.services.desks
    at_once = Retention(accidental=timedelta(0))
    changed = {
        name: replace(desk, retention=at_once) for name, desk in desks.desks.items()
    }
    product.services.desks = replace(desks, desks=changed)
    request = closed(product)
    assert not has_words(product, request)
    assert listed(product, LENA) == []


@pytest.mark.parametrize("user", [LENA, SOFIA])
def test_a_lead_or_an_officer_keeps_it_and_the_lead_rules(
    product: Product, tmp_path: Path, user: str
) -> None:
    request = closed(product, ACCIDENT)

    keep(product, user)

    kept = [e for e in product.events() if e.action is Action.ERASURE_KEPT]
    assert [(e.outcome, e.request) for e in kept] == [(Outcome.ALLOWED, request.name)]
    product.pass_time(hours=48)
    due(product)
    assert has_words(product, request)
    assert deletions(tmp_path) == []
    assert product.request(request).state is RequestState.DISPUTED
    assert product.hear(LENA, request)
    ruled = adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=Answer.WORDS,
        text="lamp",
        reason="they ask for the lamp",
    )
    assert ruled.state is RequestState.ADJUDICATED


def test_other_requests_on_a_kept_recording_go_on_with_their_answers(
    product: Product,
) -> None:
    other = product.render(product.ask(ROSA, span="0.1-0.6").request)
    product.answer(RAVI, other, "no")
    closed(product)
    assert product.request(other).state is RequestState.ACCIDENTAL

    keep(product, LENA)

    assert product.request(other).state is RequestState.OPEN
    after = product.answer(JONAS, other, "no").request
    assert after.state is RequestState.AGREED


def test_a_kept_recording_that_was_stopped_meanwhile_stays_closed_until_its_release(
    product: Product,
) -> None:
    request = closed(product)
    stop_clip.stop(product.services, product.act(JONAS), request.key)

    keep(product, LENA)

    assert product.request(request).state is RequestState.QUARANTINED
    product.release(request)
    assert product.request(request).state is RequestState.DISPUTED


def test_only_leads_of_the_desk_and_officers_see_and_keep_it(
    product: Product,
) -> None:
    closed(product)
    (found,) = listed(product, SOFIA)
    for user in (ROSA, RAVI, STRANGER, AMIR):
        with pytest.raises(Refused):
            listed(product, user)
        act = product.act(user, origin=Origin.PAGE)
        with pytest.raises(Refused):
            waiting.keep(product.services, act, found.waiting.key)
        assert product.last_event().outcome is Outcome.DENIED
    assert len(listed(product, SOFIA)) == 1


def test_what_is_kept_or_erased_cannot_be_kept_again(product: Product) -> None:
    closed(product)
    (found,) = listed(product, LENA)
    product.pass_time(hours=25)
    due(product)
    act = product.act(LENA, origin=Origin.PAGE)
    with pytest.raises(Conflict):
        waiting.keep(product.services, act, found.waiting.key)


def test_leads_and_officers_are_notified_once(product: Product) -> None:
    closed(product)
    with product.services.store.begin() as tx:
        rows = tx.outbox.claim(
            [Task.NOTIFY_ERASURE_WAITING],
            now=product.now,
            lease=timedelta(minutes=1),
        )
    people = set()
    for row in rows:
        assert isinstance(row.payload, NotifyErasureWaiting)
        people.add(row.payload.user_id)
    # Ada is a safety officer, too.
    assert people == {LENA, SOFIA, ADA}


def test_nothing_of_a_waiting_recording_can_be_heard_or_read(
    product: Product,
) -> None:
    request = closed(product)
    case = stop_clip.stop(product.services, product.act(JONAS), request.key).case
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    for user in (RAVI, JONAS, LENA):
        with pytest.raises(Refused):
            product.hear(user, request)
    subject = hear_case.CaseSnippet(case.key)
    act = product.act(SOFIA, origin=Origin.PAGE)
    with pytest.raises(Refused):
        grant(product.services, act, subject, "p" * 16)
    with pytest.raises(Refused):
        adjudicate.open_ruling_page(product.services, product.act(LENA), request.key)
    with pytest.raises(HelpClipError):
        product.answer(RAVI, request, "lamp", heard=True)


def test_withdrawn_consent_and_an_erasure_on_request_do_not_wait(
    product: Product,
) -> None:
    request = closed(product)
    consent.withdraw_clip(product.services, product.worker(), request.clip_id)
    clean_up(product)
    assert not has_words(product, request)
    assert listed(product, LENA) == []


def test_an_erasure_on_request_takes_the_place_of_one_that_waits(
    product: Product,
) -> None:
    request = closed(product)
    act = replace(product.worker(), origin=Origin.CLI)
    erase.erase_clip(product.services, act, request.clip_id, reason="letter 7")
    clean_up(product)
    assert not has_words(product, request)
    product.pass_time(hours=25)
    due(product)
    erased = [e for e in product.events() if e.action is Action.CLIP_ERASED]
    assert len(erased) == 1


def test_a_settled_word_of_the_recording_is_not_delivered_while_it_waits(
    product: Product,
) -> None:
    other = product.render(product.ask(ROSA, span="0.1-0.6").request)
    product.answer(RAVI, other, "no")
    product.answer(JONAS, other, "no")
    closed(product)
    result_id = f"{other.name}/1"
    with pytest.raises(HelpClipError):
        deliver.deliver(product.services, product.worker(), other.id, result_id)
    assert product.services.clip_keys.get(CLIP) is not None

    keep(product, LENA)

    deliver.deliver(product.services, product.worker(), other.id, result_id)
    assert product.request(other).state is RequestState.DELIVERED


def test_a_recording_that_was_not_erased_in_time_is_counted(
    product: Product,
) -> None:
    closed(product)
    product.pass_time(hours=24)
    assert waiting.count_overdue(product.services, product.now) == 0
    product.pass_time(hours=1)
    assert waiting.count_overdue(product.services, product.now) == 1
    due(product)
    assert waiting.count_overdue(product.services, product.now) == 0
