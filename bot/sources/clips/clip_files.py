"""A clip from the files beside each other under its id, in a folder or a bucket."""

from collections.abc import Callable, Collection

from bot.errors import Invalid
from bot.sources.clips.corrected import correct_times
from bot.sources.clips.names import audio_name, sidecar_name, transcript_name
from bot.sources.clips.sidecar import Sidecar, parse_sidecar
from bot.sources.transcripts import is_transcript, parse_transcript
from bot.sources.transcripts.transcript import Transcript
from bot.text import text
from storage.records import Clip, TimingSource, Word


def build_clip(
    clip_id: str,
    names: Collection[str],
    read: Callable[[str], bytes],
    late_ms: int = 0,
) -> Clip:
    """Return the clip of these files; `read` gives the bytes of one of `names`.

    The times of a recogniser are moved by `late_ms`, or by what the sidecar asks for.
    Raises `NotFound` without a sidecar or recording, `Invalid` if what is there cannot
    be used.
    """
    sidecar_file = sidecar_name(clip_id, names)
    audio_name(clip_id, names)
    sidecar = parse_sidecar(read(sidecar_file), clip_id)
    words, timing = _transcript(clip_id, sidecar, names, read)
    clip = Clip(
        clip_id=clip_id,
        locale=sidecar.locale,
        recorded_at=sidecar.recorded_at,
        speaker=sidecar.speaker,
        consent=sidecar.consent,
        words=words,
        timing=timing,
        child=sidecar.child,
    )
    return correct_times(clip, late_ms, sidecar.late_ms)


def _transcript(
    clip_id: str,
    sidecar: Sidecar,
    names: Collection[str],
    read: Callable[[str], bytes],
) -> tuple[tuple[Word, ...], TimingSource]:
    """Return the words and who timed them.

    The sidecar may name the origin of the times of a transcript file, but never a
    better origin than the file shows.
    """
    has_words = bool(sidecar.words)
    name = transcript_name(clip_id, names, has_words=has_words)
    claimed = sidecar.timing or TimingSource.UNKNOWN
    if name is None:
        return sidecar.words or (), claimed
    if has_words:
        raise Invalid(text("sources.names.words_twice"), field="clip")
    data = read(name)
    if not is_transcript(name, data, clip_id):
        return (), claimed
    found = parse_transcript(name, data, clip_id)
    return found.words, timing_of(found, sidecar.timing)


def timing_of(found: Transcript, claimed: TimingSource | None) -> TimingSource:
    """Return who timed the words: the claim, unless the file shows less."""
    if claimed is None:
        return found.timing
    if found.timing is TimingSource.UNKNOWN:
        return found.timing
    is_better = claimed is TimingSource.HUMAN
    if found.is_evident and is_better:
        return found.timing
    return claimed
