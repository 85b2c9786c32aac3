"""The pages on which an officer releases several cases together."""

from bot.usecases.distress import bundles, case_pages, stop_clip
from storage.records import Case, CaseState, StopReason
from tests.pages.site import AUDITOR, SAFETY, Site

REPLY = "We looked at them today, and they open again."
CLIPS = ("en-us-0001", "en-us-0002", "en-us-0003")


def stop_several(site: Site) -> list[Case]:
    act = site.act(AUDITOR)
    return [stop_clip.stop_clip(site.services, act, clip).case for clip in CLIPS]


def key_of_bundle(site: Site) -> str:
    groups = case_pages.case_list(site.services, site.act(SAFETY))
    assert groups[0].bundle is not None
    return groups[0].bundle.key


def states(site: Site, stopped: list[Case]) -> set[CaseState]:
    with site.services.store.read() as tx:
        found = [tx.cases.by_id(case.id) for case in stopped]
    return {case.state for case in found if case is not None}


def test_the_list_shows_a_bundle_with_the_answer_of_its_reporter(site: Site) -> None:
    stopped = stop_several(site)
    key = key_of_bundle(site)
    bundles.explain_stops(site.services, site.act(AUDITOR), key, StopReason.MISTAKE)

    page = site.visitor(SAFETY).get("/case").text

    assert "3 recordings stopped by one colleague" in page
    assert "it was a mistake" in page
    assert f"/case/release?stops={key}" in page
    assert stopped[0].name in page
    assert AUDITOR not in page


def test_all_cases_of_a_bundle_are_ticked_at_first(site: Site) -> None:
    stop_several(site)

    page = site.visitor(SAFETY).get(f"/case/release?stops={key_of_bundle(site)}").text

    assert page.count("checked") == len(CLIPS)
    assert site.visitor(SAFETY).get("/case/release").text.count("checked") == 0


def test_a_fresh_sign_in_leads_back_to_what_was_ticked_and_typed(site: Site) -> None:
    first, second, third = stop_several(site)
    officer = site.visitor(SAFETY)
    site.clock.pass_time(minutes=10)
    key = key_of_bundle(site)

    refused = officer.post(
        "/case/release",
        case=[first.id, third.id],
        stops=key,
        reason=REPLY,
        page="/case/release",
    )

    assert refused.status_code == 403
    address = f"/case/release?stops={key}&case={first.id}&case={third.id}"
    assert address.replace("&", "&amp;") in refused.text
    again = site.visitor(SAFETY).get(address).text
    assert REPLY in again
    assert again.count("checked") == 2
    assert states(site, [first, second, third]) == {CaseState.OPEN}


def test_chosen_cases_are_released_and_the_rest_is_named(site: Site) -> None:
    stopped = stop_several(site)
    officer = site.visitor(SAFETY)
    chosen = [case.id for case in stopped]

    done = officer.post("/case/release", case=[*chosen, 999], reason=REPLY).text

    assert "3 recordings are open again" in done
    assert "Case 999" in done
    assert states(site, stopped) == {CaseState.RELEASED}


def test_the_form_comes_back_with_its_error_and_its_ticks(site: Site) -> None:
    stopped = stop_several(site)
    officer = site.visitor(SAFETY)

    answer = officer.post("/case/release", case=[stopped[1].id], reason="ok")

    assert answer.status_code == 422
    assert "Write a few words" in answer.text
    assert answer.text.count("checked") == 1


def test_a_case_of_a_bundle_names_the_others_on_its_page(site: Site) -> None:
    case = stop_several(site)[0]

    page = site.visitor(SAFETY).get(f"/case/{case.key}").text

    assert "It was stopped with others" in page
