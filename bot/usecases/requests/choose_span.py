"""The fields of the ask form, and the span that they choose."""

from dataclasses import dataclass

from bot.errors import Invalid
from bot.redaction.words import mask_words
from bot.rules.requests.spans import (
    check_span,
    doubted_words,
    padded,
    padding_ms,
    parse_span,
    span_of_words,
)
from bot.text import text
from storage.records import Clip, Difficulty, Span

# Muddled speech may follow the last word for a while.
_LATEST_SPEECH_AFTER_WORDS_MS = 30_000


@dataclass(
    frozen=True,
    kw_only=True,
)
class WordOption:
    """One word of the draft transcript to choose as the span.

    `text` is None if the word is personal.
    """

    index: int
    text: str | None
    span: Span
    confidence: float | None


@dataclass(
    frozen=True,
    kw_only=True,
)
class Typed:
    """The fields of the ask form, kept exactly as typed."""

    clip: str = ""
    first_word: int | None = None
    last_word: int | None = None
    seconds: str = ""
    difficulties: tuple[Difficulty, ...] = ()
    guess: str = ""
    anew: str = ""  # the reason to ask about a settled word again


def word_options(clip: Clip) -> tuple[WordOption, ...]:
    """Return the clip's doubted words and those around them, the least confident first.

    Personal words have no text.
    """
    masked = mask_words([word.text for word in clip.words], clip.locale)
    options = []
    for index in doubted_words(clip.words):
        word = clip.words[index]
        option = WordOption(
            index=index,
            text=None if masked[index] else word.text,
            span=Span(
                start_ms=word.start_ms,
                end_ms=word.end_ms,
            ),
            confidence=word.confidence,
        )
        options.append(option)
    return tuple(options)


def chosen_span(typed: Typed, clip: Clip) -> Span:
    """Return the chosen span: seconds win over words.

    Raises `Invalid` with the field.
    """
    if typed.seconds.strip():
        return check_span(parse_span(typed.seconds), _latest_end(clip))
    first = typed.first_word
    last = typed.last_word
    if first is None:
        raise Invalid(text("requests.ask.span_missing"), field="span")
    if last is None:
        last = first
    if not 0 <= first <= last < len(clip.words):
        raise Invalid(text("requests.ask.span_reversed"), field="span")
    return _span_of_words(clip, first, last)


def _span_of_words(
    clip: Clip,
    first: int,
    last: int,
) -> Span:
    """Return the span of words of the draft, widened but not over masked words."""
    before_ms, after_ms = padding_ms(clip.timing)
    masked = mask_words([word.text for word in clip.words], clip.locale)
    walls = [
        (word.start_ms, word.end_ms)
        for word, is_masked in zip(clip.words, masked, strict=True)
        if is_masked
    ]
    span = span_of_words(clip.words, first, last)
    return padded(
        span,
        before_ms,
        after_ms,
        walls,
    )


def _latest_end(clip: Clip) -> int | None:
    """Return the latest end of a span in ms, or None for a clip without words.

    The words give the least length of the clip; muddled speech may follow the last one.
    """
    if not clip.words:
        return None
    last_end_ms = max(word.end_ms for word in clip.words)
    return last_end_ms + _LATEST_SPEECH_AFTER_WORDS_MS
