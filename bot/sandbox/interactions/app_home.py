"""Opening the app's Home tab."""

from __future__ import annotations

from bot.sandbox.app.view_stacks import view_json
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.delivery.events import publish_and_wait
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.people import Person


async def open_home(sandbox: Sandbox, person: Person, tab: str = "home") -> Json:
    """Open the app's Home (or messages) tab: app_home_opened, then whatever was
    published.
    """
    channel = sandbox.workspace.open_im(BOT_USER_ID, person.id)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": sandbox.clock.next_ts(),
    }
    known = sandbox.views.homes.get(person.id)
    if known is not None and tab == "home":
        event["view"] = view_json(known)
    error = await publish_and_wait(sandbox, event)
    view = sandbox.views.homes.get(person.id)
    answer: Json = {"ok": error is None, "view": view_json(view) if view else None}
    return answer if error is None else answer | {"error": error}
