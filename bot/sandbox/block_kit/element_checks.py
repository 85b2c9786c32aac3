"""Checks of interactive elements, by type."""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_kit.checks import (
    Check,
    also,
    anything,
    flag,
    integer,
    listing,
    matching,
    one_of,
    problem,
    record,
    string,
    typed,
    url,
)
from bot.sandbox.block_kit.rich_text_checks import RICH_TEXT
from bot.sandbox.block_kit.text_checks import (
    ACTION_ID,
    CONFIRM,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    PLAIN_OPTION,
    RICH_OPTION,
    STYLE,
    plain_text,
    with_options,
)

_ID = string(255)
_CHOICE = {
    "action_id": ACTION_ID,
    "confirm": CONFIRM,
    "focus_on_load": flag,
}
_SELECT = {
    **_CHOICE,
    "placeholder": PLACEHOLDER,
}
_MULTI = {
    **_SELECT,
    "max_selected_items": integer(1, 100),
}
_DISPATCH = record(
    {
        "trigger_actions_on": listing(
            one_of("on_enter_pressed", "on_character_entered"), 1, 2
        )
    }
)
_TYPED = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": flag,
    "dispatch_action_config": _DISPATCH,
}
_FILTER = record(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_NUMBER = matching(r"-?\d+(\.\d+)?", "number")


def _element(
    kind: str,
    required: dict[str, Check],
    optional: dict[str, Check],
) -> Check:
    return record(
        {
            "type": one_of(kind),
            **required,
        },
        optional,
    )


def _check_options_or_groups(value: Any, pointer: str) -> list[str]:
    if ("options" in value) == ("option_groups" in value):
        return problem("either options or option_groups must be specified", pointer)
    return []


def _check_lengths(value: Any, pointer: str) -> list[str]:
    if value.get("min_length", 0) > value.get("max_length", 3000):
        return problem("min_length must not exceed max_length", pointer)
    return []


def _check_numbers(value: Any, pointer: str) -> list[str]:
    lowest = float(value.get("min_value", "-inf"))
    highest = float(value.get("max_value", "inf"))
    if lowest > highest:
        return problem("min_value must not exceed max_value", pointer)
    return []


def _check_image_source(value: Any, pointer: str) -> list[str]:
    if ("image_url" in value) == ("slack_file" in value):
        return problem("either image_url or slack_file must be specified", pointer)
    return []


_GROUPS = {
    "options": listing(PLAIN_OPTION, 1, 100),
    "option_groups": listing(OPTION_GROUP, 1, 100),
}
_BUTTON = {
    "action_id": ACTION_ID,
    "url": url(),
    "value": string(2000, shortest=0),
    "style": STYLE,
    "confirm": CONFIRM,
    "accessibility_label": string(75),
}
IMAGE = typed(
    {
        "image": also(
            _element(
                "image",
                {"alt_text": string(2000)},
                {
                    "image_url": url(),
                    "slack_file": anything,
                },
            ),
            _check_image_source,
        )
    }
)
_FEEDBACK = record(
    {
        "text": plain_text(75),
        "value": string(2000),
    },
    _BUTTON,
)

ELEMENTS: dict[str, Check] = {
    "button": _element("button", {"text": plain_text(75)}, _BUTTON),
    "workflow_button": _element(
        "workflow_button",
        {
            "text": plain_text(75),
            "workflow": anything,
        },
        _BUTTON,
    ),
    "icon_button": _element(
        "icon_button",
        {
            "text": plain_text(75),
            "icon": one_of("trash"),
        },
        {
            **_BUTTON,
            "visible_to_user_ids": listing(_ID, 1, 100),
        },
    ),
    "feedback_buttons": _element(
        "feedback_buttons",
        {
            "positive_button": _FEEDBACK,
            "negative_button": _FEEDBACK,
        },
        {"action_id": ACTION_ID},
    ),
    "overflow": _element(
        "overflow",
        {"options": listing(OVERFLOW_OPTION, 1, 5)},
        {
            "action_id": ACTION_ID,
            "confirm": CONFIRM,
        },
    ),
    "checkboxes": with_options(
        _element(
            "checkboxes",
            {"options": listing(RICH_OPTION, 1, 10)},
            {
                **_CHOICE,
                "initial_options": listing(RICH_OPTION, 1, 10),
            },
        )
    ),
    "radio_buttons": with_options(
        _element(
            "radio_buttons",
            {"options": listing(RICH_OPTION, 1, 10)},
            {
                **_CHOICE,
                "initial_option": RICH_OPTION,
            },
        )
    ),
    "static_select": also(
        with_options(
            _element(
                "static_select",
                {},
                {
                    **_SELECT,
                    **_GROUPS,
                    "initial_option": PLAIN_OPTION,
                },
            )
        ),
        _check_options_or_groups,
    ),
    "multi_static_select": also(
        with_options(
            _element(
                "multi_static_select",
                {},
                {
                    **_MULTI,
                    **_GROUPS,
                    "initial_options": listing(PLAIN_OPTION, 1, 100),
                },
            )
        ),
        _check_options_or_groups,
    ),
    "external_select": _element(
        "external_select",
        {},
        {
            **_SELECT,
            "initial_option": PLAIN_OPTION,
            "min_query_length": integer(0, 1000),
        },
    ),
    "multi_external_select": _element(
        "multi_external_select",
        {},
        {
            **_MULTI,
            "initial_options": listing(PLAIN_OPTION, 1, 100),
            "min_query_length": integer(0, 1000),
        },
    ),
    "users_select": _element(
        "users_select",
        {},
        {
            **_SELECT,
            "initial_user": _ID,
        },
    ),
    "multi_users_select": _element(
        "multi_users_select",
        {},
        {
            **_MULTI,
            "initial_users": listing(_ID, 1, 100),
        },
    ),
    "channels_select": _element(
        "channels_select",
        {},
        {
            **_SELECT,
            "initial_channel": _ID,
            "response_url_enabled": flag,
        },
    ),
    "multi_channels_select": _element(
        "multi_channels_select",
        {},
        {
            **_MULTI,
            "initial_channels": listing(_ID, 1, 100),
        },
    ),
    "conversations_select": _element(
        "conversations_select",
        {},
        {
            **_SELECT,
            "initial_conversation": _ID,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        },
    ),
    "multi_conversations_select": _element(
        "multi_conversations_select",
        {},
        {
            **_MULTI,
            "initial_conversations": listing(_ID, 1, 100),
            "default_to_current_conversation": flag,
            "filter": _FILTER,
        },
    ),
    "datepicker": _element(
        "datepicker",
        {},
        {
            **_SELECT,
            "initial_date": matching(r"\d{4}-\d{2}-\d{2}", "date (YYYY-MM-DD)"),
        },
    ),
    "timepicker": _element(
        "timepicker",
        {},
        {
            **_SELECT,
            "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "time (HH:mm)"),
            "timezone": string(100),
        },
    ),
    "datetimepicker": _element(
        "datetimepicker",
        {},
        {
            **_CHOICE,
            "initial_date_time": integer(0, 9_999_999_999),
        },
    ),
    "plain_text_input": also(
        _element(
            "plain_text_input",
            {},
            {
                **_TYPED,
                "initial_value": string(3000, shortest=0),
                "multiline": flag,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        _check_lengths,
    ),
    "number_input": also(
        _element(
            "number_input",
            {"is_decimal_allowed": flag},
            {
                **_TYPED,
                "initial_value": _NUMBER,
                "min_value": _NUMBER,
                "max_value": _NUMBER,
            },
        ),
        _check_numbers,
    ),
    "email_text_input": _element(
        "email_text_input",
        {},
        {
            **_TYPED,
            "initial_value": string(3000),
        },
    ),
    "url_text_input": _element(
        "url_text_input",
        {},
        {
            **_TYPED,
            "initial_value": string(3000),
        },
    ),
    "rich_text_input": _element(
        "rich_text_input",
        {},
        {
            **_TYPED,
            "initial_value": RICH_TEXT,
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
    ),
    "file_input": _element(
        "file_input",
        {},
        {
            "action_id": ACTION_ID,
            "filetypes": listing(string(20), 1, 100),
            "max_files": integer(1, 10),
        },
    ),
}
