"""Synthetic sound: sample clips that ship with help-clip, redacted as usual.

An officer plays one in a drill, and a new reviewer plays some as practice. No person
speaks in them, so they are made on demand, stored nowhere, and their disguise needs no
secret.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.demo import DEMO_CLIPS
from bot.sources import open_clip_source
from storage.records import ShownWord, SnippetRecord, Span


@dataclass(frozen=True, kw_only=True)
class SyntheticSound:
    """The redacted window of a sample clip; `wav` holds the bytes of a WAV file.

    `span` is that of the muddled word within the window.
    """

    wav: bytes
    duration_ms: int
    span: Span
    words: tuple[ShownWord, ...]
    peaks: tuple[int, ...]

    def snippet(self, rendered_at: datetime) -> SnippetRecord:
        """Return the snippet that a page shows and plays. No store holds its blob."""
        return SnippetRecord(
            request_id=0,
            blob="",
            duration_ms=self.duration_ms,
            span=self.span,
            words=self.words,
            peaks=self.peaks,
            rendered_at=rendered_at,
        )


@cache
def synthetic_sound(clip_id: str, span: Span) -> SyntheticSound:
    """Return the redacted sound around `span` of a sample clip."""
    # SciPy takes 0.9 s CPU and 80 MB that most processes never need, so the import
    # stands here.
    from bot.redaction.pipeline import make_snippet

    source = open_clip_source(str(DEMO_CLIPS))
    clip = source.clip(clip_id)
    with source.audio(clip_id) as recording:
        made = make_snippet(
            recording,
            span=span,
            words=clip.words,
            locale=clip.locale,
            timing=clip.timing,
            key=b"a sample is no person's recording",
        )
    start_ms, end_ms = made.span_in_snippet_ms
    return SyntheticSound(
        wav=made.wav,
        duration_ms=made.end_ms - made.start_ms,
        span=Span(start_ms=start_ms, end_ms=end_ms),
        words=made.words,
        peaks=made.peaks,
    )
