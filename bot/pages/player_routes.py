"""The routes of a player, the same on every page that plays sound."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.forms import number_in
from bot.pages.responses import render_json, render_may_play, render_sound
from bot.pages.routing import action_route, page_route
from bot.pages.wording import count_answers
from bot.rules.people import permission
from bot.usecases.listening.grant import grant
from bot.usecases.listening.progress import live, record_played
from bot.usecases.listening.subject import Live, Subject


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

    def check(visit: Visit) -> Response:
        return _check_live(visit, subject_of(visit.key))

    return [
        action_route(context, f"{prefix}/{{key}}/audio", play),
        action_route(context, f"{prefix}/{{key}}/played", report),
        page_route(context, f"{prefix}/{{key}}/live", check),
    ]


def _check_live(
    visit: Visit,
    subject: Subject,
) -> Response:
    found = live(visit.services, visit.act, subject)
    refusal = found.refusal
    if refusal is None and _shows_old_snippet(visit, found):
        refusal = permission.MASKED_AGAIN
    is_gone = permission.is_gone(refusal)
    values: dict[str, object] = {"forget": is_gone}
    if found.answered is not None:
        values["answered_text"] = count_answers(found.answered)
    if found.version is not None:
        values["version"] = found.version
    return render_may_play(refusal, **values)


def _shows_old_snippet(visit: Visit, found: Live) -> bool:
    """Return whether the page was opened before its snippet was made anew."""
    shown = visit.request.query_params.get("snippet", "")
    if found.snippet is None or not shown:
        return False
    return shown != str(found.snippet)
