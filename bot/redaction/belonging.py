"""Whether a transcript is that of the recording beside it, as far as times show."""

from collections.abc import Sequence

from bot.errors import Invalid
from bot.redaction.audio import codec
from bot.redaction.audio.codec import Window
from bot.redaction.audio.opening import Recording
from bot.redaction.audio.signal import RATE_HZ
from bot.text import text
from storage.records import Word

_PROBE_MS = 20
_SHARE_INSIDE = 0.8


def check_belonging(
    recording: Recording,
    window: Window,
    words: Sequence[Word],
) -> None:
    """Raise `Invalid` if a fifth of the words lie beyond the end of the recording.

    Such words belong to another recording, or their times count in other units or from
    another start. A transcript with a word or two after the end is used, because
    recognisers invent those.

    A header is a hint: where it says that the recording is shorter, or nothing, the
    decoders are asked for the sound at the word after four fifths.
    """
    if not words:
        return
    starts = sorted(word.start_ms for word in words)
    late_ms = starts[int(_SHARE_INSIDE * (len(starts) - 1))]
    known_ms = window.start_ms + len(window.samples) * 1000 // RATE_HZ
    if window.clip_duration_ms is not None:
        known_ms = max(known_ms, window.clip_duration_ms)
    if late_ms < known_ms:
        return
    try:
        codec.read_window(recording, late_ms, late_ms + _PROBE_MS)
    except Invalid:
        raise Invalid(
            text("redaction.belonging.beyond_the_end"), field="clip"
        ) from None
