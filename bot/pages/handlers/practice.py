"""The practice of a new reviewer: exercises with known words, and a drill of Stop."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.forms import answer_kind
from bot.pages.handlers.listen import player_values
from bot.pages.player_routes import player_routes
from bot.pages.responses import finish_action, redirect_to, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.shift import Shift
from bot.usecases.listening.synthetic_sound import synthetic_sound
from bot.usecases.practice import exercises
from bot.usecases.practice.exercises import OwnExercise
from bot.usecases.practice.practice_sound import PracticeSound


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /practice."""
    return [
        page_route(context, "/practice", show_practice),
        action_route(context, "/practice/skip", skip),
        page_route(context, "/practice/{key}", show_exercise),
        action_route(context, "/practice/{key}/answer", answer),
        action_route(context, "/practice/{key}/stop", stop),
        *player_routes(context, "/practice", PracticeSound),
    ]


def show_practice(visit: Visit) -> Response:
    """GET /practice: the next exercise, or the end with a way to repeat each one."""
    state = exercises.read_practice(visit.services, visit.act)
    if state.following is not None:
        return redirect_to(f"/practice/{state.following.key}")
    return render_page(
        visit,
        "practice_end.html",
        state=state,
    )


def show_exercise(visit: Visit) -> Response:
    """GET /practice/<key>: the exercise, or its result once it is done."""
    own = exercises.read_exercise(visit.services, visit.act, visit.key)
    is_done = own.result is not None and "again" not in visit.request.query_params
    return render_page(
        visit,
        "practice.html",
        exercise=own.exercise,
        result=own.result if is_done else None,
        shift=Shift(),
        **_player(visit, own),
    )


def _player(visit: Visit, own: OwnExercise) -> dict[str, Any]:
    exercise = own.exercise
    sound = synthetic_sound(exercise.clip_id, exercise.span)
    snippet = sound.snippet(visit.act.now)
    return player_values(
        visit,
        snippet,
        base=f"/practice/{exercise.key}",
    )


def answer(visit: Visit) -> Response:
    """POST /practice/<key>/answer."""
    exercises.answer_exercise(
        visit.services,
        visit.act,
        visit.key,
        answer_kind(visit.form.get("answer", "")),
        visit.form.get("text", ""),
    )
    return finish_action(visit, f"/practice/{visit.key}")


def stop(visit: Visit) -> Response:
    """POST /practice/<key>/stop: the drill, or a press that was meant to be real."""
    exercises.stop_exercise(visit.services, visit.act, visit.key)
    return finish_action(visit, f"/practice/{visit.key}")


def skip(visit: Visit) -> Response:
    """POST /practice/skip."""
    exercises.skip_practice(visit.services, visit.act)
    return finish_action(visit, "/answer/next")
