"""Administrators' changes to people: add, change, make a guest, deactivate."""

from __future__ import annotations

from typing import Any

from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.people import Person, user_json

_FIXED = {"id", "updated", "photo"}
_NEVER_EMPTY = {"real_name", "name", "team_id"}


def change_person(
    sandbox: Sandbox,
    user_id: str,
    values: Json,
) -> Person:
    """Set facts about a person, added if the id is new, and return the person.

    Raises ValueError for a fact that does not exist or of the wrong type.
    """
    person = sandbox.person(user_id)
    is_new = person is None
    if person is None:
        real_name = str(values.get("real_name", user_id))
        person = Person(user_id, real_name, user_id.lower())
    # All values are checked before the first is set.
    for name, value in values.items():
        _check_fact(person, name, value)
    sandbox.workspace.people[user_id] = person
    for name, value in (values | _implied(values)).items():
        setattr(person, name, value)
    if person.deleted:
        _remove_from_channels(sandbox, person)
    if is_new:
        user = user_json(person, sandbox.base_url)
        publish(sandbox, new_event(sandbox, "team_join", user=user))
    announce_change(sandbox, person)
    return person


def announce_change(sandbox: Sandbox, person: Person) -> None:
    """Publish user_change, and have pages redrawn."""
    # Apps compare this time with the one in their cache.
    person.updated = sandbox.clock.seconds()
    event = new_event(
        sandbox,
        "user_change",
        user=user_json(person, sandbox.base_url),
        cache_ts=person.updated,
    )
    publish(sandbox, event)
    sandbox.mark_changed()
    sandbox.feed.send({"type": "channels"})


def _check_fact(
    person: Person,
    name: str,
    value: Any,
) -> None:
    if name not in person.__dataclass_fields__ or name in _FIXED:
        raise ValueError(f"a person has no {name!r} that can be set")
    known_type = type(getattr(person, name))
    problem = f"{name} is a {known_type.__name__}, not {value!r}"
    # `type` and not isinstance, to which True is a number.
    if type(value) is not known_type:
        raise ValueError(problem)
    if value == "" and name in _NEVER_EMPTY:
        raise ValueError(problem)


def _implied(values: Json) -> Json:
    """Return the flag that follows: a single-channel guest is one kind of guest."""
    if values.get("is_ultra_restricted"):
        return {"is_restricted": True}
    if values.get("is_restricted") is False:
        return {"is_ultra_restricted": False}
    return {}


def _remove_from_channels(sandbox: Sandbox, person: Person) -> None:
    """Take a deactivated person out of all channels.

    Source: the help page "Deactivate a member's account".
    """
    for channel in sandbox.workspace.channels_of(person.id):
        if not channel.is_direct:
            channel.members.remove(person.id)
