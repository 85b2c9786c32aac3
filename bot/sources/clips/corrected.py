"""A recogniser's times moved to where the sound is.

A source may hold the work of several recognisers, so a clip's own correction comes
before the setting.
"""

from dataclasses import replace

from storage.records import Clip, TimingSource, Word


def correct_times(
    clip: Clip,
    late_ms: int,
    own_late_ms: int | None = None,
) -> Clip:
    """Return the clip with the times of a recogniser earlier.

    By `own_late_ms` ms if the clip has it, else by `late_ms`. Times that people set, and
    times of unknown origin, stay as they are.
    """
    if own_late_ms is not None:
        late_ms = own_late_ms
    if late_ms == 0:
        return clip
    if clip.timing is not TimingSource.RECOGNISER:
        return clip
    moved = (_moved(word, late_ms) for word in clip.words)
    words = tuple(word for word in moved if word.start_ms < word.end_ms)
    return replace(clip, words=words)


def _moved(word: Word, late_ms: int) -> Word:
    within = word.within
    if within is not None:
        within = (_earlier(within[0], late_ms), _earlier(within[1], late_ms))
    return replace(
        word,
        start_ms=_earlier(word.start_ms, late_ms),
        end_ms=_earlier(word.end_ms, late_ms),
        within=within,
    )


def _earlier(time_ms: int, late_ms: int) -> int:
    return max(time_ms - late_ms, 0)
