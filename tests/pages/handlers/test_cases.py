"""The officer's case page and the reporter's own page."""

from dataclasses import replace

import pytest

from bot.rules.desks import Holders
from bot.usecases.distress import cases, officer, stop_clip
from storage.records import Action, Case, CaseState, Outcome, Role, Severity
from tests.pages.site import ADMIN, JONAS, LENA, RAVI, SAFETY, Site

REPLY = "We looked at it today. Nobody is in danger, and you did the right thing."


def stop(site: Site) -> Case:
    request = site.asked()
    return stop_clip.stop(site.services, site.act(RAVI), request.key).case


def mine(site: Site) -> Case:
    case = stop(site)
    return officer.acknowledge(site.services, site.act(SAFETY), case.key)


def state(site: Site, case: Case) -> CaseState:
    with site.services.store.read() as tx:
        found = tx.cases.by_id(case.id)
    assert found is not None
    return found.state


def test_an_officer_finds_takes_and_closes_a_case(site: Site) -> None:
    case = stop(site)
    officer = site.visitor(SAFETY)
    assert case.name in officer.get("/case").text
    before = officer.get(f"/case/{case.key}").text
    assert "I look after it" in before
    assert "transcript" not in before
    assert officer.post(f"/case/{case.key}/acknowledge").status_code == 303
    page = officer.get(f"/case/{case.key}").text
    assert "masked word" in page
    assert "You need not hear it" in page
    closed = officer.post(f"/case/{case.key}/close", reason=REPLY, clip="keep")
    assert closed.headers["location"] == f"/case/{case.key}"
    assert state(site, case) is CaseState.KEPT
    assert REPLY in officer.get(f"/case/{case.key}").text


def test_a_reply_that_cannot_be_sent_stays_in_the_form(site: Site) -> None:
    case = mine(site)
    officer = site.visitor(SAFETY)
    typed = "It is about en-us-0001 <b>and more</b>."
    refused = officer.post(f"/case/{case.key}/close", reason=typed, clip="keep")
    assert refused.status_code == 422
    assert "Leave the recording" in refused.text
    assert "&lt;b&gt;and more" in refused.text
    assert 'value="keep" required checked' in refused.text
    undecided = officer.post(f"/case/{case.key}/close", reason=REPLY)
    assert undecided.status_code == 422
    assert REPLY in undecided.text
    assert state(site, case) is CaseState.ACKNOWLEDGED


def test_a_year_stays_a_year_over_an_error_and_over_a_sign_in(site: Site) -> None:
    case = mine(site)
    officer = site.visitor(SAFETY)
    hold = f"/case/{case.key}/hold"
    wordless = officer.post(hold, days="365", reason="")
    assert wordless.status_code == 422
    assert 'value="365" checked' in wordless.text
    site.clock.pass_time(hours=1)
    once_more = officer.post(hold, days="365", reason="Evidence.")
    assert f'name="to" value="{hold}?days=365"' in once_more.text
    back = site.visitor(SAFETY).get(f"{hold}?days=365").text
    assert 'value="365" checked' in back
    assert 'value="Evidence."' in back


def test_the_officer_hears_it_and_nobody_else_does(site: Site) -> None:
    case = mine(site)
    officer = site.visitor(SAFETY)
    assert officer.send(f"/case/{case.key}/audio", press="p" * 16).content.startswith(
        b"RIFF"
    )
    assert officer.get(f"/case/{case.key}/live").json()["may_play"]
    site.clock.pass_time(seconds=5)
    told = officer.send(
        f"/case/{case.key}/played", press="p" * 16, played_ms=500, loops=0
    )
    assert told.json() == {"heard": False}
    for other in (LENA, JONAS, RAVI):
        denied = site.visitor(other).send(f"/case/{case.key}/audio", press="q" * 16)
        assert denied.status_code == 403
        assert not site.visitor(other).get(f"/case/{case.key}/live").json()["may_play"]
    heard = site.events(Action.SNIPPET_HEARD, Outcome.ALLOWED)
    assert [event.user_id for event in heard] == [SAFETY]


