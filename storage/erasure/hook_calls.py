"""Signed calls of the clip source that were handled before, so that none is handled
twice.
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
        """Whether a signed call of this id was done before."""
        query = select(hook_calls.c.id).where(hook_calls.c.id == call_id)
        return self.connection.execute(query).first() is not None

    def add(self, call_id: str, now: datetime) -> None:
        """A signed call is done."""
        upsert(self.connection, hook_calls, {"id": call_id, "at": now})

    def forget_before(self, before: datetime) -> None:
        """Forget calls so old that their signature is no longer taken."""
        self.connection.execute(delete(hook_calls).where(hook_calls.c.at < before))
