"""Values of Slack's payloads, which may lack a key or hold null instead."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slack_sdk.web import SlackResponse


def object_in(
    payload: Mapping[str, Any],
    name: str,
) -> dict[str, Any]:
    """Return an object of a payload; empty without one."""
    return payload.get(name) or {}


def list_in(
    payload: Mapping[str, Any],
    name: str,
) -> list[Any]:
    """Return a list of a payload; empty without one."""
    return payload.get(name) or []


def text_in(
    payload: Mapping[str, Any],
    name: str,
) -> str:
    """Return a text of a payload; empty without one."""
    return str(payload.get(name) or "")


def input_in(
    view: Mapping[str, Any],
    name: str,
) -> dict[str, Any]:
    """Return the state of an input, whose block and action have the same id."""
    values = view["state"]["values"]
    return object_in(object_in(values, name), name)


def next_cursor(page: SlackResponse) -> str:
    """Return the cursor of the page that follows; empty after the last page."""
    metadata = page.get("response_metadata") or {}
    return text_in(metadata, "next_cursor")


def pages(call: Callable[[str | None], SlackResponse]) -> Iterator[SlackResponse]:
    """Yield each page of a list; `call` reads the page at a cursor, None at first."""
    cursor: str | None = None
    while cursor != "":
        page = call(cursor)
        yield page
        cursor = next_cursor(page)


def is_person(slack_id: str) -> bool:
    """Return whether an id is that of a person; W ids are those of large companies."""
    return slack_id.startswith(("U", "W"))
