"""Show where the chosen word lies, and move the edges of its span in small steps."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.rules.requests.exposure import READING_COUNTS_FOR
from bot.rules.requests.spans import check_span, format_span
from bot.usecases.context import Act
from bot.usecases.requests import ask_form
from bot.usecases.requests.ask_form import AskForm
from bot.usecases.requests.choose_span import Typed, chosen_span
from bot.usecases.services import Services
from storage.records import Clip, Span

if TYPE_CHECKING:
    from bot.usecases.spans.place_span import SpanChoice

STEP_MS = 20


class Nudge(StrEnum):
    """An edge of the span, and the direction in which it moves by one step."""

    START_EARLIER = "start_earlier"
    START_LATER = "start_later"
    END_EARLIER = "end_earlier"
    END_LATER = "end_later"


_MOVES_MS = {
    Nudge.START_EARLIER: (-STEP_MS, 0),
    Nudge.START_LATER: (STEP_MS, 0),
    Nudge.END_EARLIER: (0, -STEP_MS),
    Nudge.END_LATER: (0, STEP_MS),
}


@dataclass(frozen=True)
class PlacedForm:
    """The form with the span filled in, and what is around the span."""

    form: AskForm
    choice: "SpanChoice"


def place(
    services: Services,
    act: Act,
    typed: Typed,
    nudge: Nudge | None = None,
) -> PlacedForm:
    """Return the form with the chosen words placed in the sound, or the span moved.

    Only the loudness of the sound is read, which counts as a reading of the clip where
    the last hour has none. A refusal is recorded as that of the form. Raises `Invalid`, `NotFound`, `Refused` and `Unavailable`.
    """
    clip_id = typed.clip.strip()
    nowhere = Span(start_ms=0, end_ms=STEP_MS)
    form = ask_form.prepare(services, act, clip_id, nowhere)
    clip = services.clips.clip(clip_id)
    span = _moved(chosen_span(typed, clip), nudge)
    _record_look(services, act, form, clip, span)
    choice = _choose(services, clip, typed, span)
    placed = replace(
        typed,
        clip=clip_id,
        first_word=None,
        last_word=None,
        seconds=format_span(choice.span),
    )
    return PlacedForm(replace(form, typed=placed), choice)


def _moved(span: Span, nudge: Nudge | None) -> Span:
    if nudge is None:
        return span
    start_ms, end_ms = _MOVES_MS[nudge]
    moved = Span(
        start_ms=max(0, span.start_ms + start_ms),
        end_ms=span.end_ms + end_ms,
    )
    return check_span(moved)


def _record_look(
    services: Services,
    act: Act,
    form: AskForm,
    clip: Clip,
    span: Span,
) -> None:
    """Record the look as a reading, unless it goes on with one of the last hour."""
    assert form.desk is not None
    since = act.now - READING_COUNTS_FOR
    with services.store.read() as tx:
        read_lately = tx.exposures.read_by(act.actor, since)
    if clip.clip_id in read_lately:
        return
    ask_form.record_reading(
        services,
        act,
        clip,
        form.desk,
        span,
        n_words=0,
    )


def _choose(
    services: Services,
    clip: Clip,
    typed: Typed,
    span: Span,
) -> "SpanChoice":
    # SciPy takes 0.9 s CPU and 80 MB that most processes never need, so the import
    # stands here.
    from bot.usecases.spans.place_span import AROUND_MS, choose_span, look_at_span

    with services.clips.audio(clip.clip_id, span.widened(AROUND_MS)) as recording:
        if typed.seconds.strip() or typed.first_word is None:
            return look_at_span(
                recording,
                clip.words,
                span,
                locale=clip.locale,
                timing=clip.timing,
            )
        last_word = typed.last_word
        if last_word is None:
            last_word = typed.first_word
        return choose_span(
            recording,
            clip.words,
            typed.first_word,
            last_word,
            locale=clip.locale,
            timing=clip.timing,
        )
