"""Interactive elements: finding them, their state in Slack's shape, and what a person
put in.
"""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.types import Json

_SINGLE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_OPTION_LISTS = {"checkboxes", "multi_static_select", "multi_external_select"}
_PLAIN = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}
STATEFUL = _SINGLE_OPTION - {"overflow"} | _OPTION_LISTS | set(_PLAIN)


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements of one block."""
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield block[key]
    if block.get("type") in ("actions", "context_actions"):
        yield from (e for e in block.get("elements", []) if isinstance(e, dict))
    if block.get("type") == "card":
        yield from (e for e in block.get("actions", []) if isinstance(e, dict))
    for child in nested_blocks(block):
        yield from elements_of(child)


def nested_blocks(block: Json) -> list[Json]:
    """Blocks inside a block: the children of a container, the cards of a carousel."""
    if block.get("type") == "container":
        return list(block.get("child_blocks") or [])
    return list(block.get("elements", [])) if block.get("type") == "carousel" else []


def find_element(
    blocks: list[Json], action_id: str, block_id: str | None
) -> tuple[Json, Json] | None:
    """The (block, element) with this action_id, in `block_id` when given."""
    for block in blocks:
        if block_id in (None, block.get("block_id")):
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None


def initial_state(blocks: list[Json]) -> Json:
    """`state.values` before anybody touched anything."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in STATEFUL:
                state = element_state(element, _initial(element))
                values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def element_state(element: Json, value: Any) -> Json:
    """The state of one element for a value as the chat page or a test gives it.

    Options are named by their `value` (a list of them for several); an option object is
    taken as it is, which external selects need. Raises ValueError when an option is not
    on offer.
    """
    kind = element["type"]
    if kind in _SINGLE_OPTION:
        return {"type": kind, "selected_option": _option(element, value)}
    if kind in _OPTION_LISTS:
        chosen = [_option(element, v) for v in value or []]
        return {"type": kind, "selected_options": chosen}
    key = _PLAIN[kind]
    if key == "value":
        value = None if value in (None, "") else str(value)
    if kind.startswith("multi_") or kind == "file_input":
        value = list(value or [])
    return {"type": kind, key: value}


def state_is_empty(state: Json) -> bool:
    return not any(value for key, value in state.items() if key != "type")


def options_of(element: Json) -> list[Json]:
    grouped = [
        o for g in element.get("option_groups") or [] for o in g.get("options", [])
    ]
    return list(element.get("options") or []) + grouped


def _option(element: Json, value: Any) -> Json | None:
    if value is None or value == "" or isinstance(value, dict):
        return value or None
    found = next((o for o in options_of(element) if o.get("value") == value), None)
    if found is None:
        raise ValueError(f"{element.get('action_id')} offers no option {value!r}")
    return found


def _initial(element: Json) -> Any:
    kind = element["type"]
    if kind in _SINGLE_OPTION:
        return element.get("initial_option")
    if kind in _OPTION_LISTS:
        return element.get("initial_options")
    return element.get(_INITIAL.get(kind, "initial_value"))
