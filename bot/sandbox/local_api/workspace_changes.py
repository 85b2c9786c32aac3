"""`/sandbox/change`, `/sandbox/file`: administrators' changes, and dropped files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.activity import accounts, channel_changes, channel_sharing
from bot.sandbox.activity.file_sharing import new_file, share_files
from bot.sandbox.activity.installation import uninstall_app
from bot.sandbox.activity.usergroup_members import set_members
from bot.sandbox.config import ADMIN_USER_ID
from bot.sandbox.errors import SlackError
from bot.sandbox.local_api.json_body import read_json
from bot.sandbox.local_api.person_call import PersonCall, endpoint
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.threads import find_parent_ts


async def change(request: Request) -> Response:
    """Change a person, a channel or a user group, or uninstall the app."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        body = await read_json(request)
        changed = _change(sandbox, body)
    except SlackError as problem:
        return _refusal(problem.code)
    except KeyError as problem:
        return _refusal(f"there is no {problem}")
    except (ValueError, TypeError) as problem:
        return _refusal(f"cannot do that: {problem}")
    return JSONResponse(
        {
            "ok": True,
            **changed,
        }
    )


def _refusal(error: str) -> Response:
    return JSONResponse(
        {
            "ok": False,
            "error": error,
        },
        400,
    )


def _change(sandbox: Sandbox, body: Json) -> Json:
    if "person" in body:
        return _change_person(sandbox, body)
    if "usergroup" in body:
        return _change_usergroup(sandbox, body)
    if "new_channel" in body:
        return _create_channel(sandbox, body)
    if "channel" in body:
        return _change_channel(sandbox, body)
    if body.get("uninstall"):
        uninstall_app(sandbox)
        return {}
    raise ValueError("name person, usergroup, channel, new_channel or uninstall")


def _change_person(sandbox: Sandbox, body: Json) -> Json:
    values = body.get("set") or {}
    if not isinstance(values, dict):
        raise ValueError("set is an object")
    person = accounts.change_person(sandbox, str(body["person"]), values)
    return {"person": person.id}


def _change_usergroup(sandbox: Sandbox, body: Json) -> Json:
    group = sandbox.workspace.usergroups[body["usergroup"]]
    people = sandbox.workspace.people
    members = [people[user_id].id for user_id in body["users"]]
    set_members(sandbox, group, members, by=_administrator(sandbox, body))
    return {"users": list(group.users)}


def _create_channel(sandbox: Sandbox, body: Json) -> Json:
    name = channel_changes.check_free_name(sandbox, str(body["new_channel"]))
    creator = _administrator(sandbox, body)
    private = bool(body.get("private"))
    channel = channel_changes.create(sandbox, name, creator, private=private)
    return {"channel": channel.id}


def _administrator(sandbox: Sandbox, body: Json) -> str:
    """Return the id of the person named in `by`, an administrator by default."""
    user_id = body.get("by") or ADMIN_USER_ID
    return sandbox.workspace.people[str(user_id)].id


def _change_channel(sandbox: Sandbox, body: Json) -> Json:
    channel = sandbox.workspace.channels[body["channel"]]
    if channel.is_direct:
        raise ValueError("direct messages stay as they are")
    by = _administrator(sandbox, body)
    for name, apply in _CHANNEL_CHANGES.items():
        if name in body:
            apply(sandbox, channel, by, body[name])
    return {
        "channel": channel.id,
        "members": list(channel.members),
    }


def _invite_team(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    team: Any,
) -> None:
    del by
    channel_sharing.invite(sandbox, channel, str(team))


def _share(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    team: Any,
) -> None:
    del by
    channel_sharing.share(sandbox, channel, str(team))


def _unshare(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    team: Any,
) -> None:
    del by
    channel_sharing.unshare(sandbox, channel, str(team))


def _join(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    user_id: Any,
) -> None:
    person = sandbox.workspace.people[str(user_id)]
    if person.deleted:
        raise ValueError(f"{person.real_name} is deactivated")
    if person.is_external and person.team_id not in channel.connected_team_ids:
        raise ValueError(f"share the channel with {person.team_id} first")
    if person.enterprise_id and not set(person.team_ids) & set(channel.own_team_ids):
        # The channel is shared with the workspace of this colleague from now on.
        channel.org_team_ids.append(person.team_id)
    inviter: str | None = by
    # Slack names no inviter of a person that joins alone.
    if by == person.id:
        inviter = None
    channel_changes.join(sandbox, channel, person.id, inviter)


def _leave(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    user_id: Any,
) -> None:
    del by
    channel_changes.leave(sandbox, channel, str(user_id))


def _convert(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    private: Any,
) -> None:
    channel_changes.convert(sandbox, channel, by, private=bool(private))


def _rename(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    name: Any,
) -> None:
    free_name = channel_changes.check_free_name(sandbox, str(name))
    channel_changes.rename(sandbox, channel, by, free_name)


def _archive(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    wanted: Any,
) -> None:
    if channel.archived == bool(wanted):
        return
    if wanted:
        channel_changes.archive(sandbox, channel, by)
    else:
        channel_changes.unarchive(sandbox, channel, by)


def _delete(
    sandbox: Sandbox,
    channel: Channel,
    by: str,
    wanted: Any,
) -> None:
    del by
    if wanted:
        channel_changes.delete(sandbox, channel)


Apply = Callable[[Sandbox, Channel, str, Any], None]
_CHANNEL_CHANGES: dict[str, Apply] = {
    "pending_share_with": _invite_team,
    "share_with": _share,
    "unshare_with": _unshare,
    "join": _join,
    "leave": _leave,
    "private": _convert,
    "rename": _rename,
    "archive": _archive,
    "delete": _delete,
}
"""In the order of making them: a share comes before the guest it lets in."""


async def drop_file(call: PersonCall) -> Json:
    """Drop a file into a channel: `name`, `content` (base64), `text`, `thread_ts`."""
    channel = call.writable_channel()
    content = base64.b64decode(call.text("content"), validate=True)
    file = new_file(call.sandbox, call.text("name"), len(content), call.person.id)
    file.content = content
    file.uploaded = True
    message = share_files(
        call.sandbox,
        channel,
        [file],
        call.person.id,
        call.optional_text("text"),
        find_parent_ts(channel, call.optional_text("thread_ts")),
    )
    return {
        "ok": True,
        "file": file.id,
        "ts": message["ts"],
    }


CHANGE_ROUTES = [
    Route("/sandbox/change", change, methods=["POST"]),
    Route("/sandbox/file", endpoint(drop_file), methods=["POST"]),
]
