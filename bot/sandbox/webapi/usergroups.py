"""usergroups.*: the groups that roles are mapped to."""

from __future__ import annotations

from bot.sandbox.config import TEAM_ID
from bot.sandbox.core import Sandbox
from bot.sandbox.delivery.events import publish
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json
from bot.sandbox.usergroups import UserGroup, usergroup_json
from bot.sandbox.webapi.registry import Call, method


@method("usergroups.list", "usergroups:read")
def list_groups(call: Call) -> Json:
    everything = call.sandbox.workspace.usergroups.values()
    chosen = [g for g in everything if not g.date_delete or call.flag("include_disabled")]
    return {"usergroups": [_seen(call, g) for g in chosen]}


@method("usergroups.users.list", "usergroups:read")
def users_list(call: Call) -> Json:
    group = call.sandbox.workspace.usergroups.get(call.text("usergroup"))
    if group is None or (group.date_delete and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


@method("usergroups.create", "usergroups:write")
def create(call: Call) -> Json:
    name, handle = call.text("name"), call.text("handle")
    if not name:
        raise SlackError("missing_subteam_name")
    groups = call.sandbox.workspace.usergroups
    if any(g.name == name for g in groups.values()):
        raise SlackError("name_already_exists")
    handle = handle or name.lower().replace(" ", "-")
    if any(g.handle == handle for g in groups.values()):
        raise SlackError("handle_already_exists")
    group = UserGroup(new_id("S"), name, handle, description=call.text("description"))
    group.created_by = group.updated_by = call.token.user_id
    group.date_create = group.date_update = call.sandbox.clock.seconds()
    groups[group.id] = group
    return {"usergroup": _seen(call, group)}


@method("usergroups.update", "usergroups:write")
def update(call: Call) -> Json:
    group = _group(call)
    for name in ("name", "handle", "description"):
        if call.text(name):
            setattr(group, name, call.text(name))
    _touch(call, group)
    return {"usergroup": _seen(call, group)}


@method("usergroups.disable", "usergroups:write")
def disable(call: Call) -> Json:
    group = _group(call)
    group.date_delete = call.sandbox.clock.seconds()
    _touch(call, group)
    return {"usergroup": _seen(call, group)}


@method("usergroups.enable", "usergroups:write")
def enable(call: Call) -> Json:
    group = _group(call)
    group.date_delete = 0
    _touch(call, group)
    return {"usergroup": _seen(call, group)}


@method("usergroups.users.update", "usergroups:write")
def users_update(call: Call) -> Json:
    group = _group(call)
    users = call.listing("users")
    if not users:
        raise SlackError("no_users_provided")
    people = [call.sandbox.person(u) for u in users]
    if any(p is None or p.deleted or p.is_bot for p in people):
        raise SlackError("invalid_users")
    set_members(call.sandbox, group, users)
    _touch(call, group)
    return {"usergroup": _seen(call, group) | {"users": list(group.users)}}


def set_members(sandbox: Sandbox, group: UserGroup, users: list[str]) -> None:
    """Change who is in a group and announce it."""
    before = list(group.users)
    group.users = users
    added = [u for u in users if u not in before]
    removed = [u for u in before if u not in users]
    sandbox.changed()
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": TEAM_ID,
        "date_previous_update": group.date_update,
        "date_update": sandbox.clock.seconds(),
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": sandbox.clock.next_ts(),
    }
    publish(sandbox, event)


def _group(call: Call) -> UserGroup:
    group = call.sandbox.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("missing_argument")
    return group


def _touch(call: Call, group: UserGroup) -> None:
    group.date_update = call.sandbox.clock.seconds()
    group.updated_by = call.token.user_id
    call.sandbox.changed()


def _seen(call: Call, group: UserGroup) -> Json:
    return usergroup_json(
        group, with_users=call.flag("include_users"), with_count=call.flag("include_count")
    )
