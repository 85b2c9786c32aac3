"""One's own care page."""

from bot.usecases.distress import stop_clip
from tests.pages.site import LENA, RAVI, ROSA, Site


def test_breaks_are_taken_and_ended_on_the_page(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert "You are on a break" not in visitor.get("/care").text
    assert visitor.post("/care/break", minutes=60).headers["location"] == "/care"
    assert "You are on a break until 10:00" in visitor.get("/care").text
    assert "You rest" in visitor.get("/").text
    visitor.post("/care/back")
    assert "You rest" not in visitor.get("/").text
    assert visitor.post("/care/break", minutes=7).status_code == 422


def test_the_ledger_says_how_many_and_never_which(site: Site) -> None:
    request = site.asked()
    stop_clip.stop(site.services, site.act(RAVI), request.key)
    page = site.visitor(RAVI).get("/care").text
    assert "1 recording that was stopped" in page
    for secret in (request.name, request.clip_id, request.key):
        assert secret not in page
    assert "None in the last 90 days" in site.visitor(ROSA).get("/care").text


def test_choices_are_kept(site: Site) -> None:
    visitor = site.visitor(RAVI)
    visitor.post("/care/choices", not_offered=["noise", "desk:arabic"], in_circle="on")
    page = visitor.get("/care").text
    assert page.count("checked") == 3
    assert visitor.post("/care/choices", not_offered="desk:made-up").status_code == 422


def test_a_colleague_is_called_from_the_page(site: Site) -> None:
    assert "called=nobody" in site.visitor(RAVI).post("/care/talk").headers["location"]
    site.visitor(ROSA).post("/care/choices", in_circle="on")
    called = site.visitor(RAVI).post("/care/talk").headers["location"]
    assert "told of each other" not in site.visitor(RAVI).get("/care").text
    assert "introduces you to each other" in site.visitor(RAVI).get(called).text


def test_a_lead_is_shown_no_number_that_points_at_somebody(site: Site) -> None:
    request = site.asked()
    stop_clip.stop(site.services, site.act(RAVI), request.key)
    page = site.visitor(LENA).get("/").text
    assert "fewer than five people met any" in page
    assert "Hard recordings" not in site.visitor(RAVI).get("/").text


def test_whoever_rests_is_led_to_the_end_of_it(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    assert 'href="/care"' not in visitor.get(f"/r/{request.key}").text
    visitor.post("/care/break", minutes="15")
    page = visitor.get(f"/r/{request.key}").text
    assert "You are taking a break" in page
    assert 'href="/care"' in page
