"""Clip ids, and which files beside each other make up one clip. No file is touched
here.
"""

import re
from collections.abc import Collection, Iterable

from bot.errors import Invalid, NotFound
from bot.text import text

AUDIO_EXTENSIONS = (
    "wav", "flac", "ogg", "opus", "mp3", "m4a", "mp4", "aac", "amr", "3gp", "webm", "aiff", "caf",
)  # fmt: skip
TRANSCRIPT_EXTENSIONS = (
    "ctm", "vtt", "srt", "TextGrid", "eaf", "transcript.json", "txt", "csv",
)  # fmt: skip
SIDECAR_EXTENSION = "json"
_AUDIO = frozenset(AUDIO_EXTENSIONS)
_TRANSCRIPTS = frozenset(extension.lower() for extension in TRANSCRIPT_EXTENSIONS)
# Many things are called so; they count where there is no other transcript.
_VAGUE_TRANSCRIPTS = frozenset({"txt", "csv"})

_MAX_ID_LENGTH = 128
# Ids are typed by people and become file names: no separators, no leading dot or dash,
# no "..".
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_RESERVED_ENDING = ".transcript"  # NAME.transcript.json is a transcript, not a clip


def is_clip_id(clip_id: str) -> bool:
    return (
        len(clip_id) <= _MAX_ID_LENGTH
        and _ID.fullmatch(clip_id) is not None
        and not clip_id.lower().endswith(_RESERVED_ENDING)
    )


def check_clip_id(clip_id: str) -> str:
    """The id itself; raises `Invalid` for one that no clip can have."""
    if not is_clip_id(clip_id):
        raise Invalid(
            "That is not a clip id. An id has letters, digits, dots, dashes and underscores only;"
            " copy it from the work tool.",
            field="clip",
        )
    return clip_id


def audio_name(clip_id: str, names: Iterable[str]) -> str:
    """The recording of a clip among the names beside its sidecar.

    Raises `NotFound` if there is none and `Invalid` if there are several: which one the
    transcript's times belong to cannot be known.
    """
    found = _with_extensions(clip_id, names, _AUDIO)
    if not found:
        raise NotFound(
            "There is no recording for that clip. Check the clip id in the work tool."
        )
    if len(found) > 1:
        raise Invalid(
            f"That clip has {len(found)} recordings with different extensions. Ask whoever keeps"
            " the clips to leave only one.",
            field="clip",
        )
    return found[0]


def transcript_name(
    clip_id: str, names: Iterable[str], *, has_words: bool = False
) -> str | None:
    """Return the name of the draft transcript in a file of its own, if there is one.

    A table or a plain text counts only where neither another file nor the sidecar
    (`has_words`) has the words. Raises `Invalid` for two transcripts.
    """
    found = _with_extensions(clip_id, names, _TRANSCRIPTS)
    sure = [name for name in found if not _is_vague(name)]
    if sure or has_words:
        found = sure
    if len(found) > 1:
        raise Invalid(
            text("sources.names.several_transcripts", number=len(found)), field="clip"
        )
    return found[0] if found else None


def _is_vague(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _VAGUE_TRANSCRIPTS


def sidecar_name(clip_id: str) -> str:
    return f"{clip_id}.{SIDECAR_EXTENSION}"


def clip_id_of_sidecar(name: str) -> str | None:
    """The id a file name is the sidecar of, or None."""
    stem, dot, extension = name.rpartition(".")
    return stem if dot and extension == SIDECAR_EXTENSION and is_clip_id(stem) else None


def _with_extensions(
    clip_id: str, names: Iterable[str], extensions: Collection[str]
) -> list[str]:
    prefix = f"{clip_id}."
    return sorted(
        name
        for name in names
        if name.startswith(prefix) and name[len(prefix) :].lower() in extensions
    )
