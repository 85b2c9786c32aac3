"""What the program was told at its last start."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RoleMapping:
    """Who is given which role, as JSON: what is in force, and what waits to be
    confirmed.
    """

    in_force: str
    waiting: str | None = None
    waiting_since: datetime | None = None
