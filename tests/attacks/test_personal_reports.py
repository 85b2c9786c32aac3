"""One report of personal information takes a snippet away and ends nothing."""

from datetime import timedelta

import pytest

from bot.config.settings import read_desks
from bot.demo import DEMO_DESKS
from bot.errors import Conflict, Refused
from bot.usecases.listening import progress
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import home
from bot.usecases.requests import propose
from storage.errors import Missing
from storage.records import (
    Action,
    Answer,
    IncidentKind,
    Request,
    RequestState,
    Side,
    SnippetRecord,
)
from tests.product import JONAS, LENA, RAVI, ROSA, Product

SPOKEN = {"clip": "en-us-0001", "span": "2.3-2.9"}


def report(
    product: Product,
    request: Request,
    user: str = JONAS,
    side: Side = Side.UNSURE,
) -> Request:
    """Hear the snippet, and report personal information in it."""
    product.hear(user, request)
    return propose.propose(
        product.services,
        product.act(user),
        request.key,
        answer=Answer.HEARD_PERSONAL,
        text=None,
        confidence=2,
        side=side,
    ).request


def snippet(product: Product, request: Request) -> SnippetRecord | None:
    with product.services.store.read() as tx:
        return tx.snippets.of_request(request.id)


def shown(product: Product, request: Request) -> tuple[list[str], list[str]]:
    """Return the words shown before the span and after it."""
    found = snippet(product, request)
    assert found is not None
    words = [word for word in found.words if word.text is not None]
    before = [str(w.text) for w in words if w.start_ms < found.span.start_ms]
    after = [str(w.text) for w in words if w.end_ms > found.span.end_ms]
    return before, after


def test_one_report_takes_the_snippet_away_at_once_and_ends_nothing(
    product: Product,
) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp")
    first = snippet(product, request)
    assert first is not None

    reported = report(product, request)

    assert reported.state is RequestState.RENDERING
    assert snippet(product, request) is None
    with pytest.raises(Missing):
        product.services.blobs.get(first.blob)
    with pytest.raises(Refused):
        product.hear(LENA, request)
    assert product.render(request).state is RequestState.OPEN
    settled = product.answer(LENA, request, "Lamp").request
    assert settled.state is RequestState.AGREED
    heard = [e for e in product.events(request) if e.action is Action.SNIPPET_REPORTED]
    assert [event.rule for event in heard] == [Side.UNSURE]


@pytest.mark.parametrize("side", list(Side))
def test_the_reported_side_is_masked_and_the_other_is_not(
    product: Product, side: Side
) -> None:
    product.services.desks = read_desks(DEMO_DESKS)
    request = product.open(**SPOKEN)
    before, after = shown(product, request)
    assert before
    assert after
    report(product, request, side=side)
    product.render(request)
    hidden_before, hidden_after = shown(product, request)
    assert hidden_before == ([] if side is not Side.AFTER else before)
    assert hidden_after == ([] if side is not Side.BEFORE else after)


def test_two_people_end_the_request(product: Product) -> None:
    request = product.open()
    report(product, request)
    product.render(request)
    ended = report(product, request, RAVI, Side.BEFORE)
    assert ended.state is RequestState.UNMASKABLE
    with pytest.raises(Refused):
        product.hear(LENA, request)


def test_one_person_cannot_end_a_request_however_often_they_report(
    product: Product,
) -> None:
    request = product.open(**SPOKEN)
    report(product, request, side=Side.BEFORE)
    product.render(request)
    report(product, request, side=Side.AFTER)
    product.render(request)
    # Nothing is left to mask but the word itself, so the lead decides.
    last = report(product, request)
    assert last.state is RequestState.DISPUTED
    assert product.hear(LENA, request)


def test_repeated_reports_of_one_person_reach_the_lead(product: Product) -> None:
    for number, span in enumerate(["0.1-0.6", "2.3-2.9", "1.0-1.4"]):
        lists = home.read_home(product.services, product.act(LENA))
        assert lists.incidents == (), number
        request = product.open(span=span)
        report(product, request)
    lists = home.read_home(product.services, product.act(LENA))
    kinds = [incident.kind for incident in lists.incidents]
    assert kinds == [IncidentKind.REPORTS_A_LOT]


def test_reports_of_another_day_do_not_count(product: Product) -> None:
    for span in ("0.1-0.6", "2.3-2.9", "1.0-1.4"):
        report(product, product.open(span=span))
        product.pass_time(hours=25)
    assert home.read_home(product.services, product.act(LENA)).incidents == ()


def test_an_open_page_learns_that_the_snippet_was_made_anew(
    product: Product,
) -> None:
    request = product.open()
    subject = RequestSnippet(request.key)
    before = progress.live(product.services, product.act(RAVI), subject)
    report(product, request)
    meanwhile = progress.live(product.services, product.act(RAVI), subject)
    assert meanwhile.refusal is not None
    assert meanwhile.refusal.rule == "masked_again"
    product.pass_time(seconds=2)
    product.render(request)
    after = progress.live(product.services, product.act(RAVI), subject)
    assert after.refusal is None
    assert after.snippet != before.snippet


def test_words_typed_while_the_snippet_is_made_anew_are_kept(
    product: Product,
) -> None:
    request = product.open()
    product.hear(RAVI, request)
    report(product, request)
    typed = propose.TypedAnswer(answer="words", text="half", confidence="1")
    with pytest.raises(Conflict):
        product.answer(RAVI, request, "half", heard=True)
    propose.keep_draft(product.services, product.act(RAVI), request.key, typed)
    with product.services.store.read() as tx:
        assert "half" in (
            tx.drafts.by_form(product.act(RAVI).actor, f"answer {request.key}") or ""
        )


def test_the_time_until_the_request_expires_goes_on(product: Product) -> None:
    request = product.open()
    report(product, request)
    assert product.request(request).expires_at == request.expires_at
    assert product.request(request).asker.user_id == ROSA
    assert request.expires_at - product.now < timedelta(hours=24)
