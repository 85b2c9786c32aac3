"""The form of the ask modal as a page, for links of work tools: `/ask?clip=&span=`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.context import PageContext, Visit
from bot.pages.responses import redirect_to, render_json, render_page
from bot.pages.routing import action_route, page_route
from bot.rules.numbers import whole_number
from bot.rules.requests.spans import parse_span
from bot.usecases.requests import ask, ask_form
from bot.usecases.requests.ask_form import AskForm
from bot.usecases.requests.choose_span import Typed
from bot.usecases.spans import nudge_span
from bot.usecases.spans.nudge_span import Nudge
from storage.records import Difficulty, Span

if TYPE_CHECKING:
    from bot.usecases.spans.place_span import SpanChoice

# How many of the words that the recogniser doubted most are underlined.
_DOUBTED_WORDS = 3
# The greatest number of a word in a clip.
_MOST_WORDS = 10**6 - 1


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /ask."""
    return [
        page_route(context, "/ask", show_form),
        action_route(context, "/ask", send),
        action_route(context, "/ask/words", show_words),
        action_route(context, "/ask/place", show_place),
        action_route(context, "/ask/draft", keep_draft),
    ]


def show_form(visit: Visit) -> Response:
    """GET /ask: the form, with the values of the link and of the draft filled in."""
    query = visit.request.query_params
    clip_id = query.get("clip", "").strip()
    seconds = query.get("span", "")
    span, error = _parse_span(seconds)
    try:
        form = ask_form.prepare(
            visit.services,
            visit.act,
            clip_id or None,
            span,
        )
    except (NotFound, Invalid) as problem:
        error = Invalid(str(problem), field="clip")
        form = _without_words(
            Typed(
                clip=clip_id,
                seconds=seconds,
            )
        )
    if error is not None and error.field == "span":
        typed = replace(form.typed, seconds=seconds)
        form = replace(form, typed=typed)
    status = 422 if error else 200
    return _render_form(
        visit,
        form,
        error,
        status,
    )


def send(visit: Visit) -> Response:
    """POST /ask. The form shows an error, and keeps all values as they were typed."""
    typed = _typed(visit)
    try:
        asked = ask.ask(visit.services, visit.act, typed)
    except Refused:
        raise
    except HelpClipError as error:
        return _render_error(visit, typed, error)
    address = f"/r/{asked.request.key}"
    if asked.joined:
        address += "?joined=yes"
    return redirect_to(address)


def show_words(visit: Visit) -> Response:
    """POST /ask/words: load the words of a clip and keep the typed values."""
    typed = _typed(visit)
    clip_id = typed.clip.strip()
    kept = replace(
        typed,
        clip=clip_id,
        first_word=None,
        last_word=None,
    )
    ask_form.keep_draft(visit.services, visit.act, kept)
    query = urlencode({"clip": clip_id})
    return redirect_to(f"/ask?{query}")


def show_place(visit: Visit) -> Response:
    """POST /ask/place: show where the chosen word lies, with the span moved a step."""
    typed = _typed(visit)
    name = visit.form.get("nudge", "")
    nudge = None
    if name in list(Nudge):
        nudge = Nudge(name)
    try:
        placed = nudge_span.place(
            visit.services,
            visit.act,
            typed,
            nudge,
        )
    except Refused:
        raise
    except HelpClipError as error:
        return _render_error(visit, typed, error)
    return _render_form(
        visit,
        placed.form,
        None,
        200,
        choice=placed.choice,
    )


def keep_draft(visit: Visit) -> Response:
    """POST /ask/draft: keep the form as typed so far on the server."""
    kept = ask_form.keep_draft(visit.services, visit.act, _typed(visit))
    return render_json({"kept": kept})


def _render_error(
    visit: Visit,
    typed: Typed,
    error: HelpClipError,
) -> Response:
    status = _status(error)
    if isinstance(error, NotFound):
        error = Invalid(str(error), field="clip")
    clip_id = typed.clip.strip()
    try:
        form = ask_form.prepare(visit.services, visit.act, clip_id or None)
    except (NotFound, Invalid, Refused, Unavailable):
        form = _without_words(typed)
    form = replace(form, typed=typed)
    return _render_form(
        visit,
        form,
        error,
        status,
    )


def _status(error: HelpClipError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Unavailable):
        return 503
    return 422


def _render_form(
    visit: Visit,
    form: AskForm,
    error: HelpClipError | None,
    status: int,
    *,
    choice: "SpanChoice | None" = None,
) -> Response:
    # `form.words` begins with the words that the recogniser doubted most.
    first = form.words[:_DOUBTED_WORDS]
    doubted = {word.index for word in first if word.confidence is not None}
    words = sorted(form.words, key=lambda word: word.span.start_ms)
    return render_page(
        visit,
        "ask.html",
        status,
        form=form,
        typed=form.typed,
        words=words,
        doubted=doubted,
        chosen=_chosen_words(form.typed),
        error=error,
        choice=choice,
        nudges=list(Nudge),
    )


def _typed(visit: Visit) -> Typed:
    clip = visit.form.get("clip", "")
    words: list[int] = []
    # Word numbers mean something only for the clip whose words the form showed.
    if visit.form.get("words_of", "") == clip.strip():
        words = sorted(_word_numbers(visit.several.get("word", ())))
    return Typed(
        clip=clip,
        first_word=words[0] if words else None,
        last_word=words[-1] if words else None,
        seconds=visit.form.get("seconds", ""),
        difficulties=_difficulties(visit),
        guess=visit.form.get("guess", ""),
        anew=visit.form.get("anew", ""),
    )


def _difficulties(visit: Visit) -> tuple[Difficulty, ...]:
    known = set(Difficulty)
    names = visit.several.get("difficulty", ())
    return tuple(Difficulty(name) for name in names if name in known)


def _parse_span(typed: str) -> tuple[Span | None, Invalid | None]:
    if not typed.strip():
        return None, None
    try:
        return parse_span(typed), None
    except Invalid as error:
        return None, error


def _chosen_words(typed: Typed) -> range:
    if typed.first_word is None:
        return range(0)
    last = typed.last_word
    if last is None:
        last = typed.first_word
    return range(typed.first_word, last + 1)


def _word_numbers(fields: Iterable[str]) -> list[int]:
    numbers = [whole_number(field, _MOST_WORDS) for field in fields]
    return [number for number in numbers if number is not None]


def _without_words(typed: Typed) -> AskForm:
    return AskForm(
        clip_id=None,
        desk=None,
        words=(),
        typed=typed,
    )
