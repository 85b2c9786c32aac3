"""The route of the question that an open page repeats: whether it may go on."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.context import PageContext, Visit
from bot.pages.live.memory import Question
from bot.pages.responses import render_kept_json, render_may_play
from bot.pages.routing import CheckedHandler
from bot.pages.sign_in.cookies import session_cookie
from bot.pages.wording import count_answers
from bot.rules.listening.live_answers import Basis
from bot.rules.people import permission
from bot.usecases.listening.progress import live
from bot.usecases.listening.subject import Live, Subject
from storage.records import Session


def live_route(
    context: PageContext,
    path: str,
    subject_of: Callable[[str], Subject],
) -> Route:
    """Return the route; `subject_of` makes the subject of the key in the path.

    A kept answer is given at once, without a thread and without a query.
    """

    def check(visit: Visit) -> Response:
        found = live(visit.services, visit.act, subject_of(visit.key))
        response, may_go_on = _render(visit, found)
        if may_go_on and found.basis is not None and visit.session is not None:
            # The endpoint below keeps it.
            visit.request.state.basis = _until_session_ends(visit, found.basis)
            visit.request.state.person = visit.session.person
        return response

    checked = CheckedHandler(context, check, public=False)

    def answer(request: Request, question: Question) -> Response:
        looked = context.live_memory.look()
        kept = context.live_memory.find(question)
        if kept is not None:
            return render_kept_json(kept)
        response = checked.respond(request, b"")
        if hasattr(request.state, "basis"):
            context.live_memory.keep(
                question,
                bytes(response.body),
                request.state.basis,
                request.state.person,
                looked=looked,
            )
        return response

    async def endpoint(request: Request) -> Response:
        question = _question(context, request)
        kept = context.live_memory.find(question)
        if kept is not None:
            return render_kept_json(kept)
        return await run_in_threadpool(answer, request, question)

    return Route(path, endpoint, methods=["GET"])


def _question(context: PageContext, request: Request) -> Question:
    """Return a digest of everything in a request that its answer depends on.

    It has one length, whatever a browser sends, and the session's token stays unstored.
    """
    headers = request.headers
    parts = (
        request.cookies.get(session_cookie(context), ""),
        request.url.path,
        request.url.query,
        str(context.network(request)),
        headers.get("user-agent", ""),
        headers.get("accept-language", ""),
    )
    joined = json.dumps(parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def _render(visit: Visit, found: Live) -> tuple[Response, bool]:
    """Return the response, and whether it is that the player may go on."""
    refusal = found.refusal
    if refusal is None and _shows_old_snippet(visit, found):
        refusal = permission.MASKED_AGAIN
    values: dict[str, object] = {"forget": permission.is_gone(refusal)}
    if found.answered is not None:
        values["answered_text"] = count_answers(found.answered)
    if found.version is not None:
        values["version"] = found.version
    return render_may_play(refusal, **values), refusal is None


def _shows_old_snippet(visit: Visit, found: Live) -> bool:
    """Return whether the page was opened before its snippet was made anew."""
    shown = visit.request.query_params.get("snippet", "")
    if found.snippet is None or not shown:
        return False
    return shown != str(found.snippet)


def _until_session_ends(visit: Visit, basis: Basis) -> Basis:
    """Return the basis, which no longer holds once the session ends by itself."""
    assert visit.session is not None
    until = min(basis.until, _end_of(visit, visit.session))
    return replace(basis, until=until)


def _end_of(visit: Visit, session: Session) -> datetime:
    idle_at = session.used_at + visit.services.idle.other
    return min(session.expires_at, idle_at)
