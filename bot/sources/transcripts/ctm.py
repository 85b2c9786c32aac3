"""NIST/Kaldi CTM: `recording channel start duration word [confidence]`, times in
seconds.

https://www.nist.gov/system/files/documents/2021/08/31/OpenASR21_EvalPlan_v1_3_1.pdf,
appendix
"""

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text
from bot.sources.clips.timed_words import LooseWord
from bot.sources.transcripts.transcript import (
    WHAT,
    Transcript,
    certain,
    is_silence,
    milliseconds,
    transcript,
)
from storage.records import TimingSource


def parse(data: bytes, clip_id: str) -> Transcript:
    rows = _rows(decode_text(data, WHAT))
    recordings = {row[0] for row in rows}
    if len(recordings) > 1:
        rows = [row for row in rows if row[0] == clip_id]
        if not rows:
            raise Invalid(
                f"{WHAT} is about several recordings, none of them this clip."
            )
    return transcript(
        [_word(row) for row in rows if not is_silence(row[4])], TimingSource.RECOGNISER
    )


def _rows(text: str) -> list[list[str]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(";;"):
            continue
        row = line.split()
        if not 5 <= len(row) <= 8:  # the norm allows two more: type and speaker
            raise Invalid(f"{WHAT}: line {number} is not CTM (recording, channel, start, duration,"
                          " word, confidence).")  # fmt: skip
        if row[2] == "*" or row[4].upper().startswith("<ALT"):
            raise Invalid(f"{WHAT} has alternative readings. Export the best one only.")
        rows.append(row)
    return rows


def _word(row: list[str]) -> LooseWord:
    start, length = milliseconds(row[2]), milliseconds(row[3])
    if start is None or length is None or length < 0:
        raise Invalid(f"{WHAT} has an impossible time. Times of words are in seconds.")
    confidence = row[5] if len(row) > 5 and row[5].upper() != "NA" else None
    return LooseWord(
        text=row[4],
        start_ms=start,
        end_ms=start + length,
        confidence=certain(confidence),
    )
