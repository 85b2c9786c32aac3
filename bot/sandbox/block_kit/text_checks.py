"""Checks of text objects, options and confirmation dialogs.

The limits are those of @slack/types 3.2 and slack_sdk.models 3.47.
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
from bot.sandbox.block_kit.elements import options_of
from bot.sandbox.types import Json

MAX_OPTION_VALUE = 75
"""The limit of @slack/types; slack_sdk's is 150, so that both accept these."""
ACTION_ID = string(255)
BLOCK_ID = string(255, shortest=0)


def plain_text(longest: int) -> Check:
    """Return a check for a plain_text object of at most `longest` characters."""
    return record(
        {
            "type": one_of("plain_text"),
            "text": string(longest),
        },
        {"emoji": flag},
    )


def mrkdwn(longest: int) -> Check:
    """Return a check for a mrkdwn object of at most `longest` characters."""
    return record(
        {
            "type": one_of("mrkdwn"),
            "text": string(longest),
        },
        {"verbatim": flag},
    )


def any_text(longest: int) -> Check:
    """Return a check for a text object of either kind."""
    return typed(
        {
            "plain_text": plain_text(longest),
            "mrkdwn": mrkdwn(longest),
        }
    )


PLACEHOLDER = plain_text(150)
STYLE = one_of("primary", "danger")
CONFIRM = record(
    {
        "title": plain_text(100),
        "text": any_text(300),
    },
    {
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": STYLE,
    },
)


def option(text: Check, **optional: Check) -> Check:
    """Return a check for an option whose label satisfies `text`."""
    return record(
        {
            "text": text,
            "value": string(MAX_OPTION_VALUE, shortest=0),
        },
        {
            "description": any_text(75),
            **optional,
        },
    )


PLAIN_OPTION = option(plain_text(75))
RICH_OPTION = option(any_text(75))
OVERFLOW_OPTION = option(plain_text(75), url=url())
OPTION_GROUP = record(
    {
        "label": plain_text(75),
        "options": listing(PLAIN_OPTION, 1, 100),
    },
)


def check_initial_options(element: Any, pointer: str) -> list[str]:
    """Check that the options chosen at first are among the options, as Slack does."""
    offered = [choice.get("value") for choice in options_of(element)]
    for choice in _initial_options(element):
        if choice.get("value") not in offered:
            return problem("initial option must be one of the options", pointer)
    return []


def _initial_options(element: Json) -> list[Json]:
    chosen = list(element.get("initial_options", []))
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    return chosen


def with_options(check: Check) -> Check:
    """Return `check`, which also looks at the options chosen at first."""
    return also(check, check_initial_options)
