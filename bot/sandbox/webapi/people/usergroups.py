"""usergroups.*: the groups that roles are mapped to."""

from __future__ import annotations

from bot.sandbox.config import TEAM_ID
from bot.sandbox.delivery.events import publish
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.usergroups import UserGroup, usergroup_json

_USERS_IN_EVENT = 500


@method("usergroups.list", "usergroups:read")
def list_groups(call: Call) -> Json:
    everything = call.sandbox.workspace.usergroups.values()
    chosen = [
        g for g in everything if not g.date_delete or call.flag("include_disabled")
    ]
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
    _announce(call.sandbox, "subteam_created", group)
    return {"usergroup": _seen(call, group)}


@method("usergroups.update", "usergroups:write")
def update(call: Call) -> Json:
    group = _group(call)
    for name in ("name", "handle", "description"):
        if call.text(name):
            setattr(group, name, call.text(name))
    return _updated(call, group)


@method("usergroups.disable", "usergroups:write")
def disable(call: Call) -> Json:
    group = _group(call)
    group.date_delete = call.sandbox.clock.seconds()
    return _updated(call, group)


@method("usergroups.enable", "usergroups:write")
def enable(call: Call) -> Json:
    group = _group(call)
    group.date_delete = 0
    return _updated(call, group)


@method("usergroups.users.update", "usergroups:write")
def users_update(call: Call) -> Json:
    group = _group(call)
    users = call.listing("users")
    if not users:
        raise SlackError("no_users_provided")
    people = [call.sandbox.person(u) for u in users]
    if any(p is None or p.deleted or p.is_bot for p in people):
        raise SlackError("invalid_users")
    set_members(call.sandbox, group, users, by=call.token.user_id)
    return {"usergroup": _seen(call, group) | {"users": list(group.users)}}


def set_members(
    sandbox: Sandbox, group: UserGroup, users: list[str], *, by: str
) -> None:
    """Change who is in a group and announce it: the delta, then the whole group."""
    before, group.users = list(group.users), list(dict.fromkeys(users))
    added = [u for u in group.users if u not in before]
    removed = [u for u in before if u not in group.users]
    previous_update = group.date_update
    _touch(sandbox, group, by)
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": TEAM_ID,
        "date_previous_update": previous_update,
        "date_update": group.date_update,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": sandbox.clock.next_ts(),
    }
    publish(sandbox, event)
    _announce(sandbox, "subteam_updated", group)


def _announce(sandbox: Sandbox, name: str, group: UserGroup) -> None:
    """The whole group, with at most 500 of its people (title "subteam_updated
    event").
    """
    whole = usergroup_json(group, with_users=True)
    whole["users"] = whole["users"][:_USERS_IN_EVENT]
    publish(
        sandbox, {"type": name, "subteam": whole, "event_ts": sandbox.clock.next_ts()}
    )


def _group(call: Call) -> UserGroup:
    group = call.sandbox.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("missing_argument")
    return group


def _touch(sandbox: Sandbox, group: UserGroup, by: str) -> None:
    group.date_update = sandbox.clock.seconds()
    group.updated_by = by
    sandbox.changed()
    sandbox.hub.tell({"type": "channels"})


def _updated(call: Call, group: UserGroup) -> Json:
    _touch(call.sandbox, group, call.token.user_id)
    _announce(call.sandbox, "subteam_updated", group)
    return {"usergroup": _seen(call, group)}


def _seen(call: Call, group: UserGroup) -> Json:
    return usergroup_json(
        group,
        with_users=call.flag("include_users"),
        with_count=call.flag("include_count"),
    )
