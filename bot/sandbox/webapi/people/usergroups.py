"""usergroups.*: the groups that roles are mapped to."""

from __future__ import annotations

from bot.sandbox.activity.usergroup_members import (
    announce_group,
    mark_updated,
    set_members,
)
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.usergroups import UserGroup, usergroup_json


@method("usergroups.list", "usergroups:read")
def list_groups(call: Call) -> Json:
    """Return the groups, disabled ones with `include_disabled` only."""
    every = call.workspace.usergroups.values()
    groups = [group for group in every if group.team_id == call.team_id]
    if not call.flag("include_disabled"):
        groups = [group for group in groups if not group.date_delete]
    return {"usergroups": [_shown(call, group) for group in groups]}


@method("usergroups.users.list", "usergroups:read")
def list_users(call: Call) -> Json:
    """Return the members of a group."""
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None or group.team_id != call.team_id:
        raise SlackError("no_such_subteam")
    if group.date_delete and not call.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


@method("usergroups.create", "usergroups:write")
def create_group(call: Call) -> Json:
    """Create a group without members."""
    name = call.text("name")
    if not name:
        raise SlackError("missing_subteam_name")
    default_handle = name.lower().replace(" ", "-")
    handle = call.optional_text("handle") or default_handle
    groups = call.workspace.usergroups
    # A disabled group keeps its name, since it can be enabled again.
    if name in [group.name for group in groups.values()]:
        raise SlackError("name_already_exists")
    if handle in [group.handle for group in groups.values()]:
        raise SlackError("handle_already_exists")
    now = call.sandbox.clock.seconds()
    group = UserGroup(
        new_id("S"),
        name,
        handle,
        description=call.text("description"),
        created_by=call.user_id,
        updated_by=call.user_id,
        date_create=now,
        date_update=now,
    )
    groups[group.id] = group
    announce_group(call.sandbox, "subteam_created", group)
    return {"usergroup": _shown(call, group)}


@method("usergroups.update", "usergroups:write")
def update_group(call: Call) -> Json:
    """Change name, handle or description."""
    group = _group(call)
    for name in ("name", "handle", "description"):
        if call.text(name):
            setattr(group, name, call.text(name))
    return _updated(call, group)


@method("usergroups.disable", "usergroups:write")
def disable_group(call: Call) -> Json:
    """Disable a group; it can be enabled again."""
    group = _group(call)
    group.date_delete = call.sandbox.clock.seconds()
    return _updated(call, group)


@method("usergroups.enable", "usergroups:write")
def enable_group(call: Call) -> Json:
    """Enable a disabled group."""
    group = _group(call)
    group.date_delete = 0
    return _updated(call, group)


@method("usergroups.users.update", "usergroups:write")
def update_users(call: Call) -> Json:
    """Replace the members of a group."""
    group = _group(call)
    users = call.listing("users")
    if not users:
        raise SlackError("no_users_provided")
    for user_id in users:
        person = call.workspace.active_person(user_id)
        if person is None or person.is_bot:
            raise SlackError("invalid_users")
    set_members(call.sandbox, group, users, by=call.user_id)
    shown = _shown(call, group)
    shown["users"] = list(group.users)
    return {"usergroup": shown}


def _group(call: Call) -> UserGroup:
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("missing_argument")
    return group


def _updated(call: Call, group: UserGroup) -> Json:
    """Announce a change of a group, and return the method's answer."""
    mark_updated(call.sandbox, group, call.user_id)
    announce_group(call.sandbox, "subteam_updated", group)
    return {"usergroup": _shown(call, group)}


def _shown(call: Call, group: UserGroup) -> Json:
    return usergroup_json(
        group,
        with_users=call.flag("include_users"),
        with_count=call.flag("include_count"),
    )
