"""The snippet's transcript as listeners see it: masked words covered, the muddled one a
blank.
"""

from dataclasses import dataclass

from storage.records import ShownWord, SnippetRecord, Span


@dataclass(frozen=True, kw_only=True)
class Piece:
    """`kind` is `word`, `masked` or `blank`; only a `word` has `text`."""

    kind: str
    text: str = ""


def shown_words(snippet: SnippetRecord) -> tuple[Piece, ...]:
    """The words in order. What the recogniser made of the muddled word is never shown.

    Listeners answer blind, and a suggestion would not leave them so.
    """
    pieces: list[Piece] = []
    blank_done = False
    for word in snippet.words:
        if _in_question(word, snippet.span):
            if not blank_done:
                pieces.append(Piece(kind="blank"))
            blank_done = True
            continue
        if not blank_done and word.start_ms >= snippet.span.end_ms:
            pieces.append(Piece(kind="blank"))
            blank_done = True
        pieces.append(_piece(word))
    return tuple(pieces) if blank_done else (*pieces, Piece(kind="blank"))


def masked_words(snippet: SnippetRecord) -> tuple[Piece, ...]:
    """The words in order, for an officer: the word in question is a word like the
    others.
    """
    return tuple(_piece(word) for word in snippet.words)


def _in_question(word: ShownWord, span: Span) -> bool:
    """Whether half of the word, or half of the span, is the other."""
    shared = min(word.end_ms, span.end_ms) - max(word.start_ms, span.start_ms)
    return 2 * shared >= min(word.end_ms - word.start_ms, span.length_ms) and shared > 0


def _piece(word: ShownWord) -> Piece:
    return (
        Piece(kind="masked")
        if word.text is None
        else Piece(kind="word", text=word.text)
    )
