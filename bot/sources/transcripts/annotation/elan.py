"""ELAN's `.eaf`: tiers of annotations between time slots, in XML.

https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.clips.timed_words import MAX_TIME_MS
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    Tier,
    tier_of,
    transcript_of_tiers,
)
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.recording_names import (
    check_recordings,
    is_of_clip,
    path_of,
)
from bot.sources.transcripts.transcript import Transcript
from bot.text import text


@dataclass(frozen=True)
class _Slot:
    """Between which times in ms a slot lies; one and the same where it has a time."""

    earliest_ms: int | None
    latest_ms: int | None

    @property
    def is_exact(self) -> bool:
        if self.earliest_ms is None:
            return False
        return self.earliest_ms == self.latest_ms


_ADDRESSES = ("MEDIA_URL", "RELATIVE_MEDIA_URL")
_WHOLE = re.compile(r"\s*-?\d+\s*", re.ASCII)
# Times may be counted in frames of television.
_UNITS_MS = {
    "milliseconds": 1.0,
    "PAL-frames": 1000 / 25,
    "PAL-50-frames": 1000 / 50,
    "NTSC-frames": 1001 / 30,
}
Slots = Mapping[str, _Slot]
_NOWHERE = _Slot(None, None)


def parse(data: bytes, clip_id: str) -> Transcript:
    """Return the words of the tiers that hold words.

    Raises `Invalid` where all of its media files are other recordings.
    """
    root = _root(decode_text(data, transcript_label()))
    origin_ms = _origin_ms(root, clip_id)
    slots = _slots(root, origin_ms)
    by_id: dict[str, Interval] = {}
    tiers = [_tier(element, slots, by_id) for element in _in_order(root)]
    return transcript_of_tiers(tiers)


def _origin_ms(root: Element, clip_id: str) -> int:
    """Return where in the clip's recording the annotations' time begins.

    Several media files are made to run together by an origin each.
    """
    media = [
        (element, [element.get(key, "") for key in _ADDRESSES])
        for element in root.iter("MEDIA_DESCRIPTOR")
    ]
    addresses = [address for _, own in media for address in own]
    check_recordings(addresses, clip_id)
    of_clip = [
        element
        for element, own in media
        if any(is_of_clip(path_of(address), clip_id) for address in own)
    ]
    chosen = of_clip or [element for element, _ in media]
    origins = {_ms(element.get("TIME_ORIGIN", "0")) for element in chosen}
    if len(origins) > 1:
        raise Invalid(text("sources.transcript.several_origins"))
    return next(iter(origins), 0)


def _root(written: str) -> Element:
    """Return the root; raise `Invalid` for other files and for entities of their own."""
    if "<!DOCTYPE" in written or "<!ENTITY" in written:
        raise Invalid(text("sources.transcript.xml_entities"))
    try:
        root = ElementTree.fromstring(_without_declaration(written).encode())
    except (ElementTree.ParseError, ValueError, LookupError):
        found = kind_found(written)
        raise Invalid(text("sources.transcript.not_elan", found=found)) from None
    if root.tag != "ANNOTATION_DOCUMENT":
        raise Invalid(
            text("sources.transcript.not_elan", found=text("sources.found.xml"))
        )
    return root


def _without_declaration(written: str) -> str:
    """Return the XML without its first line, whose encoding is not that of this text."""
    if not written.startswith("<?xml"):
        return written
    return written.partition("?>")[2]


def _in_order(root: Element) -> list[Element]:
    """Return the tiers, each after the tier that it refers to."""
    left = list(root.iter("TIER"))
    ordered: list[Element] = []
    while left:
        names = {tier.get("TIER_ID") for tier in left}
        ready = [tier for tier in left if tier.get("PARENT_REF") not in names]
        # These tiers refer to each other in a circle.
        if not ready:
            ready = left
        ordered += ready
        left = [tier for tier in left if tier not in ready]
    return ordered


def _slots(root: Element, origin_ms: int) -> Slots:
    """Return the time slots; one without a time lies between its neighbours."""
    header = root.find("HEADER")
    unit = "milliseconds"
    if header is not None:
        unit = header.get("TIME_UNITS", unit)
    unit_ms = _UNITS_MS.get(unit)
    if unit_ms is None:
        raise Invalid(text("sources.transcript.no_number"))
    elements = list(root.iter("TIME_SLOT"))
    times: list[int | None] = []
    for slot in elements:
        value = slot.get("TIME_VALUE")
        if value is None:
            times.append(None)
        else:
            times.append(max(round(_ms(value) * unit_ms) + origin_ms, 0))
    earliest = _filled(times)
    latest = _filled(times[::-1])[::-1]
    return {
        slot.get("TIME_SLOT_ID", ""): _Slot(earliest[i], latest[i])
        for i, slot in enumerate(elements)
    }


def _filled(times: list[int | None]) -> list[int | None]:
    """Return the times, each missing one replaced by the time before it."""
    filled: list[int | None] = []
    for time_ms in times:
        if time_ms is None and filled:
            time_ms = filled[-1]
        filled.append(time_ms)
    return filled


def _ms(value: str) -> int:
    if _WHOLE.fullmatch(value) is None:
        raise Invalid(text("sources.transcript.no_number"))
    if len(value.strip()) > len(str(-MAX_TIME_MS)):
        raise Invalid(text("sources.transcript.time_too_late"))
    return int(value)


def _tier(
    element: Element,
    slots: Slots,
    by_id: dict[str, Interval],
) -> Tier:
    """Return a tier; annotations that refer to another one share its time."""
    intervals = []
    is_exact = True
    for annotation in element.iter():
        if annotation.tag == "ALIGNABLE_ANNOTATION":
            times, exact = _own_times(annotation, slots)
        elif annotation.tag == "REF_ANNOTATION":
            times, exact = by_id.get(annotation.get("ANNOTATION_REF", "")), False
        else:
            continue
        if times is None:
            continue
        is_exact &= exact
        label = annotation.findtext("ANNOTATION_VALUE") or ""
        interval = Interval(times.start_ms, times.end_ms, label)
        by_id[annotation.get("ANNOTATION_ID", "")] = interval
        intervals.append(interval)
    name = element.get("TIER_ID", "")
    return tier_of(name, _together(intervals), exact=is_exact)


def _together(intervals: list[Interval]) -> Iterator[Interval]:
    """Yield the intervals, those of one time as one with all of their labels."""
    labels: dict[tuple[float, float], list[str]] = {}
    for interval in intervals:
        times = (interval.start_ms, interval.end_ms)
        labels.setdefault(times, []).append(interval.label)
    for (start_ms, end_ms), together in labels.items():
        yield Interval(start_ms, end_ms, " ".join(together))


def _own_times(annotation: Element, slots: Slots) -> tuple[Interval | None, bool]:
    """Return the times of an annotation and whether both are its own."""
    first = slots.get(annotation.get("TIME_SLOT_REF1", ""), _NOWHERE)
    last = slots.get(annotation.get("TIME_SLOT_REF2", ""), _NOWHERE)
    start_ms, end_ms = first.earliest_ms, last.latest_ms
    if start_ms is None:
        return None, False
    if end_ms is None:
        return None, False
    is_own = first.is_exact and last.is_exact
    return Interval(start_ms, max(start_ms, end_ms), ""), is_own
