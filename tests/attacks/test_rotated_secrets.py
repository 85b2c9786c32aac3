"""What survives the change of each secret, and that no secret is stored anywhere."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.config.changes import read_environment
from bot.config.settings import plain_values, read_settings
from bot.errors import Invalid
from bot.pages.handlers.hooks import PATH, hook_route
from bot.pages.sign_in.openid import SlackSignIn
from bot.redaction.watermark.mark import SECRET_SEED
from bot.usecases.audit.settings import record_settings
from bot.usecases.erasure.rotate_keys import rotate_keys
from storage.audit.proofs.note import Signer
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.records import Action
from storage.seal import MasterKey, new_master_key
from storage.tables import metadata
from tests.pages.site import ORIGIN, RAVI, TEAM, Site, TestClient, new_site

OLD, NEW = new_master_key(), new_master_key()
SIGN_IN = "Sign in with Slack"
SECRETS = {
    "slack_bot_token": "xoxb-canary-bot",
    "slack_app_token": "xapp-canary-app",
    "slack_signing_secret": "canarysigningsecret,formersigningsecret",
    "slack_admin_token": "xoxp-canary-admin",
    "slack_client_secret": "canaryclientsecret",
    "result_secret": "canary-result-secret",
    "hook_secret": "canary-hook-secret-1,canary-hook-secret-2",
    "snippet_key": f"{NEW},{OLD}",
    "audit_signing_key": Signer.new("canary.example/log").export(),
}
OTHERS = {
    "slack_client_id": "1.2",
    "public_url": "https://help-clip.test",
    "clip_source": "clips",
    "result_sink": "results",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    yield built
    built.services.store.close()


def restart(site: Site, *keys: str) -> None:
    """Start again with this SNIPPET_KEY."""
    master = MasterKey.read(",".join(keys))
    folder = site.clips.parent / "keys"
    site.services.snippet_key = master
    site.services.clip_keys = ClipKeys(open_blobs(str(folder)), master)


def test_a_changed_snippet_key_signs_nobody_out_until_the_former_one_is_gone(
    site: Site,
) -> None:
    restart(site, OLD)
    visitor = site.visitor(RAVI)
    restart(site, NEW, OLD)
    assert SIGN_IN not in visitor.get("/care").text
    restart(site, NEW)
    assert SIGN_IN in visitor.get("/care").text
    assert [e.rule for e in site.events(Action.SESSION_ENDED)] == ["other_browser"]


def test_a_changed_snippet_key_keeps_snippets_and_the_marks_of_former_listens(
    site: Site,
) -> None:
    restart(site, OLD)
    request = site.asked()
    former_mark = site.services.snippet_key.derive(SECRET_SEED)
    restart(site, NEW, OLD)
    rotate_keys(site.services, site.act(RAVI), [].append)
    restart(site, NEW)
    site.hear(request, RAVI)
    assert site.services.snippet_key.derive(SECRET_SEED) != former_mark
    assert MasterKey.read(OLD).derive(SECRET_SEED) == former_mark


def test_a_changed_client_secret_ends_no_session(site: Site) -> None:
    visitor = site.visitor(RAVI, slack_with("before"))
    after = TestClient(
        site.application(slack_with("after")),
        base_url=ORIGIN,
        cookies=visitor.client.cookies,
        follow_redirects=False,
    )
    assert SIGN_IN not in after.get("/care").text


def slack_with(secret: str) -> SlackSignIn:
    return SlackSignIn.for_api(
        "http://127.0.0.1:9/api/",
        client_id="c",
        client_secret=secret,
        team_id=TEAM,
    )


def test_calls_signed_with_either_hook_secret_are_carried_out(site: Site) -> None:
    secrets = ["canary-hook-secret-1", "canary-hook-secret-2"]
    route = hook_route(site.services, secrets, site.clock)
    application = site.application()
    application.routes.insert(0, route)
    client = TestClient(application)
    answers = [call(client, site, secret) for secret in (*secrets, "another-secret-33")]
    assert answers == [200, 200, 401]


def call(
    client: TestClient,
    site: Site,
    secret: str,
) -> int:
    document = {"id": secret, "event": "withdraw_consent", "clip_id": "en-us-0002"}
    body = json.dumps(document).encode()
    stamp = str(int(site.clock.now.timestamp()))
    message = f"v1:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    headers = {
        "x-help-clip-timestamp": stamp,
        "x-help-clip-signature": f"v1={digest}",
    }
    return client.post(PATH, content=body, headers=headers).status_code


def test_settings_take_the_new_and_the_former_secret() -> None:
    settings = read_settings(None, **SECRETS, **OTHERS)
    assert settings.slack_signing_secrets == [
        "canarysigningsecret",
        "formersigningsecret",
    ]
    assert settings.hook_secrets == ["canary-hook-secret-1", "canary-hook-secret-2"]


def test_a_short_hook_secret_is_refused_though_it_stands_behind_a_long_one() -> None:
    secrets = {**SECRETS, "hook_secret": "canary-hook-secret-1,short"}
    with pytest.raises(Invalid, match="HOOK_SECRET needs 16 characters"):
        read_settings(None, **secrets, **OTHERS)


def test_every_secret_setting_is_in_this_test() -> None:
    settings = read_settings(None, **SECRETS, **OTHERS)
    secret = {name for name, value in settings if isinstance(value, SecretStr)}
    assert secret == set(SECRETS)


def test_no_secret_is_stored_so_a_restart_with_another_loses_nothing(
    site: Site,
) -> None:
    restart(site, NEW, OLD)
    settings = read_settings(None, **SECRETS, **OTHERS)
    record_settings(site.services, site.act(RAVI), {})
    record_settings(
        site.services,
        site.act(RAVI),
        read_environment(plain_values(settings)),
    )
    site.hear(site.asked(), RAVI)
    site.visitor(RAVI)
    values = [part for secret in SECRETS.values() for part in secret.split(",")]
    with site.services.store.read() as tx:
        for table in metadata.sorted_tables:
            rows = tx.connection.execute(select(table)).all()
            stored = repr([tuple(row) for row in rows])
            assert not [value for value in values if value in stored], table.name
