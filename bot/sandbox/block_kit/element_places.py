"""Checks of the elements that each kind of block may hold."""

from __future__ import annotations

from bot.sandbox.block_kit.checks import Check, typed
from bot.sandbox.block_kit.element_checks import ELEMENTS, IMAGE
from bot.sandbox.block_kit.text_checks import any_text

_SELECTS = {kind for kind in ELEMENTS if kind.endswith("_select")}
_PICKERS = {"datepicker", "timepicker", "checkboxes", "radio_buttons"}
_BUTTONS = {"button", "overflow", "workflow_button"}
_FIELDS = {
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
}
_IN_ACTIONS = {
    *_SELECTS,
    *_PICKERS,
    *_BUTTONS,
    "datetimepicker",
    "rich_text_input",
}


def _some(kinds: set[str]) -> dict[str, Check]:
    return {kind: ELEMENTS[kind] for kind in kinds}


IN_ACTIONS = typed(_some(_IN_ACTIONS))
IN_SECTION = typed(
    {
        **_some(_SELECTS | _PICKERS | _BUTTONS),
        "image": IMAGE,
    }
)
IN_INPUT = typed(_some({*_SELECTS, *_PICKERS, *_FIELDS, "datetimepicker"}))
IN_CONTEXT_ACTIONS = typed(_some({"feedback_buttons", "icon_button"}))
IN_CONTEXT = typed(
    {
        "image": IMAGE,
        "plain_text": any_text(2000),
        "mrkdwn": any_text(2000),
    }
)
