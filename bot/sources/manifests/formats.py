"""Which format a manifest has, by its name and first record."""

from collections.abc import Callable, Iterator

from bot.errors import Invalid
from bot.sources.manifests import kaldi
from bot.sources.manifests.common_voice import CommonVoice
from bot.sources.manifests.entries import ManifestFormat, whole_lines
from bot.sources.manifests.json_lines import (
    LhotseCuts,
    LhotseSupervisions,
    Nemo,
    object_in,
)
from bot.sources.manifests.kaldi import Kaldi
from bot.sources.manifests.label_studio import LabelStudio
from bot.sources.manifests.places import ManifestPlace
from bot.text import text

_SUPERVISIONS, _RECORDINGS = "supervisions", "recordings"


def format_of(place: ManifestPlace, name: str) -> ManifestFormat:
    """Return the format of a manifest; without a name, that of a Kaldi data folder.

    Raises `Invalid` for a manifest of another kind, `Unavailable` if it is not there.
    """
    if not name:
        if place.version(kaldi.WAV) is None:
            raise Invalid(text("sources.manifest.not_kaldi"))
        return Kaldi(has_segments=place.version(kaldi.SEGMENTS) is not None)
    if place.version(name) is None:
        raise Invalid(text("sources.manifest.not_there"))
    line = _first_line(place.chunks(name))
    if line.lstrip().startswith(b"["):
        return LabelStudio(name)
    if b"\t" in line and b"path" in line.split(b"\t"):
        columns = line.decode("utf-8", "replace").strip().split("\t")
        return CommonVoice(name, tuple(columns))
    return _of_json_lines(name, line)


def _of_json_lines(name: str, line: bytes) -> ManifestFormat:
    record = object_in(line)
    if "audio_filepath" in record:
        return Nemo(name)
    if {"recording", "supervisions"} <= record.keys():
        return LhotseCuts(name)
    if "recording_id" in record and _SUPERVISIONS in name:
        recordings = name.replace(_SUPERVISIONS, _RECORDINGS)
        return LhotseSupervisions(name, recordings)
    raise Invalid(text("sources.manifest.unknown"))


def _first_line(chunks: Iterator[bytes]) -> bytes:
    read: Callable[[Iterator[bytes]], Iterator[bytes]] = whole_lines
    first_chunk = next(chunks, b"")
    return next(read(iter([first_chunk])), b"")
