"""Clip ids, and which files beside each other make up one clip. No file is touched
here.
"""

import re
from collections.abc import Collection, Iterable

from bot.errors import Invalid, NotFound

AUDIO_EXTENSIONS = (
    "wav", "flac", "ogg", "opus", "mp3", "m4a", "mp4", "aac", "amr", "3gp", "webm", "aiff", "caf",
)  # fmt: skip
TRANSCRIPT_EXTENSIONS = ("ctm", "vtt", "TextGrid", "transcript.json")
SIDECAR_EXTENSION = "json"
_AUDIO = frozenset(AUDIO_EXTENSIONS)
_TRANSCRIPTS = frozenset(extension.lower() for extension in TRANSCRIPT_EXTENSIONS)

_MAX_ID_LENGTH = 128
# Ids are typed by people and become file names: no separators, no leading dot or dash,
# no "..".
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_RESERVED_ENDING = ".transcript"  # NAME.transcript.json is a transcript, not a clip


def is_clip_id(text: str) -> bool:
    return (
        len(text) <= _MAX_ID_LENGTH
        and _ID.fullmatch(text) is not None
        and not text.lower().endswith(_RESERVED_ENDING)
    )


def check_clip_id(text: str) -> str:
    """The id itself; raises `Invalid` for one that no clip can have."""
    if not is_clip_id(text):
        raise Invalid(
            "That is not a clip id. An id has letters, digits, dots, dashes and underscores only;"
            " copy it from the work tool.",
            field="clip",
        )
    return text


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


def transcript_name(clip_id: str, names: Iterable[str]) -> str | None:
    """The draft transcript kept in a file of its own, if there is one. Raises `Invalid`
    for two.
    """
    found = _with_extensions(clip_id, names, _TRANSCRIPTS)
    if len(found) > 1:
        raise Invalid(
            f"That clip has {len(found)} transcript files. Ask whoever keeps the clips to leave"
            " only one.",
            field="clip",
        )
    return found[0] if found else None


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
