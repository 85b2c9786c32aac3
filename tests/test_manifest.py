"""manifest.yml says what the code registers and calls, and not a scope more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from slack_sdk import WebClient

from bot.slack.app import COMMANDS, EVENTS, SHORTCUTS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "manifest.yml").read_text("utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)

# https://docs.slack.dev/reference/methods: what each method we call asks for. Desks
# work in private channels and direct messages; a public one is only looked at, to
# notice that it is.
SCOPES = {
    "apps_connections_open": set(),  # the app token has its own scope
    "auth_teams_list": set(),
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"groups:history", "im:history"},
    "conversations_replies": {"groups:history", "im:history"},
    "conversations_info": {"groups:read", "channels:read"},
    "conversations_members": {"groups:read", "channels:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "conversations_open": {"im:write"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
}
# What events ask for beside what methods do: https://docs.slack.dev/reference/events/message
EVENT_SCOPES = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "a message's files": {"files:read"},
}


def calls() -> Iterator[str]:
    """Every Web API method the bot calls on something named client."""
    for path in [
        *(ROOT / "bot/slack").rglob("*.py"),
        *(ROOT / "bot/cli").rglob("*.py"),
        ROOT / "bot/opened_slack.py",
        ROOT / "bot/wiring.py",
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_client = ast.unparse(node.func.value).endswith("client")
                if is_client and node.func.attr == "api_call":
                    (method,) = node.args
                    yield ast.literal_eval(method).replace(".", "_")
                elif is_client and hasattr(WebClient, node.func.attr):
                    yield node.func.attr


def test_commands_shortcuts_and_events_are_those_of_the_code() -> None:
    features = MANIFEST["features"]
    assert {c["command"] for c in features["slash_commands"]} == set(COMMANDS)
    assert {s["callback_id"] for s in features["shortcuts"]} == set(SHORTCUTS)
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    # One handler for the messages of every kind of conversation.
    assert {event.partition(".")[0] for event in events} == set(EVENTS)


def test_scopes_are_those_of_the_methods_that_are_called() -> None:
    assert set(calls()) == set(SCOPES)
    needed = {"commands"}.union(*SCOPES.values(), *EVENT_SCOPES.values())
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_every_scope_says_why() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]
    for scope in [*scopes["bot"], *scopes["user"]]:
        assert re.search(rf"^\s+- {re.escape(scope)} # \w+", TEXT, re.MULTILINE), scope
