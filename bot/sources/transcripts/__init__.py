"""Draft transcripts in the formats recognisers and people write; one module a format.

Each has a `parse` that returns a `Transcript` or raises `Invalid`; none opens a file.
"""

from collections.abc import Callable

from bot.errors import Invalid
from bot.sources.transcripts import amazon, ctm, textgrid, webvtt, whisper
from bot.sources.transcripts.transcript import WHAT, Transcript, json_object

Parser = Callable[[bytes, str], Transcript]


def parse_transcript(name: str, data: bytes, clip_id: str) -> Transcript:
    """`name` is the file's name, which ends in one of `TRANSCRIPT_EXTENSIONS`."""
    extension = name[len(clip_id) + 1 :].lower()
    parsers: dict[str, Parser] = {
        "ctm": ctm.parse,
        "vtt": webvtt.parse,
        "textgrid": textgrid.parse,
        "transcript.json": _parse_json,
    }
    return parsers[extension](data, clip_id)


def _parse_json(data: bytes, _clip_id: str) -> Transcript:
    document = json_object(data)
    if amazon.recognises(document):
        return amazon.parse(document)
    if whisper.recognises(document):
        return whisper.parse(document)
    raise Invalid(
        f"{WHAT} is JSON of an unknown kind. Whisper's and Amazon Transcribe's JSON can be read."
    )
