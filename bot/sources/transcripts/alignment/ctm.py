"""NIST/Kaldi CTM: `recording channel start duration word [confidence]`, in seconds.

https://www.nist.gov/system/files/documents/2021/08/31/OpenASR21_EvalPlan_v1_3_1.pdf,
appendix. NeMo's aligner and many recognisers write it too.
"""

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.recording_names import rows_of_clip
from bot.sources.transcripts.transcript import (
    Transcript,
    build_transcript,
    is_silence,
)
from bot.sources.transcripts.values import certain, milliseconds
from bot.text import text
from storage.records import TimingSource


def parse(data: bytes, clip_id: str) -> Transcript:
    """Return the words of the clip; raise `Invalid` if it is about other recordings."""
    about_clip = rows_of_clip(_rows(decode_text(data, transcript_label())), clip_id)
    words = [_word(row) for row in about_clip if not is_silence(row[4])]
    has_confidences = any(word.confidence is not None for word in words)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=has_confidences)


def _rows(written: str) -> list[list[str]]:
    rows = []
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip():
            continue
        if line.startswith(";;"):
            continue
        row = line.split()
        if not 5 <= len(row) <= 8:  # The norm allows two more: type and speaker.
            raise Invalid(text("sources.transcript.not_ctm", number=number))
        if row[2] == "*" or row[4].upper().startswith("<ALT"):
            raise Invalid(text("sources.transcript.alternatives"))
        rows.append(row)
    return rows


def _word(row: list[str]) -> LooseWord:
    start_ms, length_ms = milliseconds(row[2]), milliseconds(row[3])
    if start_ms is None or length_ms is None:
        raise Invalid(text("sources.transcript.impossible_time"))
    has_confidence = len(row) > 5 and row[5].upper() != "NA"
    return LooseWord(
        text=row[4],
        start_ms=start_ms,
        end_ms=start_ms + max(length_ms, 0),
        confidence=certain(row[5]) if has_confidence else None,
    )
