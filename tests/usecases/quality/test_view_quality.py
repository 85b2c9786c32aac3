"""Figures of real work: a person's own, a lead's totals, and what is on record."""

from collections.abc import Callable, Iterator

import pytest

from bot.errors import Refused
from bot.rules.quality.figures import Figures, GroupBy
from bot.rules.quality.readings import TooFew
from bot.usecases.quality.view_quality import (
    QualityQuestion,
    export_figures,
    export_readings,
    operator_totals,
    view_own,
    view_quality,
)
from storage.quality import worked_requests
from storage.quality.worked_requests import AskedWithin
from storage.records import Action, Event, Outcome
from tests.product import JONAS, LENA, RAVI, ROSA, Product

ON_BOTH_DATABASES = True
BY_DESK = QualityQuestion(by=GroupBy.DESK)


def settle_and_dispute(product: Product) -> None:
    """Leave one settled request and one disputed one behind."""
    settled = product.open(clip="en-us-0001")
    product.answer(RAVI, settled, "lamp")
    product.answer(JONAS, settled, "lamp")
    disputed = product.open_on("en-us-0002")
    product.answer(RAVI, disputed, "milk")
    product.answer(JONAS, disputed, "silk")
    product.pass_time(minutes=1)


def seen(product: Product) -> Iterator[Event]:
    for event in product.events():
        if event.action is Action.QUALITY_VIEWED:
            yield event


def figures_of(groups: dict[str, Figures]) -> Figures:
    (figures,) = groups.values()
    return figures


def test_a_lead_sees_totals_of_the_desk_and_that_is_on_record(
    product: Product,
) -> None:
    settle_and_dispute(product)
    view = view_quality(product.services, product.act(LENA), BY_DESK)
    assert view.totals is not None
    figures = figures_of(dict(view.totals.groups))
    assert (figures.asked, figures.settled, figures.people) == (2, 1, 3)
    assert view.totals.readings.too_few is TooFew.REQUESTS
    (event,) = seen(product)
    assert (event.outcome, event.actor) == (Outcome.ALLOWED, product.act(LENA).person)


def test_a_reviewer_sees_only_the_own_figures(product: Product) -> None:
    settle_and_dispute(product)
    view = view_quality(product.services, product.act(RAVI), BY_DESK)
    assert view.totals is None
    assert (view.own[0].answered, view.own[0].same) == (1, 1)
    assert (
        view_quality(product.services, product.act(ROSA), BY_DESK).own[0].answered == 0
    )


@pytest.mark.parametrize("export", [export_figures, export_readings])
def test_an_export_by_a_reviewer_is_refused_on_record(
    product: Product,
    export: Callable[..., object],
) -> None:
    settle_and_dispute(product)
    with pytest.raises(Refused):
        export(product.services, product.act(RAVI), BY_DESK)
    (event,) = seen(product)
    assert event.outcome is Outcome.DENIED


def test_an_export_holds_what_the_page_shows(product: Product) -> None:
    settle_and_dispute(product)
    lead = product.act(LENA)
    shown = view_quality(product.services, lead, BY_DESK).totals
    assert shown is not None
    assert export_figures(product.services, lead, BY_DESK) == shown.groups
    assert export_readings(product.services, lead, BY_DESK) == shown.readings


def test_own_figures_of_a_lead_are_read_without_totals(product: Product) -> None:
    settle_and_dispute(product)
    own = view_own(product.services, product.act(LENA), BY_DESK)
    assert own[0].answered == 0
    assert list(seen(product)) == []


def test_an_operator_reads_all_desks_on_record(product: Product) -> None:
    settle_and_dispute(product)
    totals = operator_totals(product.services, product.worker(), BY_DESK)
    assert figures_of(dict(totals.groups)).asked == 2
    assert len(list(seen(product))) == 1


def test_a_desk_that_the_lead_does_not_lead_has_no_figures(product: Product) -> None:
    settle_and_dispute(product)
    led = view_quality(product.services, product.act(LENA), BY_DESK).desks
    others = set(product.services.desks.desks) - {desk.id for desk in led}
    for desk in others:
        question = QualityQuestion(desk=desk, by=GroupBy.DESK)
        view = view_quality(product.services, product.act(LENA), question)
        assert view.totals is not None
        assert view.totals.groups == {}


def test_requests_before_the_period_do_not_count(product: Product) -> None:
    settle_and_dispute(product)
    product.pass_time(weeks=5)
    question = QualityQuestion(weeks=4, by=GroupBy.DESK)
    totals = operator_totals(product.services, product.worker(), question)
    assert totals.groups == {}


def test_every_request_is_read_once_whatever_the_size_of_a_piece(
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settle_and_dispute(product)
    product.open_on("en-us-0004")
    product.pass_time(minutes=1)
    asked = AskedWithin(
        desks=frozenset(product.services.desks.desks),
        since=BY_DESK.since(product.now),
        until=product.now,
    )
    found = []
    for size in (1, 2, 3, 500):
        monkeypatch.setattr(worked_requests, "PIECE", size)
        with product.services.store.read() as tx:
            found.append(list(tx.worked_requests.newest_first(asked)))
            answered = tx.worked_requests.answered_by(
                product.act(RAVI).actor,
                asked.since,
            )
        assert len(answered) == 2
    assert found[0] == found[1] == found[2] == found[3]
    assert [len(each.proposals) for each in found[0]] == [0, 2, 2]
