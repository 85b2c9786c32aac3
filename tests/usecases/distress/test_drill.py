"""Drills: called like a case, told for what they are when somebody comes, on record."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Refused
from bot.usecases.distress import care, case_pages, cases, drill, officer
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from storage.records import Action, CaseState, Outcome, Severity
from storage.records.outbox import NotifyDrillOver, PageOfficer
from tests.product import ADA, RAVI, SOFIA, Product
from tests.usecases.distress.test_care import told

ON_BOTH_DATABASES = True

PRESS = "p" * 32


def test_a_drill_calls_the_officers_and_its_result_is_on_record(
    product: Product,
) -> None:
    begun = drill.start_drill(product.services, product.worker())
    assert begun.name == f"Case {begun.id}"  # so that they come as fast as to any other
    assert [page.user_id for page in told(product, PageOfficer)] == [SOFIA]
    with pytest.raises(Conflict):
        drill.start_drill(product.services, product.worker())
    product.pass_time(seconds=192)
    officer.acknowledge(product.services, product.act(SOFIA), begun.key)
    event = product.last_event()
    assert event.action is Action.CASE_ACKNOWLEDGED
    assert (event.numbers["drill"], event.numbers["after_s"]) == (1, 192)
    product.pass_time(seconds=408)
    closed = officer.close(
        product.services, product.act(SOFIA), begun.key, reply="", release=False
    )
    assert closed.state is CaseState.KEPT
    assert closed.name == f"Drill {closed.id}"
    event = product.last_event()
    assert event.action is Action.CASE_CLOSED
    assert (event.numbers["drill"], event.numbers["after_s"]) == (1, 600)
    assert care.care_page(product.services, product.act(SOFIA)).exposures == ()


def test_a_drill_nobody_comes_to_escalates_like_a_case(product: Product) -> None:
    begun = drill.start_drill(product.services, product.worker())
    product.pass_time(hours=1)
    assert cases.escalate(product.services, product.worker()) == 1
    assert product.last_event().numbers["drill"] == 1
    assert product.last_event().numbers["case"] == begun.id


def test_a_drill_comes_by_itself_once_a_month_where_asked_for(product: Product) -> None:
    safety = replace(product.services.desks.safety, monthly_drill=False)
    asked_for = product.services
    product.services = replace(asked_for, desks=replace(asked_for.desks, safety=safety))
    assert drill.start_monthly_drill(product.services, product.worker()) is None
    product.services = asked_for
    assert (
        drill.start_monthly_drill(product.services, product.worker()) is None
    )  # the month begins
    product.pass_time(days=30)
    begun = drill.start_monthly_drill(product.services, product.worker())
    assert begun is not None
    assert begun.is_drill
    assert drill.start_monthly_drill(product.services, product.worker()) is None


def test_the_officer_on_it_reads_a_made_up_text_masked_and_may_play_it(
    product: Product,
) -> None:
    begun = drill.start_drill(product.services, product.worker())
    assert (
        case_pages.case_page(product.services, product.act(SOFIA), begun.key).snippet
        is None
    )
    with pytest.raises(Refused):
        grant(product.services, product.act(SOFIA), CaseSnippet(begun.key), PRESS)
    assert product.last_event().outcome is Outcome.DENIED
    officer.acknowledge(product.services, product.act(SOFIA), begun.key)
    page = case_pages.case_page(product.services, product.act(SOFIA), begun.key)
    assert page.snippet is not None
    texts = [word.text for word in page.snippet.words]
    assert None in texts
    assert any(texts)
    assert page.checklist is not None
    sound = grant(product.services, product.act(SOFIA), CaseSnippet(begun.key), PRESS)
    assert sound.wav.startswith(b"RIFF")
    heard = product.last_event()
    assert (heard.action, heard.numbers["drill"]) == (Action.SNIPPET_HEARD, 1)
    assert (
        progress.live(
            product.services, product.act(SOFIA), CaseSnippet(begun.key)
        ).refusal
        is None
    )
    full = page.snippet.span.length_ms
    mine = (product.services, product.act(SOFIA), CaseSnippet(begun.key), PRESS)
    assert progress.record_played(*mine, played_ms=full, loops=1)
    assert not progress.record_played(*mine, played_ms=full - 1, loops=0)


def test_nobody_but_the_officer_on_it_hears_or_reads_it(product: Product) -> None:
    begun = drill.start_drill(product.services, product.worker())
    officer.acknowledge(product.services, product.act(SOFIA), begun.key)
    for other in (ADA, RAVI):
        with pytest.raises(Refused):
            grant(product.services, product.act(other), CaseSnippet(begun.key), PRESS)
    officer.close(
        product.services, product.act(SOFIA), begun.key, reply="", release=False
    )
    with pytest.raises(Refused):
        grant(product.services, product.act(SOFIA), CaseSnippet(begun.key), PRESS)


def test_no_recording_is_touched_by_it(product: Product) -> None:
    begun = drill.start_drill(product.services, product.worker())
    officer.acknowledge(product.services, product.act(SOFIA), begun.key)
    grant(product.services, product.act(SOFIA), CaseSnippet(begun.key), PRESS)
    assert [
        e.clip_id for e in product.events() if e.action is Action.SNIPPET_HEARD
    ] == [begun.clip_id]
    assert begun.clip_id.startswith("drill-")
    assert product.services.clips.clip_ids().count(begun.clip_id) == 0


def test_everybody_who_was_called_learns_that_it_was_a_drill_and_only_then(
    product: Product,
) -> None:
    begun = drill.start_drill(product.services, product.worker())
    product.pass_time(hours=1)
    cases.escalate(product.services, product.worker())
    assert told(product, NotifyDrillOver) == []
    product.do_all()  # they have been called
    officer.acknowledge(product.services, product.act(ADA), begun.key)
    where = [notice.recipient_id for notice in told(product, NotifyDrillOver)]
    assert sorted(where) == ["C0SAFETY01", SOFIA]
    officer.hand_over(product.services, product.act(ADA), begun.key, SOFIA)
    assert told(product, NotifyDrillOver) == []
    assert begun.severity is Severity.UNKNOWN
