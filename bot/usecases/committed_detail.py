"""A detail kept next to an event of the access log that carries only its digest."""

import json
import secrets


def committed_detail(**fields: str) -> str:
    """Return `fields` as JSON with a random salt.

    The salt keeps a short reason from being guessed by its exported digest.
    """
    salted = {
        **fields,
        "salt": secrets.token_hex(16),
    }
    return json.dumps(salted, ensure_ascii=False, sort_keys=True)
