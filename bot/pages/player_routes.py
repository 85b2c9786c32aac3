"""The routes of a player, the same on every page that plays sound."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import Site, Visit
from bot.pages.forms import number_in
from bot.pages.responses import json, may_play, sound
from bot.pages.routing import action, page
from bot.rules.people import permission
from bot.text import pages
from bot.usecases.listening.grant import grant
from bot.usecases.listening.progress import live, played
from bot.usecases.listening.subject import Subject


def player_routes(
    site: Site, prefix: str, subject_of: Callable[[str], Subject]
) -> list[BaseRoute]:
    """Return the routes below `prefix`; `subject_of` makes the subject of a key.

    POST <prefix>/<key>/audio is one press of play, POST .../played reports how much of
    the span a press has played, and a player asks GET .../live once a second.
    """

    def audio(visit: Visit) -> Response:
        subject = subject_of(visit.key)
        press = visit.form.get("press", "")
        return sound(grant(visit.services, visit.act, subject, press).wav)

    def report(visit: Visit) -> Response:
        has_heard = played(
            visit.services,
            visit.act,
            subject_of(visit.key),
            visit.form.get("press", ""),
            played_ms=number_in(visit, "played_ms"),
            loops=number_in(visit, "loops"),
        )
        return json({"heard": has_heard})

    return [
        action(site, f"{prefix}/{{key}}/audio", audio),
        action(site, f"{prefix}/{{key}}/played", report),
        page(site, f"{prefix}/{{key}}/live", lambda visit: _live(visit, subject_of)),
    ]


def _live(visit: Visit, subject_of: Callable[[str], Subject]) -> Response:
    found = live(visit.services, visit.act, subject_of(visit.key))
    values: dict[str, object] = {"forget": permission.is_gone(found.refusal)}
    if found.answered is not None:
        values["answered_text"] = pages.answered(found.answered)
    return may_play(found.refusal, **values)
