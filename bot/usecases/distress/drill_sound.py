"""The sound of a drill: a synthetic clip that ships with help-clip, redacted as usual.

The officer reads masked text, is warned, and may play it. No person speaks in it, so it
is made on demand, stored nowhere, and its disguise needs no secret.
"""

from dataclasses import dataclass
from functools import cache

from bot.demo import DEMO_CLIPS
from bot.sources import open_clip_source
from storage.records import Case, ShownWord, SnippetRecord, Span

CLIP, SPAN = ("en-us-0006", Span(start_ms=2800, end_ms=3500))
LOCALE = "en-US"


@dataclass(frozen=True, kw_only=True)
class _Sound:
    wav: bytes
    duration_ms: int
    span: Span
    words: tuple[ShownWord, ...]
    peaks: tuple[int, ...]


def wav() -> bytes:
    """Return the redacted sound as the bytes of a WAV file."""
    return _sound().wav


def snippet_of(case: Case) -> SnippetRecord:
    """Return the snippet that an officer reads and plays. No store holds its blob."""
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
    # SciPy takes 0.9 s CPU and 80 MB that most processes never need, so the import
    # stands here.
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
