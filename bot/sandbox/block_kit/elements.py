"""Find interactive elements, and hold what a person entered in Slack's shape."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.types import Json

_SINGLE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_OPTION_LISTS = {"checkboxes", "multi_static_select", "multi_external_select"}
_STATE_KEYS = {
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
"""The key of the value in an element's state, by type, for all without options."""
_INITIAL_KEYS = {
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
STATEFUL = _SINGLE_OPTION - {"overflow"} | _OPTION_LISTS | set(_STATE_KEYS)
"""The types of element that have a state in `state.values`."""
_ELEMENT_LISTS = {
    "actions": "elements",
    "context_actions": "elements",
    "card": "actions",
}
"""The key of the list of elements, by type of block."""


def elements_of(block: Json) -> Iterator[Json]:
    """Yield the interactive elements of one block and of the blocks inside it."""
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield block[key]
    list_key = _ELEMENT_LISTS.get(block.get("type", ""))
    if list_key is not None:
        for element in block.get(list_key, []):
            if isinstance(element, dict):
                yield element
    for child in nested_blocks(block):
        yield from elements_of(child)


def nested_blocks(block: Json) -> list[Json]:
    """Return the children of a container, the cards of a carousel, else nothing."""
    kind = block.get("type")
    if kind == "container":
        return _items(block, "child_blocks")
    if kind == "carousel":
        return list(block.get("elements", []))
    return []


def find_element(
    blocks: list[Json],
    action_id: str,
    block_id: str | None,
) -> tuple[Json, Json] | None:
    """Return the block and the element with this action_id, or None.

    With a `block_id`, only that block is searched.
    """
    for block in blocks:
        # An action_id is unique within its block only.
        if block_id not in (None, block.get("block_id")):
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def initial_state(blocks: list[Json]) -> Json:
    """Return `state.values` of blocks in which nothing was entered yet."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") not in STATEFUL:
                continue
            state = element_state(element, _initial_value(element))
            by_action = values.setdefault(block["block_id"], {})
            # Slack lists every stateful element, untouched ones too.
            by_action[element["action_id"]] = state
    return values


def element_state(element: Json, value: Any) -> Json:
    """Return the state of one element for a value as the chat page gives it.

    Options are named by their `value` (a list of them for several); an option object is
    taken as it is, which external selects need. Raises ValueError for an option that
    the element does not offer.
    """
    kind = element["type"]
    if kind in _SINGLE_OPTION:
        return {
            "type": kind,
            "selected_option": _option(element, value),
        }
    if kind in _OPTION_LISTS:
        chosen = [_option(element, option) for option in _several(value)]
        return {
            "type": kind,
            "selected_options": chosen,
        }
    key = _STATE_KEYS[kind]
    if key == "value":
        return {
            "type": kind,
            key: _typed_text(value),
        }
    if kind == "file_input" or kind.startswith("multi_"):
        return {
            "type": kind,
            key: _several(value),
        }
    return {
        "type": kind,
        key: value,
    }


def _several(value: Any) -> list[Any]:
    """Return the chosen values of an element that takes several."""
    if not value:
        return []
    return list(value)


def _typed_text(value: Any) -> str | None:
    """Return text as a string, and None for an empty field, as Slack does."""
    if value in (None, ""):
        return None
    return str(value)


def state_is_empty(state: Json) -> bool:
    """Return whether an element's state holds no value."""
    return not any(value for key, value in state.items() if key != "type")


def options_of(element: Json) -> list[Json]:
    """Return the options of an element, those of its groups last."""
    options = _items(element, "options")
    for group in _items(element, "option_groups"):
        options += _items(group, "options")
    return options


def _items(holder: Json, key: str) -> list[Json]:
    """Return a copy of a list, which JSON may leave out or hold as null."""
    items = holder.get(key)
    if items is None:
        return []
    return list(items)


def _option(element: Json, value: Any) -> Json | None:
    if value in (None, "", {}):
        return None
    if isinstance(value, dict):
        return value
    for option in options_of(element):
        if option.get("value") == value:
            return option
    raise ValueError(f"{element.get('action_id')} offers no option {value!r}")


def _initial_value(element: Json) -> Any:
    kind = element["type"]
    if kind in _SINGLE_OPTION:
        return element.get("initial_option")
    if kind in _OPTION_LISTS:
        return element.get("initial_options")
    return element.get(_INITIAL_KEYS.get(kind, "initial_value"))
