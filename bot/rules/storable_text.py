"""Text that a database can store: no NUL (PostgreSQL) and no lone surrogate (UTF-8)."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(typed: str) -> bool:
    """Return whether both databases can store the text."""
    return _UNSTORABLE.search(typed) is None
