"""A grave act at an unlocked screen: the login of this morning is not enough."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response

from bot.pages.app import SlackSignIn
from storage.audit.query.search import Question, answer
from storage.records import Action, Event
from tests.pages.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.pages.site import ADMIN, TEAM, Site, Visitor, new_site

CLIP = "/erase/clip/en-us-0001"
HOUR = 3600


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    yield built
    built.services.store.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def visitor(site: Site, provider: Provider) -> Visitor:
    slack = SlackSignIn.for_api(
        f"{provider.url}/api/",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        team_id=TEAM,
    )
    return site.visitor(slack=slack)


def sign_in(
    site: Site,
    provider: Provider,
    visitor: Visitor,
    *,
    login_age_s: int | None,
    **form: str,
) -> dict[str, str]:
    """Sign in with a login of this age by `auth_time`; return what Slack was asked."""
    location = visitor.post("/sign-in", to="/", **form).headers["location"]
    query = parse_qs(urlsplit(location).query)
    asked = {name: values[0] for name, values in query.items()}
    now = int(site.clock.now.timestamp())
    claims = {
        "iss": provider.url,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 300,
        "nonce": asked["nonce"],
        "https://slack.com/user_id": ADMIN,
        "https://slack.com/team_id": TEAM,
    }
    if login_age_s is not None:
        claims["auth_time"] = now - login_age_s
    provider.token = provider.sign(claims)
    back = {"code": "fresh", "state": asked["state"]}
    assert visitor.get("/sign-in/done", params=back).status_code == 303
    return asked


def erase(visitor: Visitor) -> Response:
    """Erase a clip from its page, as an administrator would."""
    shown = visitor.get(CLIP).text
    visitor.csrf = shown.split('name="csrf" value="')[1].split('"')[0]
    return visitor.post(CLIP, reason="a right to erasure")


def last_event(site: Site, action: Action) -> Event:
    with site.services.store.read() as tx:
        found = answer(tx.log, Question(actions=(action,), limit=1)).events[0]
    return found.event


def test_an_everyday_sign_in_is_of_no_use_for_a_grave_act(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    for age_s in (HOUR, None):
        asked = sign_in(site, provider, visitor, login_age_s=age_s)
        assert "prompt" not in asked
        refused = erase(visitor)
        assert refused.status_code == 403
        assert 'name="new_login"' in refused.text
        assert last_event(site, Action.ERASURE_ASKED).rule == "step_up"


def test_a_grave_act_asks_slack_for_a_new_login(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    asked = sign_in(site, provider, visitor, login_age_s=0, new_login="yes")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert "did not show" not in visitor.get(CLIP).text
    assert erase(visitor).status_code == 303
    assert not last_event(site, Action.SESSION_STARTED).numbers
    assert "new_login" not in last_event(site, Action.ERASURE_ASKED).numbers


@pytest.mark.parametrize("login_age_s", [HOUR, None])
def test_a_new_login_that_slack_did_not_show_is_on_the_page_and_on_record(
    site: Site, provider: Provider, visitor: Visitor, login_age_s: int | None
) -> None:
    sign_in(site, provider, visitor, login_age_s=login_age_s, new_login="yes")
    assert "did not show that you logged in again" in visitor.get(CLIP).text
    assert last_event(site, Action.SESSION_STARTED).numbers == {"new_login": 0}
    assert erase(visitor).status_code == 303
    assert last_event(site, Action.ERASURE_ASKED).numbers["new_login"] == 0


@pytest.mark.parametrize("login_age_s", [HOUR, None])
def test_an_installation_may_require_that_slack_shows_it(
    site: Site, provider: Provider, visitor: Visitor, login_age_s: int | None
) -> None:
    site.services.is_new_login_required = True
    sign_in(site, provider, visitor, login_age_s=login_age_s, new_login="yes")
    refused = erase(visitor)
    assert refused.status_code == 403
    assert "did not show" in refused.text
    assert last_event(site, Action.ERASURE_ASKED).rule == "no_new_login"
    sign_in(site, provider, visitor, login_age_s=0, new_login="yes")
    assert erase(visitor).status_code == 303
