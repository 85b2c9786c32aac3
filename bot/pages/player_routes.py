"""The routes of a player, the same on every page that plays sound."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.forms import number_in
from bot.pages.live.route import live_route
from bot.pages.responses import render_json, render_sound
from bot.pages.routing import action_route
from bot.usecases.listening.grant import grant
from bot.usecases.listening.progress import record_played
from bot.usecases.listening.subject import Subject


def player_routes(
    context: PageContext,
    prefix: str,
    subject_of: Callable[[str], Subject],
) -> list[BaseRoute]:
    """Return the routes below `prefix`; `subject_of` makes the subject of a key.

    POST <prefix>/<key>/audio is one press of play, POST .../played reports how much of
    the span a press has played, and a player asks GET .../live once a second.
    """

    def play(visit: Visit) -> Response:
        subject = subject_of(visit.key)
        press = visit.form.get("press", "")
        granted = grant(
            visit.services,
            visit.act,
            subject,
            press,
        )
        return render_sound(granted.wav)

    def report(visit: Visit) -> Response:
        has_heard = record_played(
            visit.services,
            visit.act,
            subject_of(visit.key),
            visit.form.get("press", ""),
            played_ms=number_in(visit, "played_ms"),
            loops=number_in(visit, "loops"),
        )
        return render_json({"heard": has_heard})

    return [
        action_route(context, f"{prefix}/{{key}}/audio", play),
        action_route(context, f"{prefix}/{{key}}/played", report),
        live_route(context, f"{prefix}/{{key}}/live", subject_of),
    ]
