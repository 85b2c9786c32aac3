"""Whatever is sent, the answer is a refusal in JSON, never a crash."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.webapi import METHODS
from tests.sandbox.all_methods import BLOCKS, HOME, MODAL
from tests.sandbox.apps import Receiver
from tests.sandbox.workspace import APP, BOT, Workspace

NAMES = """
    channel channel_id user users user_id ts thread_ts message_ts text blocks
    attachments view metadata limit cursor types trigger_id view_id hash external_id
    name timestamp file files filename length title link type bookmark_id usergroup
    profile presence unfurls unfurl_id post_at scheduled_message_id code client_id topic
    oldest latest count page chunks value markdown_text reply_broadcast initial_comment
    channels email team bot
""".split()
# "TS", "VIEW" and "FILE" stand for a message, an open modal and a file of the
# workspace.
KNOWN = st.sampled_from(
    [
        *(
            "C0HELPENUS",
            "C0GENERAL1",
            "U0REVIEW1",
            "S0REVIEWER",
            "TS",
            "VIEW",
            "FILE",
            "link",
        ),
        *(
            "1.2",
            "modal",
            "{",
            "[]",
            "",
            "#general",
            "T0OTHERCO",
            "go",
            "http://[::bad",
        ),
        *(BLOCKS, MODAL, HOME),
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | KNOWN
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner)
    ),
    max_leaves=6,
)
ARGUMENTS = st.dictionaries(st.sampled_from(NAMES), KNOWN | JSON, max_size=6)
_DO = (
    "channel ts thread_ts text view_id action_id block_id value values everything user "
    "name"
)
_CHANGE = (
    "channel person set usergroup users join leave archive rename private by "
    "new_channel"
)
_SHARE = "channel share_with pending_share_with unshare_with join"
_FAULT = "method delivery times error status retry_after action rules clear"
DRIVER = [
    *(
        (path, f"{_DO} callback_id tab content")
        for path in ("message", "press", "file", "shortcut")
    ),
    *(
        (path, _DO)
        for path in ("command", "options", "view/submit", "view/close", "mark", "dm")
    ),
    ("home/open", "tab"),
    ("change", _CHANGE),
    ("change", _SHARE),
    ("faults", _FAULT),
    ("config", "request_url rate_limits verify events_enabled history_order"),
]
RESPONSE = (
    "text blocks attachments response_type replace_original delete_original thread_ts"
)
PAGES = [
    "sandbox/state",
    "sandbox/messages",
    "sandbox/views",
    "sandbox/calls",
    "sandbox/home",
]
PAGES += [
    "openid/connect/authorize",
    "oauth/v2/authorize",
    "avatar/U0REVIEW1-72.svg",
    "archives/x",
]
PAGES += [
    "files-pri/T0-F0/x",
    "files/U0/F0/x",
    "api/",
    "static/nope",
    ".well-known/nope",
]
patient = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def filled(workspace: Workspace) -> dict[str, Any]:
    """Fill the workspace, and return the ids that the stand-ins stand for."""
    workspace.post(blocks=BLOCKS)
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.act("command", channel="C0HELPENUS", text="/help-clip")
        workspace.act(
            "press",
            channel="C0HELPENUS",
            ts=workspace.post(blocks=BLOCKS),
            action_id="go",
        )
    command, press = (
        workspace.deliveries(n)[0]["payload"] for n in ("/help-clip", "block_actions")
    )
    workspace.config(request_url="")
    view = workspace.api("views.open", trigger_id=command["trigger_id"], view=MODAL)[
        "view"
    ]
    file = workspace.act("file", channel="C0HELPENUS", name="a.txt", content="YQ==")
    return {
        "TS": workspace.write(),
        "VIEW": view["id"],
        "FILE": file["file"],
        "response_urls": [command["response_url"], press["response_url"]],
    }


def meant(value: Any, filled: dict[str, Any]) -> Any:
    """The stand-ins replaced, wherever they are."""
    if isinstance(value, dict):
        return {k: meant(v, filled) for k, v in value.items()}
    if isinstance(value, list):
        return [meant(v, filled) for v in value]
    return filled.get(value, value) if isinstance(value, str) else value


@patient
@given(method=st.sampled_from(sorted(METHODS)), arguments=ARGUMENTS)
def test_no_arguments_make_a_method_crash(
    workspace: Workspace, filled: dict[str, Any], method: str, arguments: dict[str, Any]
) -> None:
    if method == "auth.revoke":
        return
    token = APP if method.startswith("apps.") else BOT
    answer = workspace.raw_api(method, token, **meant(arguments, filled))
    assert answer.status_code == 200
    assert isinstance(answer.json()["ok"], bool)


@patient
@given(call=st.sampled_from(DRIVER), data=st.data())
def test_no_body_makes_the_driver_crash(
    workspace: Workspace,
    filled: dict[str, Any],
    call: tuple[str, str],
    data: st.DataObject,
) -> None:
    path, names = call
    body = data.draw(st.dictionaries(st.sampled_from(names.split()), KNOWN | JSON))
    asked = {"as": "U0REVIEW1", **meant(body, filled)}
    answer = workspace.http.post(f"/sandbox/{path}", json=asked)
    assert answer.status_code in (200, 400, 403, 404)
    assert isinstance(answer.json()["ok"], bool)
    workspace.fault(clear=True, skew_s=0)


@patient
@given(which=st.integers(0, 1), data=st.data())
def test_no_response_makes_a_response_url_crash(
    workspace: Workspace, filled: dict[str, Any], which: int, data: st.DataObject
) -> None:
    body = data.draw(st.dictionaries(st.sampled_from(RESPONSE.split()), KNOWN | JSON))
    answer = workspace.http.post(
        filled["response_urls"][which], json=meant(body, filled)
    )
    assert answer.status_code in (200, 400, 404)


@patient
@given(
    path=st.sampled_from(PAGES),
    query=st.dictionaries(st.sampled_from(NAMES), st.text()),
)
def test_no_query_makes_a_page_crash(
    workspace: Workspace, path: str, query: Any
) -> None:
    for person in ("U0REVIEW1", "U0NOBODY1"):
        answer = workspace.http.get(f"/{path}", params={"as": person, **query})
        assert answer.status_code in (200, 400, 404, 405)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b"\xff\xfe", b'"x"', b"null"])
def test_a_body_that_is_no_object_is_refused(workspace: Workspace, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {BOT}"}
    for path in (
        "api/chat.postMessage",
        "sandbox/message",
        "sandbox/change",
        "sandbox/config",
    ):
        answer = workspace.http.post(f"/{path}", content=body, headers=headers)
        assert answer.status_code in (200, 400), path
        assert isinstance(answer.json()["ok"], bool)
