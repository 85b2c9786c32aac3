"""Whether a transcript is that of the recording beside it, as far as times show."""

from collections.abc import Sequence
from statistics import median_low

from bot.errors import Invalid
from bot.redaction.audio import codec
from bot.redaction.audio.codec import Window
from bot.redaction.audio.opening import Recording
from bot.redaction.audio.signal import RATE_HZ
from bot.text import text
from storage.records import Word

_PROBE_MS = 20


def check_belonging(
    recording: Recording,
    window: Window,
    words: Sequence[Word],
) -> None:
    """Raise `Invalid` if most words lie beyond the end of the recording.

    Such words belong to another recording, or their times count in other units or from
    another start. A header is a hint: where it says that the recording is shorter, or
    nothing, the decoders are asked for the sound at the middle word.
    """
    if not words:
        return
    middle_ms = median_low(word.start_ms for word in words)
    known_ms = window.start_ms + len(window.samples) * 1000 // RATE_HZ
    if window.clip_duration_ms is not None:
        known_ms = max(known_ms, window.clip_duration_ms)
    if middle_ms < known_ms:
        return
    try:
        codec.read_window(recording, middle_ms, middle_ms + _PROBE_MS)
    except Invalid:
        raise Invalid(
            text("redaction.belonging.beyond_the_end"), field="clip"
        ) from None
