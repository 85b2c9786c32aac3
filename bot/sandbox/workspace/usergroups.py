"""User groups and their JSON."""

from dataclasses import dataclass, field

from bot.sandbox.config import ADMIN_USER_ID, TEAM_ID
from bot.sandbox.types import Json


@dataclass
class UserGroup:
    """A user group ("subteam"). `date_delete` is 0 while it is enabled."""

    id: str
    name: str
    handle: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    created_by: str = ADMIN_USER_ID
    updated_by: str = ADMIN_USER_ID
    date_create: int = 1_700_000_000
    date_update: int = 1_700_000_000
    date_delete: int = 0
    channels: list[str] = field(default_factory=list)
    team_id: str = TEAM_ID


def usergroup_json(
    group: UserGroup,
    *,
    with_users: bool = False,
    with_count: bool = False,
) -> Json:
    """Return the object of usergroups.* answers and subteam events."""
    answer: Json = {
        "id": group.id,
        "team_id": group.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.date_create,
        "date_update": group.date_update,
        "date_delete": group.date_delete,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.updated_by,
        "prefs": {
            "channels": list(group.channels),
            "groups": [],
        },
        "channel_count": len(group.channels),
    }
    if with_users:
        answer["users"] = list(group.users)
        with_count = True
    if with_count:
        answer["user_count"] = len(group.users)
    return answer
