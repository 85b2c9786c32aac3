"""One call of the local API: the person, and the channel, message or view."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.activity.messages import find_message
from bot.sandbox.app.view_stacks import View
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person


class RefusedError(Exception):
    """The call itself makes no sense; `status` is 400, 403 or 404."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass
class PersonCall:
    """The person who acts, and the rest of the call's JSON.

    Every method that looks something up raises RefusedError if it is not there.
    """

    sandbox: Sandbox
    person: Person
    body: Json

    def text(self, name: str) -> str:
        """Return a text argument that must not be empty."""
        value = self.body.get(name)
        if not isinstance(value, str) or value == "":
            raise RefusedError(f"{name} is missing")
        return value

    def optional_text(self, name: str, default: str = "") -> str:
        """Return a text argument, or `default` if it is absent or empty."""
        value = self.body.get(name)
        if not value:
            return default
        return str(value)

    def values(self) -> Json:
        """Return the values typed into a view so far."""
        return self.body.get("values") or {}

    def channel(self) -> Channel:
        """Return the channel of the call, which the person can read."""
        workspace = self.sandbox.workspace
        channel = workspace.visible_channel(self.text("channel"), self.person.id)
        if channel is None:
            raise RefusedError("channel_not_found", 404)
        return channel

    def joined_channel(self) -> Channel:
        """Return the channel of the call, which the person is a member of."""
        channel = self.channel()
        if self.person.id not in channel.members:
            raise RefusedError("not_in_channel", 404)
        return channel

    def writable_channel(self) -> Channel:
        """Return the channel of the call, which the person may write to."""
        channel = self.joined_channel()
        if channel.archived:
            raise RefusedError("is_archived")
        if self.sandbox.manifest.messages_read_only and _is_with_app(channel):
            raise RefusedError("messages_tab_read_only")
        return channel

    def message(self, channel: Channel) -> Json:
        """Return the message of the call, which the person can see."""
        message = find_message(channel, self.text("ts"), self.person.id)
        if message is None:
            raise RefusedError("message_not_found", 404)
        return message

    def own_message(self, channel: Channel) -> Json:
        """Return the message of the call, which the person wrote."""
        message = self.message(channel)
        if message.get("user") != self.person.id:
            raise RefusedError("cant_update_message", 403)
        return message

    def view(self) -> View:
        """Return the view of the call, which the person has open."""
        view = self.sandbox.views.find(self.text("view_id"))
        if view is None or view.user_id != self.person.id:
            raise RefusedError("view_not_found", 404)
        return view


def _is_with_app(channel: Channel) -> bool:
    return channel.kind == "im" and BOT_USER_ID in channel.members


Handler = Callable[[PersonCall], Awaitable[Json]]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that parses a call, finds the person and answers in JSON."""

    async def answer(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        try:
            call = _parse(sandbox, await _read_body(request))
            result = await handler(call)
        except RefusedError as refusal:
            return JSONResponse(
                {
                    "ok": False,
                    "error": refusal.error,
                },
                refusal.status,
            )
        except (ValueError, TypeError) as problem:
            return JSONResponse(
                {
                    "ok": False,
                    "error": str(problem),
                },
                400,
            )
        if request.method != "GET":
            sandbox.mark_changed()
        return JSONResponse(result)

    return answer


def _parse(sandbox: Sandbox, body: Json) -> PersonCall:
    # Slack's own name for the person will do as well.
    user_id = body.get("as") or body.get("user_id")
    person = sandbox.person(str(user_id))
    if person is None:
        raise RefusedError("as must name a person of the workspace")
    if person.deleted:
        raise RefusedError("account_inactive", 403)
    return PersonCall(sandbox, person, body)


async def _read_body(request: Request) -> Json:
    # The chat page reads by GET, and passes its arguments in the query.
    if request.method == "GET":
        return dict(request.query_params)
    content = await request.body()
    if not content:
        return {}
    try:
        body = json.loads(content)
    except ValueError:
        raise RefusedError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("the body is not a JSON object")
    return body
