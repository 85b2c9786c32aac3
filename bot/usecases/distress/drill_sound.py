"""What a drill is about: a synthetic clip that ships with help-clip, redacted like any
other.

The officer reads masked text, is warned, and may play it. It is nobody's recording, so
it is made when it is needed, kept nowhere, and its disguise needs no secret.
"""

from dataclasses import dataclass
from functools import cache

from bot.demo import DEMO_CLIPS
from bot.sources import open_clip_source
from storage.records import Case, ShownWord, SnippetRecord, Span

CLIP, SPAN = "en-us-0006", Span(start_ms=2800, end_ms=3500)
LOCALE = "en-US"


@dataclass(frozen=True, kw_only=True)
class _Sound:
    wav: bytes
    duration_ms: int
    span: Span
    words: tuple[ShownWord, ...]
    peaks: tuple[int, ...]


def wav() -> bytes:
    """The redacted sound."""
    return _sound().wav


def snippet_of(case: Case) -> SnippetRecord:
    """What an officer reads, and what the player is told. No store holds its blob."""
    made = _sound()
    return SnippetRecord(
        request_id=0,
        blob="",
        duration_ms=made.duration_ms,
        span=made.span,
        words=made.words,
        peaks=made.peaks,
        rendered_at=case.opened_at,
    )


@cache
def _sound() -> _Sound:
    # Here, because SciPy takes 0.9 s CPU and 80 MB that most processes never need.
    from bot.redaction.pipeline import make_snippet

    source = open_clip_source(str(DEMO_CLIPS))
    clip = source.clip(CLIP)
    with source.audio(CLIP) as recording:
        made = make_snippet(
            recording,
            span=SPAN,
            words=clip.words,
            locale=clip.locale,
            timing=clip.timing,
            key=b"a drill is nobody's recording",
        )
    start_ms, end_ms = made.span_in_snippet_ms
    return _Sound(
        wav=made.wav,
        duration_ms=made.end_ms - made.start_ms,
        span=Span(start_ms=start_ms, end_ms=end_ms),
        words=made.words,
        peaks=made.peaks,
    )
