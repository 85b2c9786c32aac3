"""Stolen cookies, two people behind one browser, addresses made up or guessed."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.usecases.people.roles import set_membership
from bot.usecases.people.sessions import start_session
from storage.records import Action, Membership, Outcome
from tests.pages.site import JONAS, ORIGIN, RAVI, ROSA, STRANGER, Site, new_site

COOKIE = "help_clip_session"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    yield built
    built.services.store.close()


def test_a_stolen_cookie_is_worthless_once_its_owner_signs_out(site: Site) -> None:
    owner, thief = site.visitor(RAVI), site.visitor()
    thief.client.cookies.set(COOKIE, owner.client.cookies[COOKIE])
    assert owner.post("/sign-out").status_code == 200
    request = site.asked()
    assert "Sign in to go on" in thief.get(f"/r/{request.key}").text
    assert thief.send(f"/r/{request.key}/audio", press="a" * 32).status_code == 401
    tried = site.events(Action.SESSION_ENDED, Outcome.DENIED)
    assert [(e.user_id, e.rule) for e in tried] == [(RAVI, "session_ended")] * 2
    assert not site.events(Action.SNIPPET_HEARD)


@pytest.mark.parametrize("way", ["page", "audio", "live"])
def test_a_stolen_cookie_in_another_browser_ends_the_session_and_is_on_record(
    site: Site, way: str
) -> None:
    request = site.asked()
    owner, thief = site.visitor(RAVI), site.visitor()
    thief.client.cookies.set(COOKIE, owner.client.cookies[COOKIE])
    thief.client.headers["user-agent"] = "curl/8.5.0"
    address = f"/r/{request.key}"
    if way == "page":
        assert "Sign in to go on" in thief.get(address).text
    elif way == "audio":
        thief.csrf = owner.csrf
        assert thief.send(f"{address}/audio", press="a" * 32).status_code == 401
    else:
        thief.get(f"{address}/live")
    assert not site.events(Action.SNIPPET_HEARD)
    assert not site.events(Action.REQUEST_VIEWED)
    tried = site.events(Action.SESSION_ENDED, Outcome.DENIED)
    assert [(e.user_id, e.rule) for e in tried] == [(RAVI, "other_browser")]
    assert "Sign in to go on" in owner.get(address).text
    assert "Sign in to go on" in thief.get(address).text


def test_a_browser_that_says_nothing_or_nonsense_of_itself_is_another_one(
    site: Site,
) -> None:
    for said in ("", "\u00e9", "x" * 5000):
        visitor = site.visitor(RAVI)
        headers = {"user-agent": said.encode("utf-8")}
        assert "Sign in to go on" in visitor.get("/", headers=headers).text
    assert len(site.events(Action.SESSION_ENDED, Outcome.DENIED)) == 3


def test_what_a_browser_calls_itself_is_stored_nowhere(site: Site) -> None:
    site.visitor(RAVI)
    with site.services.store.read() as tx:
        dump = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert "testclient" not in dump


def test_a_cookie_is_a_secret_that_is_stored_nowhere(site: Site) -> None:
    owner = site.visitor(RAVI)
    token = owner.client.cookies[COOKIE]
    with site.services.store.read() as tx:
        dump = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert token not in dump
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "' OR 1=1 --", "é", "\x00"])
def test_a_cookie_that_was_made_up_opens_nothing(site: Site, token: str) -> None:
    visitor = site.visitor()
    answer = visitor.get("/", headers={"cookie": f"{COOKIE}={token}".encode()})
    assert "Sign in to go on" in answer.text
    assert not site.events(Action.SESSION_ENDED)


def test_two_people_behind_one_browser_are_never_taken_for_each_other(
    site: Site,
) -> None:
    """Ravi's page is still open in a tab when Jonas signs in beside it."""
    request = site.asked()
    browser = site.visitor(RAVI)
    ravis_page = browser.get(f"/r/{request.key}").text
    jonas = start_session(site.services, site.act(JONAS), browser=site.browser())
    browser.client.cookies.clear()
    browser.client.cookies.set(COOKIE, jonas.token)
    assert browser.csrf in ravis_page
    played = browser.send(f"/r/{request.key}/audio", press="a" * 32)
    assert played.status_code == 403
    assert "earlier sign-in" in played.json()["error"]
    assert not site.events(Action.SNIPPET_HEARD)
    browser.csrf = jonas.session.csrf
    assert browser.send(f"/r/{request.key}/audio", press="a" * 32).status_code == 200
    (heard,) = site.events(Action.SNIPPET_HEARD)
    assert heard.user_id == JONAS


