"""What the sandbox delivers and accepts, judged by the vendor's payloads, views and
schemas.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jsonschema
import pytest

from bot.sandbox import SandboxConfig, start_in_thread
from bot.sandbox.app.manifest import DEFAULT_MANIFEST
from bot.sandbox.block_kit.block_checks import check_message_blocks
from tests.sandbox.all_methods import BLOCKS
from tests.sandbox.apps import Receiver, wait_for
from tests.sandbox.workspace import Json, Workspace

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "slack"
if not SHARED.exists() and os.environ.get("CI") != "true":
    pytest.skip(f"needs the reference data in {SHARED}", allow_module_level=True)

BACKEND = SHARED / "java-slack-sdk" / "json-logs" / "samples" / "app-backend"
EVENTS = SHARED / "java-slack-sdk" / "json-logs" / "samples" / "events"
BOLT = SHARED / "payloads-from-tests" / "slackapi_bolt-python"
VIEWS = sorted((SHARED / "python-slack-sdk" / "tests" / "data").glob("view_*.json"))
CHANNEL = "C0HELPENUS"


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with start_in_thread(SandboxConfig()) as running:
        workspace = Workspace(running.url)
        yield workspace
        workspace.http.close()


def key_paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}"
            yield from key_paths(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from key_paths(inner, f"{path}[]")


def bolt_samples(name: str) -> list[Json]:
    found = json.loads((BOLT / f"{name}.json").read_text())["payloads"].values()
    return [
        {k: v[0] for k, v in parse_qs(p["_form_urlencoded"]).items()}
        if "_form_urlencoded" in p
        else p
        for p in found
    ]


def strange(payload: Json, samples: list[Json]) -> list[str]:
    """Key paths of a payload that no sample has; what a sample leaves open is not
    looked into.
    """
    known = {p for s in samples for p in key_paths(s)}
    opaque = (
        ".view.blocks[]",
        ".view.state.values",
        ".message.blocks[]",
        ".state.values",
        ".event.blocks[]",
    )
    return [
        p
        for p in dict.fromkeys(key_paths(payload))
        if p not in known and not p.startswith(opaque)
    ]


INPUT = {
    "type": "input",
    "block_id": "b",
    "dispatch_action": True,
    "label": {"type": "plain_text", "text": "x"},
    "element": {"type": "external_select", "action_id": "es", "min_query_length": 0},
}
TITLE = {"type": "plain_text", "text": "x"}
MODAL = {
    "type": "modal",
    "title": TITLE,
    "submit": TITLE,
    "notify_on_close": True,
    "blocks": [{**INPUT, "optional": True}],
}


def test_interaction_payloads_have_only_keys_slack_sends(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        ts = workspace.post(blocks=BLOCKS)
        workspace.act("command", channel=CHANNEL, text="/help-clip x")
        command = workspace.deliveries("/help-clip")[0]["payload"]
        workspace.api("views.open", trigger_id=command["trigger_id"], view=MODAL)
        [view] = workspace.read("views")["views"]
        workspace.act("options", view_id=view["id"], action_id="es", value="k")
        workspace.act("press", view_id=view["id"], action_id="es", value=None)
        workspace.act("press", channel=CHANNEL, ts=ts, action_id="go")
        receiver.answers = [
            (200, {"Content-Type": "application/json"}, b'{"response_action": "clear"}')
        ]
        workspace.act("view/submit", view_id=view["id"], values={})
        workspace.act("shortcut", callback_id="ask")
        workspace.act(
            "shortcut", callback_id="ask_about_message", channel=CHANNEL, ts=ts
        )
        workspace.act("command", channel=CHANNEL, text="/help-clip y")
        again = workspace.deliveries("/help-clip")[1]["payload"]
        workspace.api("views.open", trigger_id=again["trigger_id"], view=MODAL)
        workspace.act("view/close", view_id=workspace.read("views")["views"][0]["id"])
        wait_for(lambda: workspace.deliveries("view_closed"))
    pairs = {
        "/help-clip": [
            *bolt_samples("test_slash_command"),
            json.loads(
                (BACKEND / "slash-commands/SlashCommandPayload.json").read_text()
            ),
        ],
        "block_actions": [
            *_interactive("BlockActionPayload", "test_block_actions"),
            *_views("ViewSubmissionPayload", "test_view_submission"),
        ],
        "message_action": _interactive("MessageShortcutPayload", "test_shortcut"),
        "shortcut": _interactive("MessageShortcutPayload", "test_shortcut"),
        "block_suggestion": _interactive("BlockActionPayload", "test_block_suggestion"),
        "view_submission": _views("ViewSubmissionPayload", "test_view_submission"),
        "view_closed": _views("ViewClosedPayload", "test_view_closed"),
    }
    found = {name: workspace.deliveries(name) for name in pairs}
    assert all(found.values())
    wrong = {
        name: lines
        for name, samples in pairs.items()
        for delivery in found[name]
        if (lines := strange(delivery["payload"], samples))
    }
    assert wrong == {}


def _interactive(java: str, bolt: str) -> list[Json]:
    sample = json.loads(
        (BACKEND / "interactive-components" / f"{java}.json").read_text()
    )
    return [sample, *bolt_samples(bolt)]


def _views(java: str, bolt: str) -> list[Json]:
    return [
        json.loads((BACKEND / "views" / f"{java}.json").read_text()),
        *bolt_samples(bolt),
    ]


EVENT_SAMPLES = {
    "member_joined_channel": "MemberJoinedChannelPayload",
    "member_left_channel": "MemberLeftChannelPayload",
    "channel_shared": "ChannelSharedPayload",
    "channel_unshared": "ChannelUnsharedPayload",
    "channel_archive": "ChannelArchivePayload",
    "channel_unarchive": "ChannelUnarchivePayload",
    "channel_rename": "ChannelRenamePayload",
    "channel_created": "ChannelCreatedPayload",
    "user_change": "UserChangePayload",
    "subteam_members_changed": "SubteamMembersChangedPayload",
    "file_shared": "FileSharedPayload",
    "reaction_added": "ReactionAddedPayload",
    "app_home_opened": "AppHomeOpenedPayload",
    "tokens_revoked": "TokensRevokedPayload",
    "app_uninstalled": "AppUninstalledPayload",
}


def test_events_have_only_keys_slack_sends(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        public = workspace.change(new_channel="open-desk")["channel"]
        for change in (
            {"channel": CHANNEL, "join": "U0AUDIT01"},
            {"channel": CHANNEL, "leave": "U0AUDIT01"},
            {"channel": CHANNEL, "share_with": "T0OTHERCO"},
            {"channel": CHANNEL, "unshare_with": "T0OTHERCO"},
            {"channel": public, "rename": "opener-desk"},
            {"channel": public, "archive": True},
            {"channel": public, "archive": False},
            {"person": "U0REVIEW3", "set": {"is_restricted": True}},
            {"usergroup": "S0LEADS001", "users": ["U0AUDIT01"]},
        ):
            workspace.change(**change)
        workspace.act("file", channel=CHANNEL, name="a.txt", content="YQ==")
        workspace.api(
            "reactions.add", channel=CHANNEL, timestamp=workspace.write(), name="eyes"
        )
        workspace.act("home/open")
        workspace.change(uninstall=True)
        wait_for(lambda: all(workspace.deliveries(name) for name in EVENT_SAMPLES))
    wrong = {}
    for name, file in EVENT_SAMPLES.items():
        sample = json.loads((EVENTS / f"{file}.json").read_text())
        # tokens_revoked and app_uninstalled are shown without event_ts, context_* in
        # old samples.
        shared = {"event_ts": "", "context_team_id": "", "context_enterprise_id": ""}
        samples = [
            sample,
            {**shared, "event": {"event_ts": ""}, "is_ext_shared_channel": False},
        ]
        samples.append({"event_context": "", "authorizations": [{}]})
        for delivery in workspace.deliveries(name):
            lines = strange(delivery["payload"], samples)
            if lines:
                wrong[name] = lines
    assert wrong == {}


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: p.stem)
def test_every_official_sample_view_opens(workspace: Workspace, path: Path) -> None:
    workspace.http.post("/sandbox/reset")
    view = json.loads(path.read_text())
    if view["type"] == "home":
        assert workspace.api("views.publish", user_id="U0REVIEW1", view=view)["ok"]
        return
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.act("command", channel=CHANNEL, text="/help-clip")
    trigger_id = workspace.deliveries("/help-clip")[0]["payload"]["trigger_id"]
    answer = workspace.api("views.open", trigger_id=trigger_id, view=view)
    assert answer["ok"], answer


def test_there_are_sixteen_official_views() -> None:
    assert len(VIEWS) == 16


def test_the_generated_schema_accepts_what_the_checker_accepts() -> None:
    schema = json.loads((SHARED / "generated" / "known_block.schema.json").read_text())
    for block in BLOCKS:
        assert check_message_blocks([block]) == []
        jsonschema.validate(block, schema)


def test_the_default_manifest_is_valid() -> None:
    schema = SHARED / "manifest-schema" / "schemas" / "manifest.schema.2.0.0.json"
    document = json.loads(json.dumps(DEFAULT_MANIFEST))
    jsonschema.validate(document, json.loads(schema.read_text()))
