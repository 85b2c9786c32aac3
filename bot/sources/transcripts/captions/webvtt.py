"""WebVTT, https://www.w3.org/TR/webvtt1/: in the best case a time before each word."""

import re

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.transcripts.captions.cues import cues_of, transcript_of_cues
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.transcript import Transcript
from bot.text import text

_HEADER = re.compile(r"WEBVTT(?:[ \t\n]|\Z)")


def parse(data: bytes, _clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` for other files."""
    written = re.sub(r"\r\n?", "\n", decode_text(data, transcript_label()))
    if _HEADER.match(written) is None:
        found = kind_found(written)
        raise Invalid(text("sources.transcript.not_webvtt", found=found))
    return transcript_of_cues(cues_of(written.split("\n")[1:]))
