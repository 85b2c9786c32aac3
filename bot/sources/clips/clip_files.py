"""A clip from the files that lie beside each other under its id, wherever those are
kept.
"""

from collections.abc import Callable, Collection

from bot.errors import Invalid, NotFound
from bot.sources.clips.names import audio_name, sidecar_name, transcript_name
from bot.sources.clips.sidecar import Sidecar, parse_sidecar
from bot.sources.transcripts import parse_transcript
from storage.records import Clip, TimingSource, Word


def build_clip(
    clip_id: str, names: Collection[str], read: Callable[[str], bytes]
) -> Clip:
    """`names` are the files there are, `read` gives the bytes of one.

    Raises `NotFound` without a sidecar or recording, `Invalid` if what is there cannot
    be used.
    """
    if sidecar_name(clip_id) not in names:
        raise NotFound("There is no such clip. Check the clip id in the work tool.")
    audio_name(clip_id, names)
    sidecar = parse_sidecar(read(sidecar_name(clip_id)), clip_id)
    words, timing = _transcript(clip_id, sidecar, names, read)
    return Clip(
        clip_id=clip_id,
        locale=sidecar.locale,
        recorded_at=sidecar.recorded_at,
        speaker=sidecar.speaker,
        consent=sidecar.consent,
        words=words,
        timing=timing,
        child=sidecar.child,
    )


def _transcript(
    clip_id: str, sidecar: Sidecar, names: Collection[str], read: Callable[[str], bytes]
) -> tuple[tuple[Word, ...], TimingSource]:
    """The sidecar may say who timed a transcript file, unless its times were only
    spread.
    """
    name = transcript_name(clip_id, names)
    if name is None:
        return sidecar.words or (), sidecar.timing or TimingSource.UNKNOWN
    if sidecar.words:
        raise Invalid(
            "That clip has words both in its sidecar and in a transcript file. Ask whoever keeps"
            " the clips to leave only one.",
            field="clip",
        )
    found = parse_transcript(name, read(name), clip_id)
    if found.timing is TimingSource.UNKNOWN:
        return found.words, found.timing
    return found.words, sidecar.timing or found.timing
