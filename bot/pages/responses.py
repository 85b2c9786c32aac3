"""Render values as HTML and JSON responses."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import Conflict, HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.context import Visit
from bot.pages.headers import policy
from bot.pages.paths import local_path
from bot.pages.template_environment import render_template
from bot.rules.refusals import Refusal
from bot.text import text

_NO_STORE = {"cache-control": "no-store"}
# Each kind of error -> the key of its title.
_TITLES: Mapping[type[HelpClipError], str] = {
    Invalid: "pages.error.invalid",
    NotFound: "pages.error.not_found",
    Refused: "pages.error.refused",
    Conflict: "pages.error.conflict",
    Unavailable: "pages.error.unavailable",
}


def render_page(
    visit: Visit,
    template: str,
    status: int = 200,
    **values: Any,
) -> Response:
    """Return a page; `visit` adds the person, the token of the forms and the policy."""
    body = render_template(
        template,
        name=visit.name,
        csrf=visit.csrf,
        **values,
    )
    # Chromium applies form-action to redirects too, and signing in redirects to Slack.
    content_policy = policy([visit.context.slack.origin])
    headers = {
        **_NO_STORE,
        "content-security-policy": content_policy,
    }
    return HTMLResponse(body, status, headers=headers)


def render_problem_page(
    title: str,
    sentence: str,
    status: int,
) -> Response:
    """Return a page for an error that occurs before the session is known."""
    body = render_template(
        "problem.html",
        name="",
        csrf="",
        title=title,
        sentence=sentence,
    )
    return HTMLResponse(body, status, headers=_NO_STORE)


def render_json(
    values: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """Return a response for a script."""
    return JSONResponse(values, status, headers=_NO_STORE)


def render_kept_json(body: bytes) -> Response:
    """Return a response for a script whose JSON was kept."""
    return Response(body, media_type="application/json", headers=_NO_STORE)


def render_sound(wav: bytes) -> Response:
    """Return the WAV of one press of play. Browsers and proxies do not store it."""
    return Response(
        wav,
        media_type="audio/wav",
        headers=_NO_STORE,
    )


def render_may_play(refusal: Refusal | None, **more: Any) -> Response:
    """Return whether a player may go on, and the sentence to show if it may not."""
    sentence = refusal.sentence if refusal else None
    return render_json(
        {
            "may_play": refusal is None,
            "sentence": sentence,
            **more,
        }
    )


def redirect_to(path: str) -> Response:
    """Return a redirect (303), so that a reload does not post the form again."""
    return RedirectResponse(path, 303, headers=_NO_STORE)


def finish_action(
    visit: Visit,
    path: str,
    **values: Any,
) -> Response:
    """Return the end of an action: `values` for a script, else a redirect to `path`."""
    if visit.wants_json:
        return render_json(
            {
                **values,
                "next": path,
            }
        )
    return redirect_to(path)


def render_problem(
    visit: Visit,
    error: HelpClipError,
    status: int,
) -> Response:
    """Return an error with its sentence, as JSON for a script, else as a page."""
    sentence = str(error)
    if visit.wants_json:
        values = {
            "error": sentence,
            "field": _field(error),
            "rule": _rule(error),
        }
        return render_json(values, status)
    title = _title(error)
    return render_page(
        visit,
        "problem.html",
        status,
        title=title,
        sentence=sentence,
    )


def _field(error: HelpClipError) -> str | None:
    if isinstance(error, Invalid):
        return error.field
    return None


def _rule(error: HelpClipError) -> str | None:
    if isinstance(error, Refused):
        return error.rule
    return None


def _title(error: HelpClipError) -> str:
    for kind, key in _TITLES.items():
        if isinstance(error, kind):
            return text(key)
    return ""


def render_sign_in_page(visit: Visit) -> Response:
    """Return the response to a visitor without a session.

    It is the same for every address, so it does not reveal which pages exist.
    """
    if visit.wants_json:
        sentence = text("pages.error.session_ended")
        return render_json(
            {
                "error": sentence,
                "rule": "session",
            },
            401,
        )
    if visit.request.method == "POST":
        return render_page(
            visit,
            "sign_in.html",
            401,
            to="/",
            ended=True,
        )
    to = local_path(_path_with_query(visit.request))
    return render_page(
        visit,
        "sign_in.html",
        to=to,
        ended=False,
    )


def _path_with_query(request: Request) -> str:
    pairs = request.query_params.multi_items()
    query = urlencode(list(pairs))
    if not query:
        return request.url.path
    return f"{request.url.path}?{query}"
