"""Names of the rounds that each desk has of its own."""

import hashlib


def desk_round(chore: str, desk_id: str) -> str:
    """Return the name of a desk's round, at most 32 characters for a short chore.

    A desk's id may have 63 characters, more than the name of a round can hold.
    """
    digest = hashlib.sha256(desk_id.encode()).hexdigest()[:16]
    return f"{chore} {digest}"
