"""Identifiers in Slack's shapes."""

import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """`C0AB12CD34E`: the prefix says what kind of thing it is."""
    return f"{prefix}0" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


def new_trigger_id() -> str:
    """`digits.digits.hex`, the format whose violation is `invalid_trigger_id`."""
    return f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"


def new_block_id() -> str:
    return "".join(
        secrets.choice(string.ascii_letters + string.digits) for _ in range(5)
    )
