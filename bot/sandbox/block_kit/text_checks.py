"""Text objects, options, confirmation dialogs (limits: @slack/types 3.2,
slack_sdk.models 3.47).
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_kit.checks import (
    Check,
    also,
    flag,
    listing,
    one_of,
    problem,
    record,
    string,
    typed,
    url,
)

MAX_OPTION_VALUE = 75
"""@slack/types says 75, slack_sdk 150: what passes here passes with both."""
ACTION_ID = string(255)
BLOCK_ID = string(255, shortest=0)


def plain_text(longest: int) -> Check:
    return record(
        {"type": one_of("plain_text"), "text": string(longest)}, {"emoji": flag}
    )


def mrkdwn(longest: int) -> Check:
    return record(
        {"type": one_of("mrkdwn"), "text": string(longest)}, {"verbatim": flag}
    )


def any_text(longest: int) -> Check:
    return typed({"plain_text": plain_text(longest), "mrkdwn": mrkdwn(longest)})


PLACEHOLDER = plain_text(150)
STYLE = one_of("primary", "danger")
CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300)},
    {"confirm": plain_text(30), "deny": plain_text(30), "style": STYLE},
)


def option(text: Check, *, with_url: bool = False) -> Check:
    more = {"description": any_text(75)} | ({"url": url()} if with_url else {})
    return record({"text": text, "value": string(MAX_OPTION_VALUE, shortest=0)}, more)


PLAIN_OPTION = option(plain_text(75))
RICH_OPTION = option(any_text(75))
OVERFLOW_OPTION = option(plain_text(75), with_url=True)
OPTION_GROUP = record(
    {"label": plain_text(75), "options": listing(PLAIN_OPTION, 1, 100)},
)


def initial_is_offered(value: Any, pointer: str) -> list[str]:
    """initial_option(s) must be among the options, or Slack refuses the element."""
    groups = value.get("option_groups") or []
    offered = list(value.get("options") or [])
    offered += [o for g in groups for o in g.get("options", [])]
    chosen = list(value.get("initial_options") or [])
    if "initial_option" in value:
        chosen.append(value["initial_option"])
    values = [o.get("value") for o in offered]
    if all(c.get("value") in values for c in chosen):
        return []
    return problem("initial option must be one of the options", pointer)


def with_options(check: Check) -> Check:
    return also(check, initial_is_offered)
