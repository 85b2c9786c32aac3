"""The page of a request: listening to it, answering it, and stopping it."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import HelpClipError, Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.forms import answer_kind, number_in, one_of
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.shift import ANSWERED, DECLINED, done_here, read_shift
from bot.pages.wording.transcript import shown_words
from bot.text import text
from bot.usecases.distress import stop_clip
from bot.usecases.listening.view import view
from bot.usecases.requests import appeal, propose, withdraw
from bot.usecases.requests.propose import TypedAnswer
from storage.records import Answer, Side, SnippetRecord


def routes(context: PageContext) -> list[BaseRoute]:
    """Return the routes under /r, except those of the player."""
    return [
        page_route(context, "/r/{key}", show_request),
        action_route(context, "/r/{key}/answer", answer),
        action_route(context, "/r/{key}/take-back", take_back),
        action_route(context, "/r/{key}/not-me", decline),
        action_route(context, "/r/{key}/withdraw", withdraw_request),
        action_route(
            context,
            "/r/{key}/appeal",
            appeal_against_word,
            form=show_request,
        ),
        action_route(context, "/r/{key}/stop", stop),
    ]


def show_request(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /r/<key>."""
    found = view(visit.services, visit.act, visit.key)
    shift = read_shift(visit)
    joined = visit.request.query_params.get("joined") == "yes"
    return render_page(
        visit,
        "listen.html",
        page=found,
        joined=joined,
        error=error,
        typed_reason=visit.form.get("reason", ""),
        shift=shift,
        done=done_here(visit, shift),
        **player_values(visit, found.snippet),
    )


def player_values(
    visit: Visit,
    snippet: SnippetRecord | None,
    base: str | None = None,
    *,
    unmasked: bool = False,
) -> dict[str, Any]:
    """Return the values for the player's template and script.

    The transcript hides the word in question. `base` is the address that the player
    requests sound from, by default the page of the request. With `unmasked`, the sound
    has the masked words too, and the transcript still covers them.
    """
    if snippet is None:
        return {
            "player": None,
            "words": (),
        }
    masked_ms = [] if unmasked else _masked_ms(snippet)
    data = {
        "base": base or f"/r/{visit.key}",
        "csrf": visit.csrf,
        "owner": _owner(visit),
        "snippet": snippet.version,
        "duration_ms": snippet.duration_ms,
        "span_ms": [snippet.span.start_ms, snippet.span.end_ms],
        "masked_ms": masked_ms,
        "peaks": list(snippet.peaks),
    }
    return {
        "player": data,
        "words": shown_words(snippet),
    }


def _masked_ms(snippet: SnippetRecord) -> list[list[int]]:
    """Return start and end of each masked word, in milliseconds."""
    masked = []
    for word in snippet.words:
        if word.text is None:
            masked.append([word.start_ms, word.end_ms])
    return masked


def _owner(visit: Visit) -> str:
    """Return the listener's name and user id, which the player draws over its picture."""
    if visit.person is None:
        return ""
    user_id = visit.person.user_id
    if visit.name == user_id:
        return user_id
    return f"{visit.name} {user_id}"


def answer(visit: Visit) -> Response:
    """POST /r/<key>/answer."""
    typed = TypedAnswer(
        answer=visit.form.get("answer", ""),
        text=visit.form.get("text", ""),
        confidence=visit.form.get("confidence", ""),
    )
    try:
        kind, side = _chosen(visit, typed)
        proposed = propose.propose(
            visit.services,
            visit.act,
            visit.key,
            answer=kind,
            text=typed.text,
            confidence=number_in(visit, "confidence"),
            side=side,
        )
    except HelpClipError:
        propose.keep_draft(
            visit.services,
            visit.act,
            visit.key,
            typed,
        )
        raise
    if proposed.late:
        return finish_action(visit, _address(visit))
    return finish_action(visit, _next_address(visit, ANSWERED))


def _chosen(visit: Visit, typed: TypedAnswer) -> tuple[Answer, Side]:
    """Return the kind of answer, and the side of personal information.

    Raises `Invalid`, or the recorded refusal of a person without access to the request.
    """
    sentence = text("requests.answer_form.side_missing")
    side = visit.form.get("side", Side.UNSURE)
    try:
        return answer_kind(typed.answer), one_of(Side, side, sentence, "side")
    except Invalid:
        view(visit.services, visit.act, visit.key)
        raise


def take_back(visit: Visit) -> Response:
    """POST /r/<key>/take-back."""
    propose.withdraw_proposal(visit.services, visit.act, visit.key)
    return finish_action(visit, _address(visit))


def decline(visit: Visit) -> Response:
    """POST /r/<key>/not-me."""
    propose.decline(visit.services, visit.act, visit.key)
    return finish_action(visit, _next_address(visit, DECLINED))


def withdraw_request(visit: Visit) -> Response:
    """POST /r/<key>/withdraw: the asker withdraws the request."""
    withdraw.withdraw(visit.services, visit.act, visit.key)
    return finish_action(visit, _address(visit))


def appeal_against_word(visit: Visit) -> Response:
    """POST /r/<key>/appeal: a person who asked or answered appeals."""
    reason = visit.form.get("reason", "")
    appeal.appeal(visit.services, visit.act, visit.key, reason)
    return finish_action(visit, _address(visit))


def stop(visit: Visit) -> Response:
    """POST /r/<key>/stop: one press without a reason, which always leads to one page."""
    stopped = stop_clip.stop(visit.services, visit.act, visit.key)
    return finish_action(visit, f"/stopped/{stopped.case.key}")


def _next_address(visit: Visit, did: str) -> str:
    """Return the address that leads on from this request."""
    query = read_shift(visit).after(visit.key, did)
    return f"/answer/next?{query}"


def _address(visit: Visit) -> str:
    return f"/r/{visit.key}"
