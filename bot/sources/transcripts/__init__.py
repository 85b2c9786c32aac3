"""Draft transcripts in the formats that recognisers and people write.

One module a format, each with a `parse` that returns a `Transcript` or raises `Invalid`;
none opens a file.
"""

from bot.errors import Invalid
from bot.sources.transcripts.formats import FILE_FORMATS, JSON_FORMATS
from bot.sources.transcripts.transcript import Transcript
from bot.sources.transcripts.values import json_of
from bot.text import text

_BY_EXTENSION = {format_.extension.lower(): format_ for format_ in FILE_FORMATS}


def parse_transcript(
    name: str,
    data: bytes,
    clip_id: str,
) -> Transcript:
    """Return the transcript in a file, whose name ends in a known extension.

    Raises `Invalid`, in a sentence, for what cannot be read.
    """
    extension = name[len(clip_id) + 1 :].lower()
    if extension == "transcript.json":
        return _parse_json(data, clip_id)
    return _BY_EXTENSION[extension].parse(data, clip_id)


def is_transcript(
    name: str,
    data: bytes,
    clip_id: str,
) -> bool:
    """Return whether a file is a transcript, where its extension leaves that open."""
    format_ = _BY_EXTENSION.get(name[len(clip_id) + 1 :].lower())
    if format_ is None:
        return True
    if format_.recognises is None:
        return True
    return format_.recognises(data)


def _parse_json(data: bytes, clip_id: str) -> Transcript:
    document = json_of(data)
    for format_ in JSON_FORMATS:
        if format_.recognises(document):
            return format_.parse(document, clip_id)
    names = ", ".join(format_.name for format_ in JSON_FORMATS)
    raise Invalid(text("sources.transcript.unknown_json", formats=names))
