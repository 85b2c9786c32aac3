"""The page of a request: hearing it, answering, and stopping it."""

from typing import Any

from starlette.responses import Response

from bot.errors import HelpClipError
from bot.pages.context import Visit
from bot.pages.forms import answer_kind, number_in
from bot.pages.handlers.transcript import shown_words
from bot.pages.responses import done, html
from bot.usecases.distress import stop_clip
from bot.usecases.listening.view import view
from bot.usecases.requests import propose, withdraw
from bot.usecases.requests.propose import TypedAnswer
from storage.records import SnippetRecord


def show(visit: Visit) -> Response:
    """GET /r/<key>."""
    found = view(visit.services, visit.act, visit.key)
    joined = visit.request.query_params.get("joined") == "yes"
    return html(
        visit,
        "listen.html",
        page=found,
        joined=joined,
        **player_values(visit, found.snippet),
    )


def player_values(
    visit: Visit,
    snippet: SnippetRecord | None,
    base: str | None = None,
    *,
    unmasked: bool = False,
) -> dict[str, Any]:
    """What the player's template and script need; the transcript hides the word in
    question.

    `base` is the address the player asks for sound, the request's own by default.
    `unmasked`: masked words are heard, but never read.
    """
    if snippet is None:
        return {"player": None, "words": ()}
    words = shown_words(snippet)
    masked = [] if unmasked else [w for w in snippet.words if w.text is None]
    data = {
        "base": base or f"/r/{visit.key}",
        "csrf": visit.session.csrf if visit.session else "",
        "owner": " ".join(dict.fromkeys([visit.name, visit.person.user_id]))
        if visit.person
        else "",
        "duration_ms": snippet.duration_ms,
        "span_ms": [snippet.span.start_ms, snippet.span.end_ms],
        "masked_ms": [[w.start_ms, w.end_ms] for w in masked],
        "peaks": list(snippet.peaks),
    }
    return {"player": data, "words": words}


def answer(visit: Visit) -> Response:
    """POST /r/<key>/answer."""
    typed = TypedAnswer(
        answer=visit.form.get("answer", ""),
        text=visit.form.get("text", ""),
        confidence=visit.form.get("confidence", ""),
    )
    try:
        propose.propose(
            visit.services,
            visit.act,
            visit.key,
            answer=answer_kind(typed.answer),
            text=typed.text,
            confidence=number_in(visit, "confidence"),
        )
    except HelpClipError:
        propose.keep_draft(visit.services, visit.act, visit.key, typed)
        raise
    return done(visit, _address(visit))


def take_back(visit: Visit) -> Response:
    """POST /r/<key>/take-back."""
    propose.withdraw_proposal(visit.services, visit.act, visit.key)
    return done(visit, _address(visit))


def not_me(visit: Visit) -> Response:
    """POST /r/<key>/not-me."""
    declined = propose.decline(visit.services, visit.act, visit.key)
    return done(visit, f"/?off={declined.name}")


def take_down(visit: Visit) -> Response:
    """POST /r/<key>/withdraw: the question is taken back."""
    withdraw.withdraw(visit.services, visit.act, visit.key)
    return done(visit, _address(visit))


def stop(visit: Visit) -> Response:
    """POST /r/<key>/stop: one press, no reason asked, and the same calm page whatever
    happened.
    """
    stopped = stop_clip.stop(visit.services, visit.act, visit.key)
    return done(visit, f"/stopped/{stopped.case.key}")


def _address(visit: Visit) -> str:
    return f"/r/{visit.key}"
