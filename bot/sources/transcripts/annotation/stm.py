"""NIST's STM: `recording channel speaker start end [<labels>] words`, in seconds.

https://github.com/usnistgov/SCTK/blob/master/doc/infmts.htm: a line a segment. Words
have no times of their own.
"""

import re

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.recording_names import rows_of_clip
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import times_in_ms
from bot.text import text
from storage.records import TimingSource

_FIELDS = 5
_LABELS = re.compile(r"<[^<>\s]*>\s*")
_NOT_SCORED = "ignore_time_segment_in_scoring"


def parse(data: bytes, clip_id: str) -> Transcript:
    """Return the words of the clip; raise `Invalid` if it is about other recordings."""
    about_clip = rows_of_clip(_rows(decode_text(data, transcript_label())), clip_id)
    words = [word for row in about_clip for word in _words(row)]
    return build_transcript(words, TimingSource.RECOGNISER)


def _rows(written: str) -> list[list[str]]:
    rows = []
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip() or line.startswith(";;"):
            continue
        row = line.split(maxsplit=_FIELDS)
        if len(row) < _FIELDS:
            raise Invalid(text("sources.transcript.not_stm", number=number))
        rows.append(row)
    return rows


def _words(row: list[str]) -> list[LooseWord]:
    start_ms, end_ms = times_in_ms(row[3], row[4])
    if len(row) == _FIELDS:
        return []
    said = _LABELS.sub("", row[_FIELDS], count=1)
    if said.strip().lower() == _NOT_SCORED:
        return []
    if " / " in said and "{" in said:
        raise Invalid(text("sources.transcript.alternatives"))
    return spread(said, start_ms, end_ms)
