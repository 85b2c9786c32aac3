"""Appealing on the page of a settled request."""

from storage.records import Action, Outcome, Request, RequestState
from tests.pages.site import JONAS, LEAD2, LENA, RAVI, ROSA, Site

REASON = "The last sound is a b."


def settled(site: Site) -> Request:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    return site.request(request.key)


def test_an_appeal_turns_the_page_to_the_lead_who_decides(site: Site) -> None:
    request = settled(site)
    asker = site.visitor(ROSA)
    assert "Appeal against this" in asker.get(f"/r/{request.key}").text
    answer = asker.post(f"/r/{request.key}/appeal", reason=REASON)
    assert answer.headers["location"] == f"/r/{request.key}"
    assert site.request(request.key).state is RequestState.DISPUTED
    page = asker.get(f"/r/{request.key}").text
    assert "You appealed, so a lead" in page
    assert "Withdraw the question" not in page
    assert "Appeal against this" not in page
    assert "A colleague appeals" in site.visitor(RAVI).get(f"/r/{request.key}").text


def test_a_missing_reason_is_asked_for_beside_its_field(site: Site) -> None:
    request = settled(site)
    visitor = site.visitor(RAVI)
    answer = visitor.post(f"/r/{request.key}/appeal", reason=" ")
    assert answer.status_code == 422
    assert "Give the reason of your appeal" in answer.text
    assert '<details class="appeal" open>' in answer.text
    by_script = visitor.send(f"/r/{request.key}/appeal", reason="x" * 301)
    assert by_script.json()["field"] == "reason"


def test_a_lead_who_did_not_work_on_it_is_offered_no_appeal(site: Site) -> None:
    request = settled(site)
    lead = site.visitor(LENA)
    assert "Appeal against this" not in lead.get(f"/r/{request.key}").text
    assert lead.post(f"/r/{request.key}/appeal", reason=REASON).status_code == 403
    assert site.events(Action.REQUEST_APPEALED, Outcome.DENIED)[-1].rule == "not_party"


def test_the_ruling_page_of_an_appeal_is_for_another_lead(site: Site) -> None:
    request = site.disputed_and_heard()
    lead = site.visitor(LENA)
    path = f"/rule/{request.key}"
    assert lead.post(path, choice="words:lamp", reason="clear").status_code == 303
    site.visitor(JONAS).post(f"/r/{request.key}/appeal", reason=REASON)
    page = site.visitor(LEAD2).get(path)
    assert "a colleague appeals" in page.text
    assert REASON in page.text
    assert "Ruled:" not in page.text
    assert lead.get(path).status_code == 403
    assert "another lead rules" in lead.get("/rule").text
