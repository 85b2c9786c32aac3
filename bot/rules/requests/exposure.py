"""How much of one recording, and of one speaker, people may hear and read.

The recording is to be protected, so all its requests count together, of all desks and
in every state. docs/administrators.md explains the limits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.rules.refusals import Refusal, refuse
from bot.rules.requests.spans import MAX_MS
from storage.records import Heard, Request, RequestState, Span

# The most that a snippet plays on either side of its span: docs/design.md, promise 3.
FULL_CONTEXT_MS = 2_000
_STEP_MS = 100

ASKS_COUNT_FOR = timedelta(hours=1)
READING_COUNTS_FOR = timedelta(hours=1)
# A voice that was heard long ago is no help in knowing its speaker.
SPEAKER_COUNTS_FOR = timedelta(days=30)

TOO_MANY_ASKS = refuse("many_asks")
ANOTHER_WAITS = refuse("clip_waits")


@dataclass(frozen=True, kw_only=True)
class ExposureLimits:
    """A desk's limits, with the requests of all desks counted.

    `asks_per_clip` and `span_seconds_per_clip` hold until a lead agrees to more.
    `heard_seconds_per_clip` holds for what all snippets of a clip play together, and
    for each listener even where a lead agreed. `transcripts_per_hour` and
    `transcripts_per_clip` limit one person's reading of drafts in an hour.
    """

    asks_per_clip: int = 3
    span_seconds_per_clip: int = 6
    heard_seconds_per_clip: int = 12
    heard_seconds_per_speaker: int = 60
    asks_per_hour: int = 20
    transcripts_per_hour: int = 60
    transcripts_per_clip: int = 10


def covered_ms(spans: Iterable[Span]) -> int:
    """Return how long the union of spans of one clip is, in ms."""
    total_ms = 0
    reached_ms = 0
    for span in sorted(spans, key=lambda span: span.start_ms):
        start_ms = max(span.start_ms, reached_ms)
        total_ms += max(0, span.end_ms - start_ms)
        reached_ms = max(reached_ms, span.end_ms)
    return total_ms


def needs_lead(
    limits: ExposureLimits,
    earlier: Sequence[Request],
    span: Span,
) -> bool:
    """Return whether a lead has to agree to one more question about a clip.

    `earlier` are all requests about the clip, in whatever state.
    """
    if len(earlier) >= limits.asks_per_clip:
        return True
    spans = [request.span for request in earlier]
    if covered_ms([*spans, span]) > limits.span_seconds_per_clip * 1000:
        return True
    heard = [request.span.widened(request.context_ms) for request in earlier]
    return covered_ms([*heard, span]) > limits.heard_seconds_per_clip * 1000


def context_within(
    limits: ExposureLimits,
    earlier: Sequence[Request],
    span: Span,
) -> int:
    """Return how much a snippet may play on either side of its span, in ms.

    Where the clip's snippets would play too much together, the new one plays less, so
    that the spans of questions that need no lead still have room.
    """
    heard = [request.span.widened(request.context_ms) for request in earlier]
    limit_ms = limits.heard_seconds_per_clip * 1000
    limit_ms -= _kept_for_later_ms(limits, earlier, span)
    for context_ms in range(FULL_CONTEXT_MS, 0, -_STEP_MS):
        if covered_ms([*heard, span.widened(context_ms)]) <= limit_ms:
            return context_ms
    return 0


def _kept_for_later_ms(
    limits: ExposureLimits,
    earlier: Sequence[Request],
    span: Span,
) -> int:
    """Return how long the spans may be that can still be asked without a lead."""
    spans = [*(request.span for request in earlier), span]
    asks_left = max(0, limits.asks_per_clip - len(spans))
    left_ms = max(0, limits.span_seconds_per_clip * 1000 - covered_ms(spans))
    return min(left_ms, asks_left * MAX_MS)


def is_another_waiting(earlier: Sequence[Request]) -> bool:
    """Return whether a lead still has to decide on another question about the clip."""
    return any(request.state is RequestState.WAITING for request in earlier)


def may_ask_more(limits: ExposureLimits, asked_lately: int) -> Refusal | None:
    """Return the refusal of a person who asked as often as the desk allows an hour."""
    if asked_lately < limits.asks_per_hour:
        return None
    return TOO_MANY_ASKS


def may_hear_more(
    limits: ExposureLimits,
    heard: Sequence[Heard],
    request: Request,
) -> Refusal | None:
    """Return the refusal of a listener who heard enough of the clip or its speaker.

    `heard` is what this listener heard of both. A snippet that adds nothing is allowed.
    """
    played = Heard(
        clip_id=request.clip_id,
        part=request.span.widened(request.context_ms),
    )
    of_clip = [each for each in heard if each.clip_id == request.clip_id]
    if _goes_beyond(limits.heard_seconds_per_clip, of_clip, played):
        return refuse("heard_clip")
    if request.speaker is None:
        return None
    if _goes_beyond(limits.heard_seconds_per_speaker, heard, played):
        return refuse("heard_speaker")
    return None


def may_read_more(
    limits: ExposureLimits,
    read_lately: Sequence[str],
    clip_id: str,
) -> Refusal | None:
    """Return the refusal of a person who read enough drafts in the last hour.

    `read_lately` holds the clip of each reading.
    """
    if len(read_lately) >= limits.transcripts_per_hour:
        return refuse("many_transcripts")
    if read_lately.count(clip_id) >= limits.transcripts_per_clip:
        return refuse("many_transcripts")
    return None


def _goes_beyond(
    limit_s: int,
    heard: Sequence[Heard],
    played: Heard,
) -> bool:
    """Return whether `played` adds to what was heard, and so goes beyond the limit."""
    before_ms = _heard_ms(heard)
    after_ms = _heard_ms([*heard, played])
    return before_ms < after_ms > limit_s * 1000


def _heard_ms(heard: Sequence[Heard]) -> int:
    """Return how much was heard of all clips together, in ms."""
    parts: dict[str, list[Span]] = {}
    for each in heard:
        parts.setdefault(each.clip_id, []).append(each.part)
    return sum(covered_ms(spans) for spans in parts.values())
