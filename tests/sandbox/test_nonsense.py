"""Whatever is sent, the answer is a refusal in JSON, never a crash."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.webapi import METHODS
from tests.sandbox.workspace import APP, BOT, Workspace

NAMES = (
    "channel channel_id user users user_id ts thread_ts message_ts text blocks attachments view "
    "metadata limit cursor types trigger_id view_id hash external_id name timestamp file files "
    "filename length title link type bookmark_id usergroup profile presence unfurls unfurl_id "
    "post_at scheduled_message_id code client_id topic oldest latest count page chunks value "
    "markdown_text reply_broadcast initial_comment channels email team bot"
).split()
KNOWN = st.sampled_from(
    ["C0HELPENUS", "C0GENERAL1", "U0REVIEW1", "S0REVIEWER", "link", "1.2", "modal", "{", "[]", ""]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | KNOWN
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=6,
)
ARGUMENTS = st.dictionaries(st.sampled_from(NAMES), KNOWN | JSON, max_size=6)
DRIVER = [
    ("command", ["channel", "text"]),
    ("message", ["channel", "text", "thread_ts"]),
    ("press", ["channel", "ts", "view_id", "action_id", "value", "values"]),
    ("shortcut", ["callback_id", "channel", "ts"]),
    ("view/submit", ["view_id", "values"]),
    ("view/close", ["view_id"]),
    ("mark", ["channel", "ts"]),
    ("dm", ["user"]),
    ("file", ["channel", "name", "content"]),
    ("change", ["channel", "person", "set", "usergroup", "users", "join", "leave"]),
    ("faults", ["method", "delivery", "times", "rules", "skew_s"]),
]
patient = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@patient
@given(method=st.sampled_from(sorted(METHODS)), arguments=ARGUMENTS)
def test_no_arguments_make_a_method_crash(
    workspace: Workspace, method: str, arguments: dict[str, Any]
) -> None:
    if method == "auth.revoke":
        return
    token = APP if method == "apps.connections.open" else BOT
    answer = workspace.raw_api(method, token, **arguments)
    assert answer.status_code == 200
    assert isinstance(answer.json()["ok"], bool)


@patient
@given(call=st.sampled_from(DRIVER), data=st.data())
def test_no_body_makes_the_driver_crash(
    workspace: Workspace, call: tuple[str, list[str]], data: st.DataObject
) -> None:
    path, names = call
    body = data.draw(st.dictionaries(st.sampled_from(names), KNOWN | JSON))
    answer = workspace.http.post(f"/sandbox/{path}", json={"as": "U0REVIEW1", **body})
    assert answer.status_code in (200, 400, 404)
    assert isinstance(answer.json()["ok"], bool)
    workspace.fault(clear=True, skew_s=0)
