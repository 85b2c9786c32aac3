"""What keeps other sites, other people and other people's texts out."""

import asyncio
import html
import json
import re
from uuid import uuid4

import pytest

from bot.demo import DEMO_CLIPS
from bot.pages.headers import MAX_BODY_BYTES, BodyCap
from storage.records import Action, RequestState
from tests.pages.site import JONAS, LENA, ORIGIN, RAVI, ROSA, Site, Visitor

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_a_post_without_the_token_changes_nothing(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    for token in ("", "x" * 43, "é"):
        stranger = Visitor(visitor.client, token)
        for verb in (
            "audio",
            "played",
            "answer",
            "take-back",
            "not-me",
            "stop",
            "withdraw",
        ):
            refused = stranger.send(f"/r/{request.key}/{verb}", press=uuid4().hex)
            assert (refused.status_code, refused.json()["rule"]) == (403, "csrf")
    assert site.request(request.key).state is RequestState.OPEN
    assert not site.events(Action.SNIPPET_HEARD)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": f"{ORIGIN}.evil.example"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_post_from_elsewhere_is_refused_even_with_the_token(
    site: Site, headers: dict[str, str]
) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    body = {"csrf": visitor.csrf}
    path = f"/r/{request.key}/stop"
    assert visitor.client.post(path, data=body, headers=headers).status_code == 403
    assert (
        visitor.client.post("/sign-in", data={"to": "/"}, headers=headers).status_code
        == 403
    )
    assert site.request(request.key).state is RequestState.OPEN


def test_a_plain_form_of_our_own_page_is_let_in(site: Site) -> None:
    """`Referrer-Policy: no-referrer` makes browsers send `Origin: null` with it."""
    request = site.asked()
    visitor = site.visitor(RAVI)
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    body = {"csrf": visitor.csrf}
    sent = visitor.client.post(f"/r/{request.key}/not-me", data=body, headers=headers)
    assert sent.status_code == 303


def test_posting_without_a_session_says_to_sign_in(site: Site) -> None:
    request = site.asked()
    refused = site.visitor().send(f"/r/{request.key}/audio", press=uuid4().hex)
    assert (refused.status_code, refused.json()["rule"]) == (401, "session")
    assert site.visitor().post(f"/r/{request.key}/stop").status_code == 401
    assert site.request(request.key).state is RequestState.OPEN


def test_a_stolen_cookie_name_without_its_secret_opens_nothing(site: Site) -> None:
    visitor = site.visitor()
    visitor.client.cookies.set("help_clip_session", "guess" * 8)
    assert "Sign in to go on" in visitor.get(f"/r/{site.asked().key}").text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"csrf=x"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=1"),
        ("application/x-www-form-urlencoded", b"a=%ff"),
        (
            "application/x-www-form-urlencoded",
            b"&".join(b"a%d=1" % i for i in range(100)),
        ),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 40_000),
    ],
)
def test_a_form_that_is_none_is_refused(site: Site, kind: str, body: bytes) -> None:
    visitor = site.visitor(RAVI)
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    refused = visitor.client.post("/ask", content=body, headers=headers)
    assert refused.status_code == 422


def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    visitor = site.visitor(RAVI)
    big = b"x" * (MAX_BODY_BYTES + 1)
    assert visitor.client.post("/ask", content=big).status_code == 413
    wrong = {"Content-Length": "-1"}
    assert visitor.client.post("/ask", content=b"x", headers=wrong).status_code == 413


def test_a_streamed_body_is_cut_off_at_the_cap() -> None:
    statuses: list[int] = []

    async def app(*_: object) -> None:
        raise AssertionError("the body must not get here")

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    scope = {"type": "http", "method": "POST", "headers": []}
    asyncio.run(BodyCap(app, max_bytes=10_000)(scope, receive, send))
    assert statuses == [413]


def test_every_answer_carries_the_headers(site: Site) -> None:
    visitor = site.visitor(RAVI)
    key = site.asked().key
    paths = [
        "/",
        "/sign-in",
        "/ask",
        f"/r/{key}",
        f"/r/{key}/live",
        "/static/js/api.js",
        "/nowhere",
    ]
    for path in paths:
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "microphone=()" in headers["permissions-policy"]
        assert "noindex" in headers["x-robots-tag"]


