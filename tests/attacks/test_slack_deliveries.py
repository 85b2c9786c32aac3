"""An outsider's post to Slack's address is not parsed, and no post is a server error."""

import logging

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.pages.headers import read_whole
from bot.slack.app import build_app
from bot.slack.http_delivery import slack_deliveries
from tests.pages.site import TestClient
from tests.product import TEAM, Product

SECRET = "a-signing-secret"
FORMER_SECRET = "the-former-secret"
ODD_BODIES = [
    b"[" * 500_000,
    b'{"a":' * 100_000,
    b"payload=[",
    b"payload=[1]",
    b"payload=%00",
    b"[1,2]",
    b'"x"',
    b"\xff\xfe",
    b"",
]


@pytest.fixture
def slack_address(product: Product) -> TestClient:
    identity = AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_user_id="U0BOT", bot_token="xoxb"
    )
    app = build_app(
        product.services,
        WebClient(base_url="http://127.0.0.1:9/api/"),
        identity=identity,
        clock=product.clock,
    )
    return TestClient(slack_deliveries(app, [SECRET, FORMER_SECRET], read_whole))


@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
@pytest.mark.parametrize("kind", ["json", "x-www-form-urlencoded"])
def test_an_unsigned_post_is_refused_before_it_is_parsed(
    slack_address: TestClient, body: bytes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"content-type": f"application/{kind}"}
    forged = headers | {
        "x-slack-signature": "v0=00",
        "x-slack-request-timestamp": "not a number",
    }
    for sent in (headers, forged):
        answer = slack_address.post("/", content=body, headers=sent)
        assert answer.status_code == 401
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


@pytest.mark.parametrize("body", ODD_BODIES[:-1], ids=range(len(ODD_BODIES) - 1))
@pytest.mark.parametrize("kind", ["json", "x-www-form-urlencoded"])
def test_a_signed_body_of_any_shape_is_no_server_error(
    slack_address: TestClient, body: bytes, kind: str
) -> None:
    verifier = SignatureVerifier(SECRET)
    now = str(int(verifier.clock.now()))
    try:
        signature = verifier.generate_signature(timestamp=now, body=body)
    except UnicodeDecodeError:
        pytest.skip("Slack signs text only")
    headers = {
        "content-type": f"application/{kind}",
        "x-slack-signature": signature or "",
        "x-slack-request-timestamp": now,
    }
    answer = slack_address.post("/", content=body, headers=headers)
    assert answer.status_code < 500


def test_during_a_rotation_both_secrets_are_accepted_and_no_third(
    slack_address: TestClient,
) -> None:
    body = b"ssl_check=1"
    for secret, status in ((SECRET, 200), (FORMER_SECRET, 200), ("another", 401)):
        verifier = SignatureVerifier(secret)
        now = str(int(verifier.clock.now()))
        signature = verifier.generate_signature(timestamp=now, body=body)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-signature": signature or "",
            "x-slack-request-timestamp": now,
        }
        answer = slack_address.post("/", content=body, headers=headers)
        assert answer.status_code == status, secret
