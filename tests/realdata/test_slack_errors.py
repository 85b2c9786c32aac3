"""Every error of every method that help-clip calls has its place in our table."""

import json

from bot.rules.slack_calls.errors import CODES
from bot.rules.slack_calls.limits import calls_per_minute
from tests.realdata.shared import needs_shared
from tests.test_manifest import calls

_TIERS = {"Tier 2": 20, "Tier 3": 50, "Tier 4": 100}


def documented() -> dict[str, dict[str, object]]:
    path = needs_shared("slack") / "slack_kit" / "web_api_methods.json"
    pages: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
    return pages


def called_methods() -> set[str]:
    """Return the documented names of the methods that the code calls."""
    by_attribute = {}
    for name in documented()["methods"]:
        by_attribute[name.replace(".", "_")] = name
    return {by_attribute[call] for call in calls() if call in by_attribute}


def test_every_documented_error_is_in_the_table() -> None:
    pages = documented()
    found = set(pages["common_errors"])
    for method in called_methods():
        found |= set(pages["methods"][method]["errors"])  # type: ignore[index]
    assert sorted(found - CODES) == []


def test_every_called_method_is_documented() -> None:
    assert {"chat.postMessage", "views.open", "usergroups.list"} <= called_methods()


def test_the_limits_are_those_of_the_method_pages() -> None:
    methods = documented()["methods"]
    for method in called_methods():
        tier = str(methods[method]["rate_limit"])[:6]  # type: ignore[index]
        if tier in _TIERS:
            assert calls_per_minute(method) == _TIERS[tier], method
