"""What administrators do to people: add, change, make a guest, deactivate."""

from __future__ import annotations

from typing import Any

from bot.sandbox.delivery.events import publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.people.users import announce_change
from bot.sandbox.workspace.people import Person, user_json

_FIXED = {"id", "updated", "photo"}


def change_person(sandbox: Sandbox, user_id: str, values: Json) -> Person:
    """Set facts about a person, who is added if nobody has this id. Raises
    ValueError.
    """
    known = sandbox.person(user_id)
    person = known or Person(
        user_id, str(values.get("real_name", user_id)), user_id.lower()
    )
    checked = {name: _checked(person, name, value) for name, value in values.items()}
    sandbox.workspace.people[user_id] = person
    for name, value in (checked | _implied(checked)).items():
        setattr(person, name, value)
    if person.deleted:
        _remove_from_channels(sandbox, person)
    if known is None:
        whole = user_json(person, sandbox.base_url)
        event = {
            "type": "team_join",
            "user": whole,
            "event_ts": sandbox.clock.next_ts(),
        }
        publish(sandbox, event)
    announce_change(sandbox, person)
    return person


def _checked(person: Person, name: str, value: Any) -> Any:
    known = getattr(person, name, None)
    if name not in person.__dataclass_fields__ or name in _FIXED:
        raise ValueError(f"a person has no {name!r} that can be set")
    missing = value == "" and name in ("real_name", "name", "team_id")
    if missing or type(value) is not type(known):
        raise ValueError(f"{name} is a {type(known).__name__}, not {value!r}")
    return value


def _implied(values: Json) -> Json:
    """A single-channel guest is a guest, and who is no guest is not one of a single
    channel.
    """
    if values.get("is_ultra_restricted"):
        return {"is_restricted": True}
    if values.get("is_restricted") is False:
        return {"is_ultra_restricted": False}
    return {}


def _remove_from_channels(sandbox: Sandbox, person: Person) -> None:
    """Deactivated people leave all channels (help page "Deactivate a member's
    account").
    """
    for channel in sandbox.workspace.channels_of(person.id):
        if channel.kind in ("channel", "group"):
            channel.members.remove(person.id)
