"""Turning values into HTML and JSON answers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import Conflict, HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.context import Visit
from bot.pages.headers import policy
from bot.pages.paths import local_path
from bot.rules.refusals import Refusal
from bot.text import pages

_NO_STORE = {"cache-control": "no-store"}
_TITLES: Mapping[type[HelpClipError], str] = {
    Invalid: "That did not work",
    NotFound: "Nothing here",
    Refused: "Not open to you",
    Conflict: "Something changed meanwhile",
    Unavailable: "Not available right now",
}
_templates = Environment(
    loader=PackageLoader("bot.pages", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["wording"] = pages


def html(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """A page. `visit` gives it the person, the token of its forms and its policy."""
    body = _templates.get_template(template).render(
        name=visit.name,
        csrf=visit.session.csrf if visit.session else "",
        **values,
    )
    # Chromium applies form-action to redirects too, and signing in redirects to Slack.
    headers = {
        **_NO_STORE,
        "content-security-policy": policy([visit.site.slack.origin]),
    }
    if visit.site.secure:
        headers["strict-transport-security"] = "max-age=31536000"
    return HTMLResponse(body, status, headers=headers)


def problem_page(title: str, sentence: str, status: int) -> Response:
    """A page for what goes wrong before it is known who asks."""
    template = _templates.get_template("problem.html")
    body = template.render(name="", csrf="", title=title, sentence=sentence)
    return HTMLResponse(body, status, headers=_NO_STORE)


def json(values: Mapping[str, Any], status: int = 200) -> Response:
    """An answer for a script."""
    return JSONResponse(values, status, headers=_NO_STORE)


def sound(wav: bytes) -> Response:
    """One press of play: a WAV that nobody keeps."""
    return Response(wav, media_type="audio/wav", headers=_NO_STORE)


def may_play(refusal: Refusal | None, **more: Any) -> Response:
    """What a player asks once a second, and why it has to stop."""
    sentence = refusal.sentence if refusal else None
    return json({"may_play": refusal is None, "sentence": sentence, **more})


def go(path: str) -> Response:
    """Send the browser on; what was posted is not posted again on reload."""
    return RedirectResponse(path, 303, headers=_NO_STORE)


def done(visit: Visit, path: str, **values: Any) -> Response:
    """The end of an action: values for a script, the page to go to for a browser."""
    return json({**values, "next": path}) if visit.wants_json else go(path)


def problem(visit: Visit, error: HelpClipError, status: int) -> Response:
    """An error as its sentence."""
    if visit.wants_json:
        field = error.field if isinstance(error, Invalid) else None
        rule = error.rule if isinstance(error, Refused) else None
        return json({"error": str(error), "field": field, "rule": rule}, status)
    title = next((t for kind, t in _TITLES.items() if isinstance(error, kind)), "")
    return html(visit, "problem.html", status, title=title, sentence=str(error))


def sign_in_page(visit: Visit) -> Response:
    """The page anybody without a session gets, whatever the address: it tells
    nothing.
    """
    if visit.wants_json:
        return json(
            {"error": "Your sign-in has ended. Sign in again.", "rule": "session"}, 401
        )
    request = visit.request
    if request.method == "POST":
        return html(visit, "sign_in.html", 401, to="/", ended=True)
    query = urlencode(list(request.query_params.multi_items()))
    to = f"{request.url.path}?{query}" if query else request.url.path
    return html(visit, "sign_in.html", to=local_path(to), ended=False)
