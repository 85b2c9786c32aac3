"""Read the JSON body of a call that no person makes."""

import json

from starlette.requests import Request

from bot.sandbox.types import Json


async def read_json(request: Request) -> Json:
    """Return the body, an empty object if there is none. Raises ValueError."""
    content = await request.body()
    if not content:
        return {}
    body = json.loads(content)
    if not isinstance(body, dict):
        raise ValueError("the body is not a JSON object")
    return body
