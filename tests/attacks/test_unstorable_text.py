"""NUL, lone surrogates and text without end, at the edges that other programs reach.

Signed calls of the source, the identity that Slack confirms, and the command line. The
pages are in `test_odd_requests`.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import typer
from sqlalchemy import Connection
from starlette.applications import Starlette

from bot.cli.app import app, run
from bot.demo import DEMO_DESKS
from bot.pages.app import SlackSignIn
from bot.pages.handlers.hooks import PATH, hook_route
from bot.sources.results.webhook import signature
from storage.seal import new_master_key
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.pages.site import RAVI, TEAM, Site, TestClient, Visitor, new_site

ODD = ["a\0b", "a\ud800b", "x" * 5_000]
IDS = ["NUL", "surrogate", "long"]
SECRET = "correct horse battery"


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_site(tmp_path_factory.mktemp(request.param), database_url=url)
    yield built
    built.services.store.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def call_hook(site: Site, body: bytes) -> tuple[int, Any]:
    route = hook_route(site.services, [SECRET], site.clock)
    stamp = str(int(site.clock.now.timestamp()))
    headers = {
        "X-Help-Clip-Timestamp": stamp,
        "X-Help-Clip-Signature": signature(SECRET, stamp, body),
    }
    answer = TestClient(Starlette(routes=[route])).post(
        PATH, content=body, headers=headers
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize("odd", ODD, ids=IDS)
@pytest.mark.parametrize("field", ["id", "event", "clip_id", "speaker"])
@pytest.mark.parametrize("event", ["erase", "withdraw_consent"])
def test_a_signed_call_with_odd_text_is_refused_in_a_sentence(
    site: Site, event: str, field: str, odd: str
) -> None:
    call = {"id": "c1", "event": event, "clip_id": "en-us-0001"}
    if field == "speaker":
        del call["clip_id"]
    status, answer = call_hook(site, json.dumps(call | {field: odd}).encode())
    assert status == 422
    assert answer["error"].endswith((".", "json"))
    assert odd not in answer["error"]


@pytest.mark.parametrize(
    "body",
    [b"\0", b'{"id": "\xed\xa0\x80"}', b"[" * 8_000, b'{"id": 1e999}', b"\xff\xfe"],
)
def test_a_signed_call_that_is_no_call_is_refused_in_a_sentence(
    site: Site, body: bytes
) -> None:
    status, answer = call_hook(site, body)
    assert status == 422
    assert answer["error"]


def begin(site: Site, provider: Provider) -> tuple[Visitor, dict[str, str]]:
    slack = SlackSignIn.for_api(
        f"{provider.url}/api/",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        team_id=TEAM,
    )
    visitor = site.visitor(slack=slack)
    visitor.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    begun = visitor.post("/sign-in", to="/")
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    return visitor, {name: values[0] for name, values in query.items()}


def claims(site: Site, provider: Provider, nonce: str) -> dict[str, Any]:
    now = int(site.clock.now.timestamp())
    return {
        "iss": provider.url,
        "sub": RAVI,
        "aud": CLIENT_ID,
        "exp": now + 300,
        "iat": now,
        "nonce": nonce,
        "name": "Ravi",
        "https://slack.com/user_id": RAVI,
        "https://slack.com/team_id": TEAM,
        "https://slack.com/enterprise_id": None,
    }


@pytest.mark.parametrize("odd", ODD, ids=IDS)
@pytest.mark.parametrize(
    "claim", ["sub", "nonce", "name", "user_id", "team_id", "enterprise_id"]
)
def test_an_identity_with_odd_text_breaks_no_sign_in(
    site: Site, provider: Provider, claim: str, odd: str
) -> None:
    visitor, asked = begin(site, provider)
    signed = claims(site, provider, asked["nonce"])
    name = claim
    if claim.endswith("_id"):
        name = f"https://slack.com/{claim}"
    provider.token = provider.sign(signed | {name: odd})
    query = {"code": "fresh", "state": asked["state"]}
    answer = visitor.get("/sign-in/done", params=query)
    # Neither the subject nor the name decides anything.
    expected = 303 if claim in ("sub", "name", "enterprise_id") else 403
    assert answer.status_code == expected
    assert odd not in answer.text


@pytest.mark.parametrize("odd", ["a%00b", "a%ED%A0%80b", "x" * 5_000], ids=IDS)
@pytest.mark.parametrize("field", ["code", "state", "error"])
def test_a_return_from_slack_with_odd_text_breaks_no_sign_in(
    site: Site, provider: Provider, field: str, odd: str
) -> None:
    visitor, asked = begin(site, provider)
    provider.token = provider.sign(claims(site, provider, asked["nonce"]))
    query = {"code": "fresh", "state": asked["state"], field: odd}
    address = "&".join(f"{name}={value}" for name, value in query.items())
    assert visitor.get(f"/sign-in/done?{address}").status_code < 500


# What would wait for a person or a signal, opens a browser, or is for development.
RUNS_ON = {"demo", "serve", "sandbox", "check-times"}


def commands() -> Iterator[tuple[str, Any, Any]]:
    """Yield each command's name, itself, and each of its parameters that takes text."""
    pending = [("", typer.main.get_command(app))]
    while pending:
        name, command = pending.pop()
        inner = getattr(command, "commands", {})
        pending += [(f"{name} {sub}".strip(), each) for sub, each in inner.items()]
        for parameter in command.params:
            is_flag = getattr(parameter, "is_flag", False)
            if not inner and not is_flag and name not in RUNS_ON:
                yield name, command, parameter


