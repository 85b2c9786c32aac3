"""Open the app's Home tab."""

from __future__ import annotations

from bot.sandbox.app.view_stacks import view_json
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.delivery.events import new_event, publish_and_wait
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.people import Person


async def open_home(
    sandbox: Sandbox,
    person: Person,
    tab: str = "home",
) -> Json:
    """Deliver app_home_opened for a tab, and return the Home view published by then."""
    channel = sandbox.workspace.open_im(BOT_USER_ID, person.id)
    event = new_event(
        sandbox,
        "app_home_opened",
        user=person.id,
        channel=channel.id,
        tab=tab,
    )
    # The event carries the view as the person sees it at this moment.
    known = home_json(sandbox, person)
    if known is not None and tab == "home":
        event["view"] = known
    error = await publish_and_wait(sandbox, event)
    view = home_json(sandbox, person)
    if error is not None:
        return {
            "ok": False,
            "view": view,
            "error": error,
        }
    return {
        "ok": True,
        "view": view,
    }


def home_json(sandbox: Sandbox, person: Person) -> Json | None:
    """Return the Home view published for a person, or None."""
    view = sandbox.views.homes.get(person.id)
    if view is None:
        return None
    return view_json(view)
