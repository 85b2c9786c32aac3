"""What is kept next to an event of the access log that carries only its digest."""

import json
import secrets


def beside(**said: str) -> str:
    """`said` as JSON. The salt keeps a short reason from being guessed by its exported
    digest.
    """
    return json.dumps(
        {**said, "salt": secrets.token_hex(16)}, ensure_ascii=False, sort_keys=True
    )
