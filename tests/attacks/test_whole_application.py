"""Every address of the public listener: hosts made up, odd requests, headers."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from starlette.routing import Route

from bot.cli.demo.demo import demo_settings
from bot.pages.handlers import hooks
from bot.slack.app import build_app
from bot.sources.results.webhook import signature
from bot.usecases.people.sessions import start_session
from bot.web import build_operators_web, build_web
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.site import ADMIN, RAVI, TEAM, Site, TestClient, new_site

PUBLIC_URL = "https://clips.example.com"
SECRET = "a-signing-secret"
HOOK_SECRET = "a-secret-of-the-source"
BEYOND = ["/healthz", "/slack/events", hooks.PATH, "/static/icon.svg", "/nowhere"]
METHODS = ["GET", "POST", "GET", "HEAD", "POST", "GET", "OPTIONS", "GET", "PUT", "ODD"]
ODD_HEADERS = [
    {"host": "evil.example"},
    {"host": "clips.example.com@evil.example:99999"},
    {"x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher"},
    {"x-forwarded-for": "evil.example, \x01", "forwarded": "host=evil.example"},
    {"x-original-url": "//evil.example", "x-rewrite-url": "//evil.example"},
    {"content-type": "application/json; charset=nonsense"},
    {"content-type": "multipart/form-data"},
    {"content-length": "9" * 30},
    {"cookie": "__Host-help_clip_session=\xff\x01; =; a"},
    {"user-agent": "\xff" * 3_000},
    {"accept": "application/json"},
    {"if-modified-since": "nonsense", "range": "bytes=9-1,a"},
    {"sec-fetch-site": "same-origin"},
]
BODIES = [b"", b"csrf=a&csrf=b", b"%00=%00", b"[" * 2_000, b"\xff\xfe", b"payload=[1]"]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_site(tmp_path, public_url=PUBLIC_URL, database_url=url)
    yield built
    built.services.store.close()


def browser(site: Site, folder: Path, user_id: str | None = None) -> TestClient:
    """Return a browser at the whole application, as `serve` builds it for HTTP."""
    settings = demo_settings(folder, "http://127.0.0.1:9", PUBLIC_URL).model_copy(
        update={
            "slack_app_token": None,
            "slack_signing_secret": SecretStr(SECRET),
            "hook_secret": SecretStr(HOOK_SECRET),
        }
    )
    identity = AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_user_id="U0BOT", bot_token="xoxb"
    )
    app = build_app(
        site.services,
        WebClient(base_url="http://127.0.0.1:9/api/"),
        identity=identity,
        clock=site.clock,
    )
    web = build_web(settings, site.services, app, None, site.clock)
    client = TestClient(
        web,
        base_url=PUBLIC_URL,
        follow_redirects=False,
        raise_server_exceptions=False,
    )
    if user_id is not None:
        started = start_session(
            site.services, site.act(user_id), browser=site.browser()
        )
        client.cookies.set("__Host-help_clip_session", started.token)
    return client


def paths(site: Site) -> list[str]:
    """Return one address of every route."""
    routes = [each for each in site.application().routes if isinstance(each, Route)]
    pages = {
        each.path.replace("{key}", "x").replace("{what}", "clip") for each in routes
    }
    return [*sorted(pages), *BEYOND]


def send(
    client: TestClient, method: str, path: str, headers: dict[str, str], body: bytes
) -> Response:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    return client.request(method, path, headers=raw, content=body)


@pytest.mark.parametrize("user_id", [None, ADMIN])
def test_no_odd_request_breaks_an_address_or_sends_a_person_elsewhere(
    site: Site,
    tmp_path: Path,
    user_id: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = browser(site, tmp_path, user_id)
    faults = []
    for number, path in enumerate(paths(site)):
        if path == "/sign-out":
            continue
        for index, headers in enumerate(ODD_HEADERS):
            # Each address meets each header; methods and bodies take turns.
            method = METHODS[(number + index) % len(METHODS)]
            body = BODIES[(number + index) % len(BODIES)]
            answer = send(client, method, path, headers, body)
            whole = f"{answer.headers} {answer.text}"
            if answer.status_code >= 500 or "evil.example" in whole:
                faults.append((answer.status_code, method, path, headers))
    assert faults == []
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == []


def test_every_answer_makes_browsers_use_https_and_nothing_is_framed_or_sniffed(
    site: Site, tmp_path: Path
) -> None:
    client = browser(site, tmp_path)
    answers = [client.get(path) for path in [*paths(site), "/rule/", "/static"]]
    answers += [client.post(path) for path in [*paths(site), "/slack/events"]]
    answers.append(client.post("/ask", content=b"x" * 2_000_000))
    statuses = {answer.status_code for answer in answers}
    assert {200, 401, 403, 404, 405, 413} <= statuses
    for answer in answers:
        headers = answer.headers
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_an_error_of_our_own_has_these_headers_too(tmp_path: Path) -> None:
    site = new_site(tmp_path, public_url=PUBLIC_URL)
    client = browser(site, tmp_path, RAVI)
    site.services.store.close()
    (tmp_path / "help-clip.db").write_bytes(b"no database" * 1_000)
    answer = client.get("/")
    assert answer.status_code >= 500
    assert "Traceback" not in answer.text
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_no_address_of_operators_is_on_the_public_listener(
    site: Site, tmp_path: Path
) -> None:
    public = browser(site, tmp_path)
    operators = TestClient(build_operators_web(site.services, None, None, site.clock))
    for path in ("/metrics", "/readyz"):
        for odd in (path, f"{path}/", f"/.{path}", f"/static/..{path}"):
            assert public.get(odd).status_code == 404
        assert operators.get(path).status_code == 200


def test_no_signed_call_of_the_source_breaks_the_hook(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(site, tmp_path)
    odd = [b"", b"[]", b"[" * 8_000, b"{}", b'{"id": 1}', b'{"id": "\\u0000"}', b"\xff"]
    odd += [b'{"id":"1","event":"erase","clip_id":"\\u0000\\ud800"}', b"1e999", b"NaN"]
    odd += [b'{"id":"1","event":"erase","speaker":"' + b"9" * 7_000 + b'"}']
    for body in odd:
        now = str(int(site.clock.now.timestamp()))
        headers = {
            "x-help-clip-timestamp": now,
            "x-help-clip-signature": signature(HOOK_SECRET, now, body),
        }
        answer = client.post(hooks.PATH, content=body, headers=headers)
        assert answer.status_code == 422, body[:40]
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
