"""Clip ids, and which files beside each other make up one clip; no file is opened."""

import re
from collections.abc import Collection, Iterable

from bot.errors import Invalid, NotFound
from bot.text import text

AUDIO_EXTENSIONS = (
    *("wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "m4a", "m4b", "mp4", "mov"),
    *("aac", "amr", "awb", "3gp", "3ga", "webm", "weba", "mka", "aiff", "aif", "caf"),
    *("au", "w64", "sph"),
)
TRANSCRIPT_EXTENSIONS = (
    "ctm", "stm", "vtt", "srt", "TextGrid", "eaf", "transcript.json", "txt", "csv",
)  # fmt: skip
SIDECAR_EXTENSION = "json"
_AUDIO = frozenset(AUDIO_EXTENSIONS)
_TRANSCRIPTS = frozenset(extension.lower() for extension in TRANSCRIPT_EXTENSIONS)
# Many files have these extensions; they count where there is no other transcript.
_VAGUE_TRANSCRIPTS = frozenset({"txt", "csv"})

_MAX_ID_LENGTH = 128
# Ids are typed by people and become file names: no separators, no leading dot or dash,
# no "..".
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
# NAME.transcript.json is a transcript, not a clip.
_RESERVED_ENDING = ".transcript"


def is_clip_id(clip_id: str) -> bool:
    """Return whether a clip may have this id."""
    if len(clip_id) > _MAX_ID_LENGTH:
        return False
    if clip_id.lower().endswith(_RESERVED_ENDING):
        return False
    return _ID.fullmatch(clip_id) is not None


def check_clip_id(clip_id: str) -> str:
    """Return the id itself; raises `Invalid` for one that no clip can have."""
    if not is_clip_id(clip_id):
        raise Invalid(text("sources.names.not_an_id"), field="clip")
    return clip_id


def is_audio_name(name: str) -> bool:
    """Return whether a file is a recording by its extension, in any case."""
    return name.rpartition(".")[2].lower() in _AUDIO


def audio_name(clip_id: str, names: Iterable[str]) -> str:
    """Return the name of the clip's recording among the names beside its sidecar.

    Raises `NotFound` if there is none and `Invalid` if there are several: it cannot be
    known to which of them the transcript's times belong.
    """
    beside = [name for name in names if name.startswith(f"{clip_id}.")]
    found = _with_extensions(clip_id, beside, _AUDIO)
    if not found:
        raise NotFound(_no_recording(clip_id, beside))
    if len(found) > 1:
        raise Invalid(
            text("sources.names.several_recordings", number=len(found)), field="clip"
        )
    return found[0]


def _no_recording(clip_id: str, names: Iterable[str]) -> str:
    """Return a sentence that names the extensions found, and those that are read."""
    endings = {name.removeprefix(f"{clip_id}.").lower() for name in names}
    others = sorted(endings - {SIDECAR_EXTENSION} - _TRANSCRIPTS)
    readable = " ".join(AUDIO_EXTENSIONS)
    if not others:
        return text("sources.names.no_recording", readable=readable)
    found = " ".join(others[:3])
    return text("sources.names.other_extension", found=found, readable=readable)


def transcript_name(
    clip_id: str,
    names: Iterable[str],
    *,
    has_words: bool = False,
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
    return next(iter(found), None)


def _is_vague(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _VAGUE_TRANSCRIPTS


def sidecar_name(clip_id: str, names: Iterable[str]) -> str:
    """Return the name of the clip's sidecar.

    Raises `NotFound` if there is none and `Invalid` if several differ by case only.
    """
    found = _with_extensions(clip_id, names, {SIDECAR_EXTENSION})
    if not found:
        raise NotFound(text("sources.names.no_clip"))
    if len(found) > 1:
        raise Invalid(
            text("sources.names.several_sidecars", number=len(found)), field="clip"
        )
    return found[0]


def clip_id_of_sidecar(name: str) -> str | None:
    """Return the id a file name is the sidecar of, or None."""
    stem, _, extension = name.rpartition(".")
    if extension.lower() != SIDECAR_EXTENSION:
        return None
    if not is_clip_id(stem):
        return None
    return stem


def _with_extensions(
    clip_id: str,
    names: Iterable[str],
    extensions: Collection[str],
) -> list[str]:
    prefix = f"{clip_id}."
    return sorted(
        name
        for name in names
        if name.startswith(prefix) and name[len(prefix) :].lower() in extensions
    )
