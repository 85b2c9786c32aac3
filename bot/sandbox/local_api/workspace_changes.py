"""`/sandbox/change`, `/sandbox/file`: what administrators and people do."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.activity import accounts, channel_sharing, membership
from bot.sandbox.activity.file_uploads import new_file, share
from bot.sandbox.config import BOT_TOKEN
from bot.sandbox.delivery.events import publish
from bot.sandbox.errors import SlackError
from bot.sandbox.local_api.fault_controls import read_json
from bot.sandbox.local_api.person_actions import Act, endpoint
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.access.auth import revoke
from bot.sandbox.webapi.channels.conversations import free_name
from bot.sandbox.webapi.lookup import thread_parent
from bot.sandbox.webapi.people.usergroups import set_members
from bot.sandbox.workspace.channels import Channel

ADMIN = "U0ADMIN01"


async def change(request: Request) -> Response:
    """Change a person, a channel or a user group, or uninstall the app; the app hears
    of it.
    """
    sandbox: Sandbox = request.app.state.sandbox
    try:
        return JSONResponse({"ok": True, **_change(sandbox, await read_json(request))})
    except SlackError as problem:
        return JSONResponse({"ok": False, "error": problem.code}, 400)
    except KeyError as problem:
        return JSONResponse({"ok": False, "error": f"there is no {problem}"}, 400)
    except (ValueError, TypeError) as problem:
        return JSONResponse({"ok": False, "error": f"cannot do that: {problem}"}, 400)


def _change(sandbox: Sandbox, body: Json) -> Json:
    if "person" in body:
        values = body.get("set") or {}
        if not isinstance(values, dict):
            raise ValueError("set is an object")
        person = accounts.change_person(sandbox, str(body["person"]), values)
        return {"person": person.id}
    if "usergroup" in body:
        group = sandbox.workspace.usergroups[body["usergroup"]]
        members = [sandbox.workspace.people[u].id for u in body["users"]]
        set_members(sandbox, group, members, by=_actor(sandbox, body))
        return {"users": list(group.users)}
    if "new_channel" in body:
        name, private = (
            free_name(sandbox, str(body["new_channel"])),
            bool(body.get("private")),
        )
        creator = _actor(sandbox, body)
        return {
            "channel": membership.create(sandbox, name, creator, private=private).id
        }
    if "channel" in body:
        return _change_channel(
            sandbox, sandbox.workspace.channels[body["channel"]], body
        )
    if body.get("uninstall"):
        revoke(sandbox, BOT_TOKEN)
        publish(sandbox, {"type": "app_uninstalled"})
        return {}
    raise ValueError("say person, usergroup, channel, new_channel or uninstall")


def _actor(sandbox: Sandbox, body: Json) -> str:
    return sandbox.workspace.people[str(body.get("by") or ADMIN)].id


def _change_channel(sandbox: Sandbox, channel: Channel, body: Json) -> Json:
    if channel.kind not in ("channel", "group"):
        raise ValueError("direct messages stay as they are")
    by = _actor(sandbox, body)
    for name, apply in _CHANNEL_CHANGES.items():
        if name in body:
            apply(sandbox, channel, by, body[name])
    return {"channel": channel.id, "members": list(channel.members)}


def _join(sandbox: Sandbox, channel: Channel, by: str, user_id: Any) -> None:
    person = sandbox.workspace.people[str(user_id)]
    if person.deleted:
        raise ValueError(f"{person.real_name} is deactivated")
    if person.is_external and person.team_id not in channel.connected_team_ids:
        raise ValueError(f"share the channel with {person.team_id} first")
    inviter = None if by == person.id else by
    membership.join(sandbox, channel, person.id, inviter)


def _archive(sandbox: Sandbox, channel: Channel, by: str, wanted: Any) -> None:
    if channel.archived != bool(wanted):
        (membership.archive if wanted else membership.unarchive)(sandbox, channel, by)


def _rename(sandbox: Sandbox, channel: Channel, by: str, name: Any) -> None:
    membership.rename(sandbox, channel, by, free_name(sandbox, str(name)))


def _delete(sandbox: Sandbox, channel: Channel, by: str, wanted: Any) -> None:
    del by
    if wanted:
        membership.delete(sandbox, channel)


Apply = Callable[[Sandbox, Channel, str, Any], None]
_CHANNEL_CHANGES: dict[str, Apply] = {
    "pending_share_with": lambda s, c, _, team: channel_sharing.invite(s, c, str(team)),
    "share_with": lambda s, c, _, team: channel_sharing.share(s, c, str(team)),
    "unshare_with": lambda s, c, _, team: channel_sharing.unshare(s, c, str(team)),
    "join": _join,
    "leave": lambda s, c, _, user_id: membership.leave(s, c, str(user_id)),
    "private": lambda s, c, by, wanted: membership.convert(
        s, c, by, private=bool(wanted)
    ),
    "rename": _rename,
    "archive": _archive,
    "delete": _delete,
}
"""In this order when one call has several: a share before the outsider who joins through it."""


async def drop_file(act: Act) -> Json:
    """A person drops a file into a channel: `name`, `content` (base64), `text`,
    `thread_ts`.
    """
    channel = act.writable_channel()
    content = base64.b64decode(act.text("content"), validate=True)
    file = new_file(act.sandbox, act.text("name"), len(content), act.person.id)
    file.content, file.uploaded = content, True
    wanted = act.body.get("thread_ts")
    thread_ts = thread_parent(channel, str(wanted)) if wanted else None
    text = str(act.body.get("text") or "")
    message = share(act.sandbox, channel, [file], act.person.id, text, thread_ts)
    return {"ok": True, "file": file.id, "ts": message["ts"]}


CHANGE_ROUTES = [
    Route("/sandbox/change", change, methods=["POST"]),
    Route("/sandbox/file", endpoint(drop_file), methods=["POST"]),
]
