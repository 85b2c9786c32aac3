"""Legal holds."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.people import Person


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A legal hold: no data of the clip is deleted until it ends or expires.

    `placed_by` is None for a hold placed from a shell. The reason is kept next to the
    access log.
    """

    id: int
    clip_id: str
    placed_by: Person | None
    placed_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
