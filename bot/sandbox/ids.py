"""Identifiers in Slack's shapes."""

import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits
_BLOCK_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Return an id such as `C0AB12CD34E`; the prefix names the kind of thing."""
    return f"{prefix}0{_random_text(_ALPHABET, 9)}"


def new_trigger_id() -> str:
    """Return `digits.digits.hex`; Slack answers `invalid_trigger_id` to other forms."""
    first = secrets.randbelow(10**13)
    second = secrets.randbelow(10**12)
    return f"{first}.{second}.{secrets.token_hex(16)}"


def new_block_id() -> str:
    """Return an id such as Slack gives to blocks and elements that have none."""
    return _random_text(_BLOCK_ALPHABET, 5)


def _random_text(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
