"""Asking from the work tool: the modal's form as a page, for deep links
`/ask?clip=&span=`.
"""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from bot.errors import HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.context import Visit
from bot.pages.responses import go, html, json
from bot.rules.requests.spans import parse_span
from bot.usecases.requests import ask
from bot.usecases.requests.ask import AskForm
from bot.usecases.requests.choose_span import Typed
from storage.records import Difficulty, Span


def show(visit: Visit) -> Response:
    """GET /ask: the form, with what the link and the draft know filled in."""
    query = visit.request.query_params
    clip_id = query.get("clip", "").strip() or None
    span, error = _span(query.get("span", ""))
    try:
        form = ask.prepare(visit.services, visit.act, clip_id, span)
    except (NotFound, Invalid) as problem:
        error = Invalid(str(problem), field="clip")
        form = _without_words(Typed(clip=clip_id or "", seconds=query.get("span", "")))
    if error is not None and error.field == "span":
        form = replace(form, typed=replace(form.typed, seconds=query.get("span", "")))
    return _page(visit, form, error, 422 if error else 200)


def send(visit: Visit) -> Response:
    """POST /ask. An error shows in the form, with everything as it was typed."""
    typed = _typed(visit)
    try:
        asked = ask.ask(visit.services, visit.act, typed)
    except Refused:
        raise
    except HelpClipError as error:
        return _again(visit, typed, error)
    return go(f"/r/{asked.request.key}" + ("?joined=yes" if asked.joined else ""))


def show_words(visit: Visit) -> Response:
    """POST /ask/words: load a clip's words without losing what was typed."""
    typed = _typed(visit)
    clip_id = typed.clip.strip()
    kept = replace(typed, clip=clip_id, first_word=None, last_word=None)
    ask.keep_draft(visit.services, visit.act, kept)
    return go(f"/ask?{urlencode({'clip': clip_id})}")


def draft(visit: Visit) -> Response:
    """POST /ask/draft: the form as typed so far, kept on the server."""
    ask.keep_draft(visit.services, visit.act, _typed(visit))
    return json({"kept": True})


def _again(visit: Visit, typed: Typed, error: HelpClipError) -> Response:
    status = 503 if isinstance(error, Unavailable) else 422
    if isinstance(error, NotFound):
        error, status = Invalid(str(error), field="clip"), 404
    try:
        form = ask.prepare(visit.services, visit.act, typed.clip.strip() or None)
    except (NotFound, Invalid, Unavailable):
        form = _without_words(typed)
    return _page(visit, replace(form, typed=typed), error, status)


def _page(
    visit: Visit, form: AskForm, error: HelpClipError | None, status: int
) -> Response:
    words = sorted(form.words, key=lambda word: word.span.start_ms)
    doubted = {word.index for word in form.words[:3] if word.confidence is not None}
    return html(
        visit,
        "ask.html",
        status,
        form=form,
        typed=form.typed,
        words=words,
        doubted=doubted,
        chosen=_chosen(form.typed),
        error=error,
    )


def _typed(visit: Visit) -> Typed:
    # Word numbers mean something only for the clip whose words the form showed.
    same_clip = visit.form.get("words_of", "") == visit.form.get("clip", "").strip()
    words = sorted(_numbers(visit.several.get("word", ()))) if same_clip else []
    known = {difficulty.value for difficulty in Difficulty}
    return Typed(
        clip=visit.form.get("clip", ""),
        first_word=words[0] if words else None,
        last_word=words[-1] if words else None,
        seconds=visit.form.get("seconds", ""),
        difficulties=tuple(
            Difficulty(name)
            for name in visit.several.get("difficulty", ())
            if name in known
        ),
        guess=visit.form.get("guess", ""),
    )


def _span(text: str) -> tuple[Span | None, Invalid | None]:
    if not text.strip():
        return None, None
    try:
        return parse_span(text), None
    except Invalid as error:
        return None, error


def _chosen(typed: Typed) -> range:
    if typed.first_word is None:
        return range(0)
    last = typed.first_word if typed.last_word is None else typed.last_word
    return range(typed.first_word, last + 1)


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 7]


def _without_words(typed: Typed) -> AskForm:
    return AskForm(clip_id=None, desk=None, words=(), typed=typed)
