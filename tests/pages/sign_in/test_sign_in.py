"""Signing in with Slack, honestly and otherwise."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from httpx import Response
from sqlalchemy import select

from bot.pages.app import SlackSignIn
from bot.pages.paths import local_path
from storage.records import Action, Outcome
from storage.tables import sessions
from tests.pages.provider import CLIENT_ID, CLIENT_SECRET, Provider, new_key
from tests.pages.site import ORIGIN, RAVI, TEAM, Site, Visitor, new_site

SESSION = "help_clip_session"


@pytest.fixture
def slack(provider: Provider) -> SlackSignIn:
    return SlackSignIn.for_api(
        f"{provider.url}/api/",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        team_id=TEAM,
    )


@pytest.fixture
def visitor(site: Site, slack: SlackSignIn) -> Visitor:
    return site.visitor(slack=slack)


def test_the_real_addresses_of_slack_are_the_default() -> None:
    derived = SlackSignIn.for_api(
        "https://slack.com/api/", client_id="c", client_secret="s", team_id="T"
    )
    assert derived == SlackSignIn(client_id="c", client_secret="s", team_id="T")


def test_signing_in_leads_back_to_the_page_and_sets_a_guarded_cookie(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    asked = _begin(visitor, to="/r/abc?x=1")
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid profile"
    assert asked["team"] == TEAM
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/done"
    done = _come_back(site, provider, visitor, asked)
    assert (done.status_code, done.headers["location"]) == (303, "/r/abc?x=1")
    cookie = next(
        c for c in done.headers.get_list("set-cookie") if c.startswith(SESSION)
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert visitor.get("/").status_code == 200
    assert f">{RAVI}</span>" in visitor.get("/").text
    started = site.events(Action.SESSION_STARTED)
    assert [(e.user_id, e.outcome) for e in started] == [(RAVI, Outcome.ALLOWED)]
    (exchanged,) = provider.codes
    verifier = exchanged.pop("code_verifier")
    assert exchanged == {
        "grant_type": "authorization_code",
        "code": "fresh",
        "redirect_uri": f"{ORIGIN}/sign-in/done",
    }
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == challenge
    assert "prompt" not in asked


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ravi Nair", "Ravi Nair"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("rav\u202ei\u0000\n", "ravi"),
        ("R" * 200, "R" * 80),
        (" ", RAVI),
        (None, RAVI),
        (["Ravi"], RAVI),
    ],
)
def test_the_page_greets_people_by_what_slack_calls_them(
    site: Site, provider: Provider, visitor: Visitor, given: object, shown: str
) -> None:
    _come_back(site, provider, visitor, _begin(visitor), {"name": given})
    assert f">{shown}</span>" in visitor.get("/").text


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Any) -> None:
    site = new_site(tmp_path, public_url="https://clips.example.com")
    client = site.visitor().client
    begun = client.post(
        "/sign-in", data={"to": "/"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    (cookie,) = begun.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-help_clip_sign_in_")
    assert "Secure" in cookie
    site.services.store.close()


def test_begin_and_end_need_no_javascript_and_get_changes_nothing(
    visitor: Visitor,
) -> None:
    page = visitor.get("/sign-in", params={"to": "/rule"})
    assert '<form method="post" action="/sign-in">' in page.text
    assert 'name="to" value="/rule"' in page.text
    assert not page.headers.get_list("set-cookie")


def test_a_browser_is_moved_on_by_a_page_so_that_slack_may_redirect_anywhere(
    visitor: Visitor,
) -> None:
    """Chromium would hold the form's policy against each redirect, an identity
    provider's too.
    """
    headers = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    begun = visitor.client.post("/sign-in", data={"to": "/"}, headers=headers)
    assert begun.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:' in begun.text
    assert begun.headers["set-cookie"].startswith("help_clip_sign_in_")


def test_a_state_from_another_browser_is_refused_and_on_record(
    site: Site, provider: Provider, visitor: Visitor, slack: SlackSignIn
) -> None:
    asked = _begin(site.visitor(slack=slack))
    refused = _come_back(site, provider, visitor, asked)
    assert refused.status_code == 403
    assert "another browser" in refused.text
    assert _denials(site) == ["bad_state"]
    assert provider.codes == []


def test_a_state_works_once(site: Site, provider: Provider, visitor: Visitor) -> None:
    asked = _begin(visitor)
    cookies = dict(visitor.client.cookies)
    assert _come_back(site, provider, visitor, asked).status_code == 303
    visitor.client.cookies.update(cookies)
    assert _come_back(site, provider, visitor, asked).status_code == 403
    assert _denials(site) == ["sign_in_stale"]


def test_a_sign_in_that_takes_too_long_is_refused(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    asked = _begin(visitor)
    site.clock.pass_time(minutes=11)
    assert _come_back(site, provider, visitor, asked).status_code == 403
    assert _denials(site) == ["sign_in_stale"]


def test_no_state_at_all_is_refused(site: Site, visitor: Visitor) -> None:
    assert visitor.get("/sign-in/done?code=fresh").status_code == 403
    assert visitor.get("/sign-in/done?code=fresh&state=%C3%A9%C3%A9").status_code == 403
    # Of the same refusals of one minute, one is recorded.
    assert _denials(site) == ["bad_state"]


def test_two_tabs_may_sign_in_at_the_same_time(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    first, second = _begin(visitor, to="/rule"), _begin(visitor, to="/ask")
    assert _come_back(site, provider, visitor, first).headers["location"] == "/rule"
    assert _come_back(site, provider, visitor, second).headers["location"] == "/ask"


def test_cancelling_at_slack_is_said_plainly(site: Site, visitor: Visitor) -> None:
    asked = _begin(visitor)
    answer = visitor.get(f"/sign-in/done?error=access_denied&state={asked['state']}")
    assert answer.status_code == 403
    assert "Slack did not sign you in" in answer.text
    assert _denials(site) == ["slack_refused"]


def test_a_code_slack_does_not_take_is_refused(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    asked = _begin(visitor)
    answer = visitor.get(f"/sign-in/done?code=used-up&state={asked['state']}")
    assert answer.status_code == 403
    assert _denials(site) == ["code_refused"]
    assert provider.codes == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"nonce": "another"}, "bad_nonce"),
        ({"nonce": None}, "bad_nonce"),
        ({"aud": "9999.1"}, "bad_audience"),
        ({"aud": None}, "bad_token"),
        ({"iss": "https://evil.example"}, "bad_issuer"),
        ({"iss": None}, "bad_token"),
        ({"exp": -120}, "token_expired"),
        ({"exp": None}, "bad_token"),
        ({"exp": "soon"}, "bad_token"),
        ({"iat": 600}, "token_from_future"),
        ({"iat": -3600}, "token_expired"),
        ({"iat": None}, "bad_token"),
        ({"https://slack.com/user_id": None}, "no_identity"),
        ({"https://slack.com/user_id": ["U1"]}, "no_identity"),
        ({"https://slack.com/team_id": ""}, "no_identity"),
        ({"https://slack.com/team_id": "T0OTHERCO"}, "other_team"),
    ],
)
def test_an_id_token_with_a_wrong_claim_is_refused_and_on_record(
    site: Site, provider: Provider, visitor: Visitor, changes: dict[str, Any], rule: str
) -> None:
    refused = _come_back(site, provider, visitor, _begin(visitor), changes)
    assert refused.status_code == 403
    assert SESSION not in str(refused.headers.get_list("set-cookie"))
    assert _denials(site) == [rule]
    assert "Sign in to go on" in visitor.get("/").text


def test_a_person_of_another_team_is_named_in_the_denial(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    refused = _come_back(
        site,
        provider,
        visitor,
        _begin(visitor),
        {"https://slack.com/team_id": "T0OTHERCO"},
    )
    assert "another Slack workspace" in refused.text
    (denial,) = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert denial.user_id == RAVI


def test_clocks_may_be_a_minute_apart(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    late = _come_back(
        site, provider, visitor, _begin(visitor), {"exp": -30, "iat": -330}
    )
    early = _come_back(site, provider, visitor, _begin(visitor), {"iat": 30})
    assert late.status_code == early.status_code == 303


@pytest.mark.parametrize(
    ("trick", "rule"),
    [
        ("none", "bad_algorithm"),
        ("hmac", "bad_algorithm"),
        ("other_key", "bad_token"),
        ("no_kid", "unknown_key"),
        ("cut", "bad_token"),
        ("noise", "bad_token"),
    ],
)
def test_a_forged_signature_is_refused(
    site: Site, provider: Provider, visitor: Visitor, trick: str, rule: str
) -> None:
    asked = _begin(visitor)
    claims = _claims(site, provider, asked["nonce"])
    tokens = {
        "none": lambda: jwt.encode(
            claims, None, algorithm="none", headers={"kid": "first"}
        ),
        "hmac": lambda: jwt.encode(
            claims, CLIENT_SECRET * 4, algorithm="HS256", headers={"kid": "first"}
        ),
        "other_key": lambda: jwt.encode(
            claims, new_key(), algorithm="RS256", headers={"kid": "first"}
        ),
        "no_kid": lambda: jwt.encode(claims, new_key(), algorithm="RS256"),
        "cut": lambda: provider.sign(claims)[:-20],
        "noise": lambda: "not.a.token",
    }
    provider.token = tokens[trick]()
    refused = visitor.get(f"/sign-in/done?code=fresh&state={asked['state']}")
    assert refused.status_code == 403
    assert _denials(site) == [rule]


def test_keys_are_read_once_for_several_sign_ins(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    for _ in range(3):
        assert _come_back(site, provider, visitor, _begin(visitor)).status_code == 303
    assert provider.key_reads == 1


def test_made_up_keys_do_not_make_us_ask_slack_each_time(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    provider.keys["mine"] = new_key()
    published = {"first": provider.keys["first"]}
    for _ in range(5):
        asked = _begin(visitor)
        provider.token = provider.sign(_claims(site, provider, asked["nonce"]), "mine")
        hidden, provider.keys = provider.keys, published
        answer = visitor.get(f"/sign-in/done?code=fresh&state={asked['state']}")
        provider.keys = hidden
        assert answer.status_code == 403
    assert provider.key_reads == 1


def test_when_slack_is_away_the_page_says_so(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    provider.away = True
    answer = _come_back(site, provider, visitor, _begin(visitor))
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "r/abc",
        "",
        "/" + "a" * 600,
        "/a\r\nSet-Cookie: x=y",
    ],
)
def test_nobody_is_sent_to_another_site_afterwards(
    site: Site, provider: Provider, visitor: Visitor, target: str
) -> None:
    assert local_path(target) == "/"
    done = _come_back(site, provider, visitor, _begin(visitor, to=target))
    assert done.headers["location"] == "/"


@pytest.mark.parametrize(
    "target", ["/", "/r/abc", "/ask?clip=en-us-0001&span=1.2-1.9", "/rule#x"]
)
def test_pages_of_this_site_are_gone_back_to(target: str) -> None:
    assert local_path(target) == target


def test_signing_out_ends_the_session(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert visitor.post("/sign-out").status_code == 200
    assert "Sign in to go on" in visitor.get("/").text
    assert len(site.events(Action.SESSION_ENDED, Outcome.ALLOWED)) == 1
    (tried,) = site.events(Action.SESSION_ENDED, Outcome.DENIED)
    assert (tried.user_id, tried.rule) == (RAVI, "session_ended")


def test_a_session_ends_after_a_shift(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert RAVI in visitor.get("/").text
    site.clock.pass_time(hours=9)
    assert "Sign in to go on" in visitor.get("/").text


def test_signing_in_again_ends_the_earlier_session(
    site: Site, provider: Provider, slack: SlackSignIn
) -> None:
    visitor = site.visitor(slack=slack)
    assert _come_back(site, provider, visitor, _begin(visitor)).status_code == 303
    earlier = visitor.client.cookies[SESSION]
    assert _come_back(site, provider, visitor, _begin(visitor)).status_code == 303
    stale = site.visitor()
    stale.client.cookies.set(SESSION, earlier)
    assert "Sign in to go on" in stale.get("/").text


def _begin(visitor: Visitor, to: str = "/") -> dict[str, str]:
    begun = visitor.post("/sign-in", to=to)
    assert begun.status_code == 303
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def _come_back(
    site: Site,
    provider: Provider,
    visitor: Visitor,
    asked: dict[str, str],
    changes: dict[str, Any] | None = None,
    key_id: str = "first",
) -> Response:
    claims = _claims(site, provider, asked["nonce"]) | (changes or {})
    for name in ("exp", "iat"):
        if isinstance(claims[name], int) and claims[name] < 10_000:
            claims[name] = _seconds(site, claims[name])
    kept = {name: value for name, value in claims.items() if value is not None}
    provider.token = provider.sign(kept, key_id)
    return visitor.get(
        "/sign-in/done", params={"code": "fresh", "state": asked["state"]}
    )


def _claims(site: Site, provider: Provider, nonce: str) -> dict[str, Any]:
    return {
        "iss": provider.url,
        "sub": RAVI,
        "aud": CLIENT_ID,
        "exp": _seconds(site, 300),
        "iat": _seconds(site, 0),
        "nonce": nonce,
        "https://slack.com/user_id": RAVI,
        "https://slack.com/team_id": TEAM,
    }


def _seconds(site: Site, after: int) -> int:
    return int((site.clock.now + timedelta(seconds=after)).timestamp())


def _denials(site: Site) -> list[str | None]:
    return [e.rule for e in site.events(Action.SESSION_STARTED, Outcome.DENIED)]


@pytest.mark.parametrize("minutes", [-20, -10, 10])
def test_clocks_minutes_apart_are_said_so_to_whoever_can_mend_it(
    site: Site, provider: Provider, visitor: Visitor, minutes: int
) -> None:
    skew = {"iat": minutes * 60, "exp": minutes * 60 + 300}
    refused = _come_back(site, provider, visitor, _begin(visitor), skew)
    assert refused.status_code == 403
    assert "clock" in refused.text
    assert _denials(site)[0] in ("token_expired", "token_from_future")


def test_a_person_of_another_organisation_is_refused_even_with_the_same_team(
    site: Site, provider: Provider, slack: SlackSignIn
) -> None:
    site.services = replace(site.services, enterprise_id="E0OURS")
    visitor = site.visitor(slack=slack)
    claim = "https://slack.com/enterprise_id"
    refused = _come_back(site, provider, visitor, _begin(visitor), {claim: "E0OTHER"})
    assert refused.status_code == 403
    assert _denials(site) == ["other_organisation"]
    let_in = _come_back(site, provider, visitor, _begin(visitor), {claim: "E0OURS"})
    assert let_in.status_code == 303


def test_a_sign_in_is_as_fresh_as_slack_says(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    hour_ago = (site.clock.now - timedelta(hours=1)).timestamp()
    for auth_time, at in [
        (hour_ago, site.clock.now - timedelta(hours=1)),
        (hour_ago + 7200, site.clock.now),
        ("yesterday", site.clock.now),
        (1e300, site.clock.now),
    ]:
        _come_back(site, provider, visitor, _begin(visitor), {"auth_time": auth_time})
        with site.services.store.read() as tx:
            going_on = select(sessions.c.authenticated_at).where(
                sessions.c.ended_at.is_(None)
            )
            rows = tx.connection.execute(going_on).scalars().all()
        assert rows == [at]


def test_a_slack_that_names_its_claims_after_itself_is_understood(
    site: Site, provider: Provider, visitor: Visitor
) -> None:
    own_names = {
        "https://slack.com/user_id": None,
        "https://slack.com/team_id": None,
        f"{provider.url}/user_id": RAVI,
        f"{provider.url}/team_id": TEAM,
    }
    done = _come_back(site, provider, visitor, _begin(visitor), own_names)
    assert done.status_code == 303
    assert f">{RAVI}</span>" in visitor.get("/").text


def test_the_addresses_of_govslack_follow_that_of_its_api() -> None:
    derived = SlackSignIn.for_api(
        "https://slack-gov.com/api/", client_id="c", client_secret="s", team_id="T"
    )
    assert derived.issuer == "https://slack-gov.com"
    assert derived.authorize_url == "https://slack-gov.com/openid/connect/authorize"
    assert derived.token_url == "https://slack-gov.com/api/openid.connect.token"
    assert derived.keys_url == "https://slack-gov.com/openid/connect/keys"
