"""What listeners read: masks, and a blank where the word in question is."""

from datetime import UTC, datetime

import pytest

from bot.pages.wording import text_direction
from bot.pages.wording.transcript import shown_words
from storage.records import ShownWord, SnippetRecord, Span

Word = tuple[str | None, int, int]
ON, LAMB, IN = ("on", 0, 400), ("lamb", 500, 1000), ("in", 1100, 1300)


@pytest.mark.parametrize(
    ("words", "span", "shown"),
    [
        ([ON, LAMB, IN], (500, 1000), "on ____ in"),
        ([ON, LAMB, IN], (460, 1080), "on ____ in"),
        # Half of a word in question is enough to hide it, a slip of the hand is not.
        ([ON, LAMB, IN], (300, 1000), "on ____ in"),
        ([ON, LAMB, IN], (150, 1000), "____ in"),
        # A span within a long word hides the word.
        ([("everything", 0, 2000)], (900, 1100), "____"),
        ([ON, ("la", 500, 700), ("mb", 700, 1000), IN], (500, 1000), "on ____ in"),
        # Nothing transcribed there: the blank stands where the sound is.
        ([ON, IN], (500, 1000), "on ____ in"),
        ([ON], (500, 1000), "on ____"),
        ([IN], (500, 1000), "____ in"),
        ([], (500, 1000), "____"),
        ([(None, 0, 400), (None, 500, 1000)], (500, 1000), "▒ ____"),
    ],
)
def test_the_word_in_question_is_always_one_blank(
    words: list[Word], span: tuple[int, int], shown: str
) -> None:
    pieces = shown_words(_snippet(words, span))
    marks = {"masked": "▒", "blank": "____"}
    assert " ".join(marks.get(piece.kind, piece.text) for piece in pieces) == shown


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("ar", "rtl"),
        ("ar-EG", "rtl"),
        ("he_IL", "rtl"),
        ("en-US", "ltr"),
        ("arn", "ltr"),
    ],
)
def test_transcripts_run_the_way_their_language_does(
    locale: str, expected: str
) -> None:
    assert text_direction(locale) == expected


def _snippet(words: list[Word], span: tuple[int, int]) -> SnippetRecord:
    return SnippetRecord(
        request_id=1,
        blob="x",
        duration_ms=2000,
        span=Span(start_ms=span[0], end_ms=span[1]),
        words=tuple(
            ShownWord(text=t, start_ms=start, end_ms=end) for t, start, end in words
        ),
        peaks=(),
        rendered_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
