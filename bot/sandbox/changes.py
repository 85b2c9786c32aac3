"""`/sandbox/change`, `/sandbox/file`: what administrators and people do."""

from __future__ import annotations

import base64
from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import membership
from bot.sandbox.channels import Channel
from bot.sandbox.config import BOT_TOKEN
from bot.sandbox.control import read_json
from bot.sandbox.core import Sandbox
from bot.sandbox.delivery.events import publish
from bot.sandbox.driver import Act, endpoint
from bot.sandbox.people import Person, user_json
from bot.sandbox.types import Json
from bot.sandbox.uploads import new_file, share
from bot.sandbox.webapi.auth import revoke
from bot.sandbox.webapi.lookup import thread_parent
from bot.sandbox.webapi.usergroups import set_members
from bot.sandbox.webapi.users import announce_change

ADMIN = "U0ADMIN01"
_SETTABLE = {f.name for f in fields(Person)} - {"id", "updated"}


async def change(request: Request) -> Response:
    """Change a person, a channel or a user group, or uninstall the app; the app hears of it."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        return JSONResponse({"ok": True, **_change(sandbox, await read_json(request))})
    except (KeyError, ValueError, TypeError) as problem:
        return JSONResponse({"ok": False, "error": f"cannot do that: {problem}"}, 400)


def _change(sandbox: Sandbox, body: Json) -> Json:
    if "person" in body:
        return _change_person(sandbox, str(body["person"]), body.get("set") or {})
    if "usergroup" in body:
        group = sandbox.workspace.usergroups[body["usergroup"]]
        set_members(sandbox, group, [sandbox.workspace.people[u].id for u in body["users"]])
        return {"users": list(group.users)}
    if "new_channel" in body:
        name, private = str(body["new_channel"]), bool(body.get("private"))
        return {"channel": membership.create(sandbox, name, ADMIN, private=private).id}
    if "channel" in body:
        return _change_channel(sandbox, sandbox.workspace.channels[body["channel"]], body)
    if body.get("uninstall"):
        revoke(sandbox, BOT_TOKEN)
        publish(sandbox, {"type": "app_uninstalled"})
        return {}
    raise ValueError("say person, usergroup, channel, new_channel or uninstall")


def _change_person(sandbox: Sandbox, user_id: str, values: Json) -> Json:
    unknown = set(values) - _SETTABLE
    if unknown:
        raise ValueError(f"a person has no {sorted(unknown)}")
    person = sandbox.person(user_id)
    is_new = person is None
    if person is None:
        person = Person(user_id, values.get("real_name", user_id), user_id.lower())
        sandbox.workspace.people[user_id] = person
    for name, value in values.items():
        setattr(person, name, value)
    if is_new:
        whole = user_json(person, sandbox.base_url)
        event = {"type": "team_join", "user": whole, "event_ts": sandbox.clock.next_ts()}
        publish(sandbox, event)
    announce_change(sandbox, person)
    return {"person": person.id}


def _change_channel(sandbox: Sandbox, channel: Channel, body: Json) -> Json:
    by = str(body.get("by") or ADMIN)
    if "join" in body:
        membership.join(sandbox, channel, sandbox.workspace.people[body["join"]].id, by)
    if "leave" in body:
        membership.leave(sandbox, channel, str(body["leave"]))
    if "archive" in body:
        action = membership.archive if body["archive"] else membership.unarchive
        action(sandbox, channel, by)
    if "rename" in body:
        membership.rename(sandbox, channel, by, str(body["rename"]))
    if "share_with" in body:
        membership.share(sandbox, channel, str(body["share_with"]))
    if "pending_share_with" in body:
        channel.pending_team_ids.append(str(body["pending_share_with"]))
    if "unshare_with" in body:
        membership.unshare(sandbox, channel, str(body["unshare_with"]))
    if body.get("delete"):
        membership.delete(sandbox, channel)
    return {"channel": channel.id, "members": list(channel.members)}


async def drop_file(act: Act) -> Json:
    """A person drops a file into a channel: `name`, `content` (base64), `text`, `thread_ts`."""
    channel = act.joined_channel()
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
