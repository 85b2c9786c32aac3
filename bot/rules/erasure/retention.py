"""How long a desk keeps what its closed requests leave behind."""

from dataclasses import dataclass
from datetime import timedelta

DRAFT_TIME = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Counted from when a request closed. These are also what a desk gets that says
    nothing.

    `answers` is for what people typed: guesses and the text of proposals. `key` is for
    the clip's key, which never goes before its last snippet.
    """

    snippet: timedelta = timedelta(hours=24)
    answers: timedelta = timedelta(days=30)
    key: timedelta = timedelta(hours=24)