def arguments(name: str, command: Any, odd: Any, value: str) -> list[str]:
    """Return a call of the command with odd text in one parameter."""
    found = name.split()
    for parameter in command.params:
        if parameter is not odd and not parameter.required:
            continue
        if parameter.param_type_name == "option":
            found.append(parameter.opts[0])
        found.append(value if parameter is odd else "1")
    return found


@pytest.fixture
def shell(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """A shell whose settings name the database of the site."""
    for module, name in (
        (sys, "excepthook"),
        (threading, "excepthook"),
        (sys, "unraisablehook"),
        (logging, "raiseExceptions"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.chdir(tmp_path)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": str(site.clips),
        "RESULT_SINK": "results",
        "DESKS": str(DEMO_DESKS),
        "SNIPPET_KEY": new_master_key(),
        "DATABASE_URL": site.services.store.engine.url.render_as_string(False),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    before = os.umask(0o077)
    yield site
    os.umask(before)


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    ("name", "command", "parameter"),
    list(commands()),
    ids=[f"{name} {parameter.name}" for name, _, parameter in commands()],
)
def test_no_long_text_breaks_a_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    command: Any,
    parameter: Any,
) -> None:
    call = arguments(name, command, parameter, "x" * 5_000)
    monkeypatch.setattr(sys, "argv", ["help-clip", *call])
    with pytest.raises(SystemExit):
        run()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"], ids=["NUL", "surrogate"])
def test_a_command_with_text_that_is_none_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    odd: str,
) -> None:
    call = ["erase", "--clip", "en-us-0001", "--reason", odd]
    monkeypatch.setattr(sys, "argv", ["help-clip", *call])
    with pytest.raises(SystemExit):
        run()
    assert "without it" in capsys.readouterr().err


def test_an_error_of_the_database_shows_no_row_in_the_terminal(
    shell: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with shell.services.store.begin() as tx:
        add_failing_trigger(tx.connection)
    call = ["erase", "--clip", "en-us-0001", "--reason", "letter 7"]
    monkeypatch.setattr(sys, "argv", ["help-clip", *call])
    with pytest.raises(SystemExit):
        run()
    written = capsys.readouterr().err
    assert "the database cannot be used" in written
    assert "en-us-0001" not in written


def add_failing_trigger(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'no more rows'); END"
    else:
        connection.exec_driver_sql(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no room for %%', NEW; END $$"
        )
        body = "FOR EACH ROW EXECUTE FUNCTION fail()"
    connection.exec_driver_sql(f"CREATE TRIGGER fail BEFORE INSERT ON events {body}")
