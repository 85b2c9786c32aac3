"""Incidents for a desk's leads: shared recordings and unusual listening."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class IncidentKind(StrEnum):
    """The kind of an incident, gravest first.

    The event `sharing.seen` carries these kinds as its rule.
    """

    # An audio or video file.
    RECORDING_DROPPED = "recording_dropped"
    # A ZIP or other archive, which may hold recordings.
    ARCHIVE_DROPPED = "archive_dropped"
    RECORDING_LINKED = "recording_linked"
    CLIP_ID_PASTED = "clip_id_pasted"
    PERSONAL_WORDS = "personal_words"
    PLAYER_LINKED = "player_linked"
    # A person outside the desk opened a page of the desk.
    LINK_TRIED = "link_tried"
    # The desk's listening budget stopped the person.
    LISTENS_A_LOT = "listens_a_lot"
    # The person reported personal information again and again.
    REPORTS_A_LOT = "reports_a_lot"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident of a desk, without the content of the message.

    `removed_at` is when the bot removed the file, `seen_at` when a lead dealt with the
    incident.
    """

    id: int
    kind: IncidentKind
    person: Person
    desk: str
    at: datetime
    channel_id: str | None = None
    message_ts: str | None = None
    request_id: int | None = None
    removed_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: Person | None = None
