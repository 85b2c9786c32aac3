"""Sign in with Slack and installing, as relying parties see them."""

from typing import Any

import httpx
import jwt
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator

from tests.sandbox.workspace import Workspace

BACK = "http://127.0.0.1:9/back"
ASKED = {
    "client_id": "1000.2000",
    "response_type": "code",
    "scope": "openid,profile,email",
    "redirect_uri": BACK,
    "state": "st",
    "nonce": "no",
}


def code_for(workspace: Workspace, user_id: str = "U0LEAD001", **more: str) -> str:
    form = {**ASKED, "user_id": user_id, **more}
    answer = workspace.http.post("/openid/connect/authorize", data=form)
    assert answer.status_code == 302
    back = httpx.URL(answer.headers["location"])
    assert back.params["state"] == "st"
    return str(back.params["code"])


def exchange(workspace: Workspace, code: str, **more: Any) -> Any:
    client = WebClient(base_url=f"{workspace.url}/api/")
    arguments = {
        "client_id": "1000.2000",
        "client_secret": "sandbox-client-secret",
        "code": code,
        "redirect_uri": BACK,
    }
    return client.openid_connect_token(**{**arguments, **more})


def test_the_whole_sign_in_with_the_official_client(workspace: Workspace) -> None:
    discovery = workspace.http.get("/.well-known/openid-configuration").json()
    assert discovery["issuer"] == workspace.url
    token = exchange(workspace, code_for(workspace))
    key = jwt.PyJWKClient(discovery["jwks_uri"]).get_signing_key_from_jwt(
        token["id_token"]
    )
    claims = jwt.decode(
        token["id_token"],
        key.key,
        algorithms=["RS256"],
        audience="1000.2000",
        issuer=workspace.url,
    )
    assert claims["https://slack.com/user_id"] == claims["sub"] == "U0LEAD001"
    assert claims["https://slack.com/team_id"] == "T0SANDBOX"
    assert claims["nonce"] == "no"
    assert claims["exp"] - claims["iat"] == 300
    assert claims["email"] == "lena.okafor@sandbox.example"
    client = WebClient(token["access_token"], base_url=f"{workspace.url}/api/")
    assert client.openid_connect_userInfo()["name"] == "Lena Okafor"


def test_the_address_the_official_generator_writes_is_accepted(
    workspace: Workspace,
) -> None:
    generator = OpenIDConnectAuthorizeUrlGenerator(
        client_id="1000.2000",
        redirect_uri=BACK,
        scopes=["openid"],
        authorization_url=f"{workspace.url}/openid/connect/authorize",
    )
    page = workspace.http.get(generator.generate(state="st", nonce="no"))
    assert page.status_code == 200
    assert "Rosa Keller" in page.text


def test_the_page_offers_the_persona_of_the_chat_page_first(
    workspace: Workspace,
) -> None:
    cookies = {"Cookie": "sandbox_persona=U0AUDIT01"}
    page = workspace.http.get(
        "/openid/connect/authorize", params=ASKED, headers=cookies
    )
    assert "Continue as Amir Haddad" in page.text


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "1.1"},
        {"redirect_uri": "https://evil.example/back"},
        {"scope": "email"},
        {"response_type": "token"},
    ],
)
def test_a_wrong_request_gets_a_page_and_no_redirect(
    workspace: Workspace, change: dict[str, str]
) -> None:
    form = {**ASKED, **change, "user_id": "U0LEAD001"}
    answer = workspace.http.post("/openid/connect/authorize", data=form)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_deactivated_people_and_bots_cannot_sign_in(workspace: Workspace) -> None:
    for user_id in ("U0GONE001", "U0HELPCLIP", "nobody"):
        form = {**ASKED, "user_id": user_id}
        assert (
            workspace.http.post("/openid/connect/authorize", data=form).status_code
            == 400
        )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"code": "nonsense"}, "invalid_code"),
    ],
)
def test_a_wrong_exchange_is_refused(
    workspace: Workspace, change: dict[str, str], error: str
) -> None:
    code = change.pop("code", None) or code_for(workspace)
    with pytest.raises(SlackApiError) as caught:
        exchange(workspace, code, **change)
    assert caught.value.response["error"] == error


def test_a_code_works_once_and_ten_minutes(workspace: Workspace) -> None:
    code = code_for(workspace)
    exchange(workspace, code)
    with pytest.raises(SlackApiError):
        exchange(workspace, code)
    late = code_for(workspace)
    workspace.fault(skew_s=601)
    with pytest.raises(SlackApiError):
        exchange(workspace, late)


def test_installing_hands_out_the_bot_token(workspace: Workspace) -> None:
    form = {**ASKED, "user_id": "U0ADMIN01", "user_scope": "chat:write"}
    answer = workspace.http.post("/oauth/v2/authorize", data=form)
    code = httpx.URL(answer.headers["location"]).params["code"]
    client = WebClient(base_url=f"{workspace.url}/api/")
    installed = client.oauth_v2_access(
        client_id="1000.2000",
        client_secret="sandbox-client-secret",
        code=code,
        redirect_uri=BACK,
    )
    assert installed["access_token"] == "xoxb-sandbox"
    assert installed["authed_user"]["scope"] == "chat:write"


CHALLENGED = {
    # The example of RFC 7636, appendix B.
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def test_a_code_with_a_challenge_needs_its_verifier(workspace: Workspace) -> None:
    for wrong in ({}, {"code_verifier": VERIFIER[:-1]}):
        with pytest.raises(SlackApiError) as caught:
            exchange(workspace, code_for(workspace, **CHALLENGED), **wrong)
        assert caught.value.response["error"] == "invalid_grant"
    code = code_for(workspace, **CHALLENGED)
    assert exchange(workspace, code, code_verifier=VERIFIER)["id_token"]


def test_the_plain_challenge_is_refused(workspace: Workspace) -> None:
    form = {**ASKED, "user_id": "U0LEAD001", "code_challenge_method": "plain"}
    answer = workspace.http.post("/openid/connect/authorize", data=form)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("mode", "asked", "age_s"),
    [
        ("honour", {}, 100),
        ("honour", {"prompt": "login"}, 0),
        ("honour", {"max_age": "0"}, 0),
        ("honour", {"max_age": "99"}, 0),
        ("honour", {"max_age": "1000"}, 100),
        ("honour", {"max_age": "9" * 400}, 100),
        ("ignore", {"prompt": "login", "max_age": "0"}, 100),
        ("hide", {"prompt": "login", "max_age": "0"}, None),
    ],
)
def test_a_request_for_a_new_login_is_honoured_ignored_or_not_shown(
    workspace: Workspace, mode: str, asked: dict[str, str], age_s: int | None
) -> None:
    workspace.config(new_logins=mode)
    try:
        code_for(workspace, "U0REVIEW3", prompt="login")
        workspace.fault(skew_s=100)
        token = exchange(workspace, code_for(workspace, "U0REVIEW3", **asked))
        claims = jwt.decode(token["id_token"], options={"verify_signature": False})
    finally:
        workspace.config(new_logins="honour")
        workspace.fault(skew_s=0)
    if age_s is None:
        assert "auth_time" not in claims
    else:
        assert abs(claims["iat"] - claims["auth_time"] - age_s) <= 1
