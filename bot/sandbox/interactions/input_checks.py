"""The checks of a modal's inputs that Slack's own client makes before it submits."""

from __future__ import annotations

from bot.sandbox.app.view_stacks import View
from bot.sandbox.block_kit.elements import elements_of, state_is_empty
from bot.sandbox.types import Json

_MAX_LENGTH = 3000


def check_inputs(view: View) -> dict[str, str]:
    """Return the problems, by block id, for which a modal is not sent to the app."""
    problems = {}
    for block in view.blocks():
        if block["type"] != "input":
            continue
        block_id = block["block_id"]
        element = next(elements_of(block))
        states = view.values.get(block_id, {})
        state = states.get(element["action_id"], {})
        problem = _check_input(block, element, state)
        if problem:
            problems[block_id] = problem
    return problems


def _check_input(
    block: Json,
    element: Json,
    state: Json,
) -> str | None:
    if state_is_empty(state):
        if block.get("optional"):
            return None
        return "Please complete this required field."
    value = str(state.get("value"))
    if element["type"] == "plain_text_input":
        return _check_length(element, value)
    if element["type"] == "number_input":
        return _check_number(element, value)
    return None


def _check_length(element: Json, value: str) -> str | None:
    shortest = element.get("min_length", 0)
    longest = element.get("max_length", _MAX_LENGTH)
    if len(value) < shortest:
        return f"Please use at least {shortest} characters."
    if len(value) > longest:
        return f"Please use at most {longest} characters."
    return None


def _check_number(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != int(number):
        return "Please enter a whole number."
    if number < float(element.get("min_value", number)):
        return f"Please enter a number of at least {element['min_value']}."
    if number > float(element.get("max_value", number)):
        return f"Please enter a number of at most {element['max_value']}."
    return None
