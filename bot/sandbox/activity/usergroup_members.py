"""Change user groups, and announce it."""

from __future__ import annotations

from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.usergroups import UserGroup, usergroup_json

_USERS_IN_EVENT = 500


def set_members(
    sandbox: Sandbox,
    group: UserGroup,
    users: list[str],
    *,
    by: str,
) -> None:
    """Change the members of a group; announce the difference, then the whole group."""
    # The first event names the difference, which needs the old members.
    before = list(group.users)
    group.users = list(dict.fromkeys(users))
    added = [user for user in group.users if user not in before]
    removed = [user for user in before if user not in group.users]
    previous_update = group.date_update
    mark_updated(sandbox, group, by)
    event = new_event(
        sandbox,
        "subteam_members_changed",
        subteam_id=group.id,
        team_id=group.team_id,
        date_previous_update=previous_update,
        date_update=group.date_update,
        added_users=added,
        added_users_count=len(added),
        removed_users=removed,
        removed_users_count=len(removed),
    )
    publish(sandbox, event)
    announce_group(sandbox, "subteam_updated", group)


def mark_updated(
    sandbox: Sandbox,
    group: UserGroup,
    by: str,
) -> None:
    """Note the time and the author of a change, and have pages redrawn."""
    group.date_update = sandbox.clock.seconds()
    group.updated_by = by
    sandbox.mark_changed()
    sandbox.feed.send({"type": "channels"})


def announce_group(
    sandbox: Sandbox,
    name: str,
    group: UserGroup,
) -> None:
    """Publish the group, with at most 500 people (page "subteam_updated event")."""
    whole = usergroup_json(group, with_users=True)
    # user_count still counts all of them.
    whole["users"] = whole["users"][:_USERS_IN_EVENT]
    publish(sandbox, new_event(sandbox, name, subteam=whole))
