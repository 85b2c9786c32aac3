"""Anonymous visitors store nothing, and a flood of them disturbs no one's sign-in."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from bot.metrics import metrics
from bot.pages.app import SlackSignIn
from bot.usecases.people.sign_ins import SIGN_IN_LASTS
from storage.records import Action, Outcome
from storage.tables import metadata
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.pages.site import RAVI, TEAM, Site, Visitor, new_site

FLOOD = 300


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_site(tmp_path, database_url=url)
    yield built
    built.services.store.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def slack_of(provider: Provider) -> SlackSignIn:
    return SlackSignIn.for_api(
        f"{provider.url}/api/",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        team_id=TEAM,
    )


def count_rows(site: Site) -> int:
    """Return the number of rows of all tables."""
    with site.services.store.read() as tx:
        counts = [
            tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.tables.values()
        ]
    return sum(counts)


def begin(visitor: Visitor) -> dict[str, str]:
    """Begin a sign-in and return what Slack is asked."""
    location = visitor.post("/sign-in", to="/rule").headers["location"]
    asked = parse_qs(urlsplit(location).query)
    return {name: values[0] for name, values in asked.items()}


def end(site: Site, provider: Provider, visitor: Visitor, asked: dict[str, str]) -> int:
    """Return from Slack, and return the status of the answer."""
    now = int(site.clock.now.timestamp())
    provider.token = provider.sign(
        {
            "iss": provider.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "https://slack.com/user_id": RAVI,
            "https://slack.com/team_id": TEAM,
        }
    )
    query = {"code": "fresh", "state": asked["state"]}
    return visitor.get("/sign-in/done", params=query).status_code


def test_a_flood_of_sign_ins_stores_nothing_and_ends_no_other_sign_in(
    site: Site, provider: Provider
) -> None:
    colleague = site.visitor(slack=slack_of(provider))
    asked = begin(colleague)
    before = count_rows(site)
    for _ in range(FLOOD):
        begun = site.visitor().post("/sign-in", to="/" + "x" * 400)
        assert begun.status_code == 303
    assert count_rows(site) == before
    assert end(site, provider, colleague, asked) == 303


def test_a_sign_in_under_way_is_readable_by_this_installation_alone(
    site: Site, provider: Provider
) -> None:
    visitor = site.visitor(slack=slack_of(provider))
    asked = begin(visitor)
    (name,) = visitor.client.cookies
    sealed = visitor.client.cookies[name]
    for secret in (asked["state"], asked["nonce"], "rule"):
        assert secret not in sealed
    for changed in (sealed[:-4], "A" + sealed[1:], sealed[:40], "", "\u0660", "="):
        other = site.visitor(slack=slack_of(provider))
        cookie = f"{name}={changed}".encode()
        query = {"code": "fresh", "state": asked["state"]}
        answer = other.get("/sign-in/done", params=query, headers={"cookie": cookie})
        assert answer.status_code == 403
    assert end(site, provider, visitor, asked) == 303


def test_a_sign_in_works_once_though_its_cookie_was_copied(
    site: Site, provider: Provider
) -> None:
    visitor = site.visitor(slack=slack_of(provider))
    asked = begin(visitor)
    copied = dict(visitor.client.cookies)
    assert end(site, provider, visitor, asked) == 303
    thief = site.visitor(slack=slack_of(provider))
    thief.client.cookies.update(copied)
    assert end(site, provider, thief, asked) == 403
    denied = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert [(event.user_id, event.rule) for event in denied] == [
        (RAVI, "sign_in_stale")
    ]


def test_a_sign_in_ends_after_ten_minutes(site: Site, provider: Provider) -> None:
    visitor = site.visitor(slack=slack_of(provider))
    asked = begin(visitor)
    site.clock.now += SIGN_IN_LASTS * 1.01
    assert end(site, provider, visitor, asked) == 403
    denied = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert [event.rule for event in denied] == ["sign_in_stale"]


def test_forged_sign_ins_are_a_metric_and_one_event_a_minute(site: Site) -> None:
    visitor = site.visitor()
    for number in range(FLOOD):
        answer = visitor.get(f"/sign-in/done?state=x{number}&code=y")
        assert answer.status_code == 403
    denied = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert [event.rule for event in denied] == ["bad_state"]
    rendered = metrics(site.services, site.clock)().decode()
    assert f'help_clip_sign_ins_refused_total{{rule="bad_state"}} {FLOOD}.0' in rendered
    site.clock.pass_time(seconds=61)
    before = count_rows(site)
    visitor.get("/sign-in/done?state=x&code=y")
    assert len(site.events(Action.SESSION_STARTED, Outcome.DENIED)) == 2
    # On PostgreSQL an event that waits to be signed has a second row.
    assert count_rows(site) - before <= 2


def test_a_long_return_address_is_not_kept(site: Site, provider: Provider) -> None:
    visitor = site.visitor(slack=slack_of(provider))
    visitor.post("/sign-in", to="/" + "x" * 5_000)
    (sealed,) = visitor.client.cookies.values()
    assert len(sealed) < 1_000


@pytest.mark.parametrize("path", ["/rule/", "/audit/", "/static", "/ask/"])
def test_no_redirect_follows_the_host_of_the_request(site: Site, path: str) -> None:
    answer = site.visitor().get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("location", "")
    assert answer.status_code == 404
