"""Signed calls of the clip source that were handled before.

They are kept so that no call is handled twice.
"""

from datetime import datetime

from sqlalchemy import (
    Connection,
    delete,
    select,
)

from storage.tables import (
    hook_calls,
)
from storage.upsert import upsert


class HookCalls:
    """Reads and writes ids of handled calls."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def is_known(self, call_id: str) -> bool:
        """Return whether a signed call with this id was handled before."""
        query = select(hook_calls.c.id).where(hook_calls.c.id == call_id)
        return self.connection.execute(query).first() is not None

    def add(self, call_id: str, now: datetime) -> None:
        """Store that a signed call was handled."""
        upsert(
            self.connection,
            hook_calls,
            {
                "id": call_id,
                "at": now,
            },
        )

    def forget_before(self, before: datetime) -> None:
        """Delete calls so old that their signatures have expired."""
        self.connection.execute(delete(hook_calls).where(hook_calls.c.at < before))
