"""The transcript that listeners see: masked words covered, the muddled word a blank."""

from dataclasses import dataclass

from storage.records import ShownWord, SnippetRecord, Span


@dataclass(
    frozen=True,
    kw_only=True,
)
class Piece:
    """`kind` is `word`, `masked` or `blank`; only a `word` has `text`."""

    kind: str
    text: str = ""


def shown_words(snippet: SnippetRecord) -> tuple[Piece, ...]:
    """Return the words in order, with a blank for the word in question.

    The recogniser's guess at that word is never shown: listeners answer blind, and a
    suggestion would bias them.
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
    if not blank_done:
        pieces.append(Piece(kind="blank"))
    return tuple(pieces)


def masked_words(snippet: SnippetRecord) -> tuple[Piece, ...]:
    """Return the words in order for an officer, the word in question included."""
    return tuple(_piece(word) for word in snippet.words)


def _in_question(
    word: ShownWord,
    span: Span,
) -> bool:
    """Return whether word and span share half of the shorter one."""
    start_ms = max(word.start_ms, span.start_ms)
    end_ms = min(word.end_ms, span.end_ms)
    shared_ms = end_ms - start_ms
    if shared_ms <= 0:
        return False
    word_ms = word.end_ms - word.start_ms
    return 2 * shared_ms >= min(word_ms, span.length_ms)


def _piece(word: ShownWord) -> Piece:
    if word.text is None:
        return Piece(kind="masked")
    return Piece(
        kind="word",
        text=word.text,
    )
