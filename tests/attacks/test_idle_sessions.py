"""An unlocked screen after its owner has left: sessions end, and polls are no use."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rules.people.idle import IdleLimits
from storage.records import Action, Outcome
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.site import ADMIN, RAVI, Site, new_site


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_site(tmp_path, database_url=url)
    yield built
    built.services.store.close()


def test_after_half_an_hour_a_page_of_grave_acts_asks_to_sign_in(site: Site) -> None:
    visitor = site.visitor(ADMIN)
    assert visitor.get("/erase").status_code == 200
    site.clock.pass_time(minutes=31)
    refused = visitor.get("/erase")
    assert refused.status_code == 403
    assert "You were away for a while" in refused.text
    assert 'name="new_login"' in refused.text
    (event,) = site.events(Action.SESSION_ENDED, Outcome.DENIED)
    assert (event.user_id, event.rule) == (ADMIN, "session_idle")


def test_a_visit_to_another_page_does_not_bring_grave_pages_back(site: Site) -> None:
    visitor = site.visitor(ADMIN)
    site.clock.pass_time(minutes=31)
    assert visitor.get("/").status_code == 200
    site.clock.pass_time(minutes=2)
    assert visitor.get("/").status_code == 200
    for path in ("/erase", "/erase/clip/en-us-0001", "/mapping"):
        assert "You were away for a while" in visitor.get(path).text


def test_work_on_other_pages_keeps_grave_pages_open(site: Site) -> None:
    visitor = site.visitor(ADMIN)
    for _ in range(5):
        site.clock.pass_time(minutes=20)
        assert visitor.get("/").status_code == 200
    assert visitor.get("/erase").status_code == 200


def test_what_an_open_page_asks_by_itself_is_no_activity(site: Site) -> None:
    request = site.asked()
    site.services.idle = IdleLimits(other=timedelta(hours=1))
    visitor = site.visitor(RAVI)
    for _ in range(7):
        site.clock.pass_time(minutes=10)
        visitor.get(f"/r/{request.key}/live")
    assert "Sign in to go on" in visitor.get(f"/r/{request.key}").text
    rules = [each.rule for each in site.events(Action.SESSION_ENDED, Outcome.DENIED)]
    assert rules == ["session_idle"]
    visitor.get("/")
    rules = [each.rule for each in site.events(Action.SESSION_ENDED, Outcome.DENIED)]
    assert rules == ["session_idle", "session_ended"]


def test_activity_does_not_outlive_eight_hours(site: Site) -> None:
    visitor = site.visitor(RAVI)
    for _ in range(24):
        site.clock.pass_time(minutes=20)
        visitor.get("/")
    site.clock.pass_time(minutes=1)
    assert "Sign in to go on" in visitor.get("/").text
