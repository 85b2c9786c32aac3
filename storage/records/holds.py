"""Legal holds."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.people import Person


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Nothing kept of this clip is deleted until the hold ends; it always ends by
    itself.

    `placed_by` is None when it was placed from a shell. Why is kept beside the log, not
    here.
    """

    id: int
    clip_id: str
    placed_by: Person | None
    placed_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