def test_a_press_of_one_person_is_of_no_use_to_another(site: Site) -> None:
    request = site.asked()
    press = secrets.token_hex(16)
    assert (
        site.visitor(RAVI).send(f"/r/{request.key}/audio", press=press).status_code
        == 200
    )
    told = site.visitor(JONAS).send(
        f"/r/{request.key}/played", press=press, played_ms=5000, loops=1
    )
    assert told.status_code == 404


@pytest.mark.parametrize(
    "what",
    [Membership.GUEST, Membership.DEACTIVATED, Membership.OUTSIDER, Membership.BOT],
    ids=lambda m: str(m),
)
def test_who_is_known_not_to_be_a_member_cannot_even_sign_in(
    site: Site, what: Membership
) -> None:
    set_membership(site.services, site.act(ROSA), RAVI, what)
    with pytest.raises(Exception, match="Only full members"):
        start_session(site.services, site.act(RAVI), browser="b")
    (denied,) = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert (denied.user_id, denied.rule) == (RAVI, f"not_member_{what}")


def test_a_request_cannot_be_found_by_counting(site: Site) -> None:
    requests = [site.asked(span=f"2.{n}-2.{n + 1}") for n in range(4, 8)]
    keys = [request.key for request in requests]
    assert len(set(keys)) == 4
    for key in keys:
        assert len(key) == 22  # 128 bits
    visitor = site.visitor(RAVI)
    for guess in ("1", "HC-1001", "1001", keys[0][:-1], keys[0].swapcase(), "%00", "'"):
        assert visitor.get(f"/r/{guess}").status_code in (404, 405)
        assert visitor.send(f"/r/{guess}/audio", press="a" * 32).status_code in (
            404,
            405,
        )


def test_to_a_stranger_with_a_session_a_page_tells_no_more_than_that_it_is_not_theirs(
    site: Site,
) -> None:
    request = site.asked()
    page = site.visitor(STRANGER).get(f"/r/{request.key}")
    assert page.status_code == 403
    for secret in (request.clip_id, request.name, "lamp", "English"):
        assert secret not in page.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:8000@evil.example", "evil.example:1"]
)
def test_whatever_host_is_asked_for_slack_sends_people_back_to_us(
    site: Site, host: str
) -> None:
    visitor = site.visitor()
    forged = {
        "host": host,
        "x-forwarded-host": host,
        "x-forwarded-proto": "gopher",
        "origin": ORIGIN,
    }
    begun = visitor.client.post("/sign-in", data={"to": "/"}, headers=forged)
    assert begun.status_code == 303
    assert "evil" not in begun.headers["location"]
    assert "127.0.0.1%3A8000%2Fsign-in%2Fdone" in begun.headers["location"]


@pytest.mark.parametrize(
    "to", ["/r/x\r\nSet-Cookie: a=b", "/x%0d%0aSet-Cookie:%20a=b", "/\nX: y"]
)
def test_no_address_becomes_a_header(site: Site, to: str) -> None:
    visitor = site.visitor(RAVI)
    for answer in (
        visitor.get("/sign-in", params={"to": to}),
        visitor.post("/sign-in", to=to),
        visitor.get("/ask", params={"clip": to, "span": to}),
        visitor.get("/audit", params={"person": to}),
        visitor.post("/ask", clip=to, seconds=to),
    ):
        assert "a=b" not in str(answer.headers.get_list("set-cookie"))
        assert "x" not in {name.lower() for name in answer.headers}
