"""SubRip (SRT): numbered cues without a header, with a comma in their times."""

import re

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.transcripts.captions.cues import ARROW, cues_of, transcript_of_cues
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.transcript import Transcript
from bot.text import text


def parse(data: bytes, _clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` for other files."""
    written = re.sub(r"\r\n?", "\n", decode_text(data, transcript_label()))
    lines = written.split("\n")
    is_webvtt = written.startswith("WEBVTT")
    if is_webvtt or (written.strip() and not any(ARROW in line for line in lines)):
        found = kind_found(written)
        raise Invalid(text("sources.transcript.not_srt", found=found))
    return transcript_of_cues(cues_of(lines))