def test_pages_are_compressed_and_no_length_repeats_itself(site: Site) -> None:
    visitor = site.visitor(RAVI)
    answers = [visitor.get("/") for _ in range(8)]
    assert {each.headers["content-encoding"] for each in answers} == {"gzip"}
    assert len({len(each.headers["x-padding"]) for each in answers}) > 1
    plain = visitor.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answers[0].text


def test_sound_is_sent_as_it_is(site: Site) -> None:
    visitor = site.visitor(RAVI)
    request = site.asked()
    sound = visitor.post(f"/r/{request.key}/audio", press="a" * 32)
    assert sound.status_code == 200
    assert "content-encoding" not in sound.headers


def test_files_of_this_version_are_kept_and_others_asked_for_anew(site: Site) -> None:
    visitor = site.visitor(RAVI)
    page = visitor.get("/").text
    found = re.search(r'href="(/static/[0-9a-f]{16})/css/base\.css"', page)
    assert found
    kept = visitor.get(f"{found[1]}/css/base.css")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert visitor.get(f"{found[1]}/js/nowhere.js").status_code == 404
    for earlier in ("/static/0123456789abcdef/css/base.css", "/static/css/base.css"):
        answer = visitor.get(earlier)
        assert (answer.status_code, answer.text) == (200, kept.text)
        assert answer.headers["cache-control"] == "no-cache"


def test_an_address_that_is_none_is_a_page_for_people(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert (lost := visitor.get("/nowhere")).status_code == 404
    assert "There is no such page." in lost.text
    answer = visitor.get("/r/abc/stop")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert visitor.get("/static/../app.py").status_code == 404


def test_no_page_has_inline_script_or_style_or_asks_anybody_else(site: Site) -> None:
    disputed = site.disputed()
    opened = site.asked("en-us-0002", "2.3-3.0")
    pages = [
        site.visitor(RAVI).get(f"/r/{opened.key}").text,
        site.visitor(LENA).get(f"/rule/{disputed.key}").text,
        site.visitor(LENA).get("/rule").text,
        site.visitor(RAVI).get("/ask?clip=en-us-0001").text,
        site.visitor(RAVI).get("/").text,
        site.visitor().get("/").text,
    ]
    for page in pages:
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
        assert '<meta name="robots" content="noindex, nofollow">' in page
        assert "og:" not in page


def test_texts_of_people_are_never_markup(site: Site) -> None:
    words = json.loads((DEMO_CLIPS / "en-us-0001.json").read_text("utf-8"))["words"]
    words[-1]["text"] = EVIL
    site.add_clip("evil-1", words=words)
    request = site.asked("evil-1", "2.363-2.89")
    site.answer(request, RAVI, EVIL)
    site.answer(request, JONAS, "something else")
    site.hear(request, LENA)
    lena = site.visitor(LENA)
    disputed = lena.get(f"/rule/{request.key}").text
    refused = lena.post(f"/rule/{request.key}", choice="other", text=EVIL, reason="")
    lena.post(f"/rule/{request.key}", choice=f"words:{EVIL}", reason=EVIL)
    ravi = site.visitor(RAVI)
    pages = [
        disputed,
        refused.text,
        lena.get(f"/rule/{request.key}").text,
        ravi.get(f"/r/{request.key}").text,
        site.visitor(ROSA).get("/").text,
        ravi.get("/ask", params={"clip": "evil-1", "span": EVIL}).text,
        ravi.get("/ask", params={"clip": EVIL}).text,
        ravi.post("/ask", clip="en-us-0001", seconds=EVIL, guess=EVIL).text,
        site.visitor()
        .get("/sign-in", params={"to": "/x" + EVIL.replace(" ", "")})
        .text,
        site.visitor().get("/rule", params={EVIL: EVIL}).text,
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert html.escape("<script>alert(1)") in pages[0]


def test_an_answer_with_markup_in_it_comes_back_as_it_was_typed(site: Site) -> None:
    request = site.asked()
    site.answer(request, RAVI, EVIL)
    page = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert f'value="{EVIL}"' not in page
    assert EVIL in html.unescape(page)
