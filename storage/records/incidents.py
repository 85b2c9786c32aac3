"""What a lead should know of: recordings passed around, and listening that stands
out.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class IncidentKind(StrEnum):
    """What happened. Kinds are also the rules that `sharing.seen` carries, gravest
    first.
    """

    RECORDING_DROPPED = "recording_dropped"  # an audio or video file
    ARCHIVE_DROPPED = "archive_dropped"  # a ZIP and the like, which may hold recordings
    RECORDING_LINKED = "recording_linked"
    CLIP_ID_PASTED = "clip_id_pasted"
    PERSONAL_WORDS = "personal_words"
    PLAYER_LINKED = "player_linked"
    LINK_TRIED = "link_tried"  # a page of the desk opened by somebody who is not of it
    LISTENS_A_LOT = "listens_a_lot"  # stopped by the desk's budgets


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One entry of a desk's list. It never holds what was said or shared.

    `removed_at`: when the bot took the file away. `seen_at`: when a lead has dealt with
    it.
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
