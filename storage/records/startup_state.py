"""The role mapping of the last start."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RoleMapping:
    """Role holders as JSON: the mapping in force, and one that waits for confirmation."""

    in_force: str
    waiting: str | None = None
    waiting_since: datetime | None = None
