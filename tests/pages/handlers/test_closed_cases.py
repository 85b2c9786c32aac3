"""Closed cases and erasures can be found again, page by page, with true totals."""

import re
from dataclasses import replace

from storage.records import Action, CaseState, Outcome, Why
from tests.pages.site import ADMIN, LENA, RAVI, SAFETY, Site


def add_closed(site: Site, count: int) -> None:
    """Closed cases; Ravi stopped each of the recordings."""
    now = site.clock.now
    with site.services.store.begin() as tx:
        for number in range(count):
            case = tx.cases.add(
                key=f"case{number}",
                clip_id=f"clip-{number}",
                request_id=None,
                desk="english-us",
                opened_at=now,
                due_at=now,
            )
            tx.cases.add_report(case.id, site.act(RAVI).actor, now)
            closed = replace(case, state=CaseState.KEPT, due_at=None, closed_at=now)
            tx.cases.save(closed)


def add_erasures(site: Site, count: int) -> None:
    with site.services.store.begin() as tx:
        for number in range(count):
            tx.erasures.add(
                clip_id=f"clip-{number}",
                person=None,
                why=Why.ASKED,
                now=site.clock.now,
            )


def next_page(page: str) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return found.group(1) if found else None


def test_an_officer_finds_every_closed_case_with_the_true_number(site: Site) -> None:
    add_closed(site, 45)
    officer = site.visitor(SAFETY)
    names = []
    path: str | None = "/case/closed"
    while path:
        page = officer.get(path).text
        assert "45 closed cases" in page
        names += re.findall(r"<strong>(Case [0-9]+)</strong>", page)
        path = next_page(page)
    assert len(names) == len(set(names)) == 45
    assert "/case/closed" in officer.get("/case").text


def test_closed_cases_are_for_officers(site: Site) -> None:
    add_closed(site, 1)
    assert site.visitor(LENA).get("/case/closed").status_code == 403
    denied = site.events(Action.CASE_VIEWED, Outcome.DENIED)
    assert denied[-1].rule == "not_safety_officer"


def test_a_case_that_its_officer_reported_is_for_another_one(site: Site) -> None:
    add_closed(site, 1)
    with site.services.store.begin() as tx:
        [case] = tx.cases.closed(10, None)
        tx.cases.add_report(case.id, site.act(SAFETY).actor, site.clock.now)
    page = site.visitor(SAFETY).get("/case/closed").text
    assert "for another officer" in page
    assert case.key not in page


def test_every_erasure_is_found_with_the_true_number(site: Site) -> None:
    add_erasures(site, 65)
    administrator = site.visitor(ADMIN)
    found = []
    path: str | None = "/erase"
    while path:
        page = administrator.get(path).text
        assert "65 erasures" in page
        found += re.findall(r"<code>(clip-[0-9]+)</code>", page)
        path = next_page(page)
    assert len(found) == len(set(found)) == 65
