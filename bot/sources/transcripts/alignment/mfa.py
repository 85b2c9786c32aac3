"""The Montreal Forced Aligner's other formats: JSON by tier, and CSV.

https://montreal-forced-aligner.readthedocs.io/en/latest/user_guide/workflows/alignment.html
"""

import csv
import io
from collections.abc import Mapping

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, first_line, transcript_label
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    Tier,
    tier_of,
    transcript_of_tiers,
)
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.transcript import Transcript
from bot.sources.transcripts.values import (
    list_of,
    object_of,
    text_of,
    times_in_ms,
)
from bot.text import text
from storage.records import TimingSource

_COLUMNS = ("Begin", "End", "Label", "Type", "Speaker")


def recognises(document: object) -> bool:
    """Return whether the document is tiers by name, each with entries."""
    tiers = object_of(document).get("tiers")
    if not isinstance(tiers, dict):
        return False
    return all("entries" in object_of(tier) for tier in tiers.values())


def parse(document: object) -> Transcript:
    """Return the words of all speakers."""
    tiers = object_of(object_of(document).get("tiers"))
    made = [
        tier_of(name, map(_entry, list_of(object_of(tier).get("entries"))))
        for name, tier in tiers.items()
    ]
    return _aligned(made)


def recognises_csv(data: bytes) -> bool:
    """Return whether the first line names the columns of an alignment."""
    return set(_COLUMNS[:4]) <= set(first_line(data).strip().split(","))


def parse_csv(data: bytes, _clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` for a table with other columns."""
    written = decode_text(data, transcript_label())
    try:
        rows = list(csv.DictReader(io.StringIO(written)))
    except csv.Error:
        rows = []
    if not rows or not set(_COLUMNS[:4]) <= set(rows[0]):
        found = kind_found(written)
        raise Invalid(text("sources.transcript.not_mfa_csv", found=found))
    by_tier: dict[str, list[Interval]] = {}
    for row in rows:
        name = f"{row.get('Speaker') or ''} - {row['Type'] or ''}"
        interval = _interval(row["Begin"], row["End"], row["Label"] or "")
        by_tier.setdefault(name, []).append(interval)
    return _aligned([tier_of(name, parts) for name, parts in by_tier.items()])


def _aligned(tiers: list[Tier]) -> Transcript:
    """Return the words, which this aligner timed whatever the times look like."""
    made = transcript_of_tiers(tiers)
    timing = made.timing
    if timing is TimingSource.HUMAN:
        timing = TimingSource.RECOGNISER
    return Transcript(
        words=made.words,
        timing=timing,
        is_evident=True,
    )


def _entry(entry: object) -> Interval:
    """Return an interval from a list of its start, its end and its label."""
    if isinstance(entry, Mapping):
        return _interval(entry.get("begin"), entry.get("end"), entry.get("label"))
    start, end, label = [*list_of(entry), None, None, None][:3]
    return _interval(start, end, label)


def _interval(
    start: object,
    end: object,
    label: object,
) -> Interval:
    start_ms, end_ms = times_in_ms(start, end)
    return Interval(start_ms, end_ms, text_of(label))