def test_a_reply_names_its_officer_by_name(site: Site) -> None:
    case = mine(site)
    with site.services.store.begin() as tx:
        tx.people.set_name(SAFETY, "Sofia Canary")
    reply = "We looked at it, and nobody is in danger."
    act = site.fresh(SAFETY)
    officer.close(site.services, act, case.key, reply=reply, release=False)
    page = site.visitor(SAFETY).get(f"/case/{case.key}").text
    assert "Sofia Canary" in page
    assert SAFETY not in page.partition("<main")[2]


def test_a_case_is_not_shown_to_others(site: Site) -> None:
    case = mine(site)
    assert site.visitor(LENA).get(f"/case/{case.key}").status_code == 403
    assert case.name not in site.visitor(LENA).get("/case").text
    assert site.visitor(SAFETY).get("/case/nothing").status_code == 404


def test_the_reporter_says_how_bad_it_is_and_reads_the_answer(site: Site) -> None:
    case = stop(site)
    reporter = site.visitor(RAVI)
    page = reporter.get(f"/stopped/{case.key}").text
    assert "no other person can hear it" in page
    said = reporter.post(f"/stopped/{case.key}/grade", severity="danger")
    assert said.headers["location"] == f"/stopped/{case.key}"
    assert "a person may be in danger now" in reporter.get(f"/stopped/{case.key}").text
    assert (
        reporter.post(f"/stopped/{case.key}/grade", severity="awful").status_code == 422
    )
    officer.acknowledge(site.services, site.act(SAFETY), case.key)
    officer.close(site.services, site.act(SAFETY), case.key, reply=REPLY, release=False)
    answered = reporter.get(f"/stopped/{case.key}").text
    assert REPLY in answered
    assert "This is not enough" in answered
    reporter.post(f"/stopped/{case.key}/not-enough")
    assert state(site, case) is CaseState.OPEN
    assert "Another officer looks after it" in reporter.get(f"/stopped/{case.key}").text


def test_a_case_without_an_emergency_is_graded_lower(site: Site) -> None:
    case = mine(site)
    cases.grade(site.services, site.act(RAVI), case.key, Severity.DANGER)
    path = f"/case/{case.key}/not-an-emergency"
    answer = site.visitor(SAFETY).post(path)
    assert answer.headers["location"] == f"/case/{case.key}"
    with site.services.store.read() as tx:
        found = tx.cases.by_id(case.id)
    assert found is not None
    assert found.severity is Severity.UPSETTING


def test_a_case_is_handed_over_to_another_officer_alone(site: Site) -> None:
    desks = site.services.desks
    officers = Holders(users=frozenset({SAFETY, ADMIN}))
    named = {**desks.holders, Role.SAFETY_OFFICER: officers}
    site.services = replace(site.services, desks=replace(desks, holders=named))
    case = mine(site)
    safety = site.visitor(SAFETY)
    path = f"/case/{case.key}/hand-over"
    assert safety.post(path, officer=LENA).status_code == 403
    assert safety.post(path, officer=ADMIN).headers["location"] == "/case"


def test_an_unknown_step_of_the_checklist_is_not_ticked(site: Site) -> None:
    case = mine(site)
    answer = site.visitor(SAFETY).post(f"/case/{case.key}/step", step="nowhere")
    assert answer.status_code == 422
    assert "no such step" in answer.text


@pytest.mark.parametrize("path", ["", "/grade", "/not-enough"])
def test_the_reporters_page_is_nobody_elses(site: Site, path: str) -> None:
    case = stop(site)
    other = site.visitor(JONAS)
    at = f"/stopped/{case.key}{path}"
    answer = other.post(at, severity="danger") if path else other.get(at)
    assert answer.status_code in (403, 404)
