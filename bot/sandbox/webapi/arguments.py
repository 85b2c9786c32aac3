"""Read a Web API call's arguments from query, form, multipart or JSON body."""

import base64
import binascii
import json

from starlette.requests import Request

from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json


async def read_arguments(request: Request) -> tuple[Json, list[str]]:
    """Arguments (query merged under the body) and Slack's warnings about the
    request.
    """
    arguments: Json = dict(request.query_params)
    if request.method != "POST":
        return arguments, []
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        arguments |= _json_body(await request.body())
        has_charset = "charset" in content_type.lower()
        return arguments, [] if has_charset or not arguments else ["missing_charset"]
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            for name, value in form.items():
                arguments[name] = (
                    value if isinstance(value, str) else await value.read()
                )
        warned = kind.endswith("urlencoded") and "charset" in content_type.lower()
        return arguments, ["superfluous_charset"] if warned else []
    if await request.body():
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    return arguments, []


def _json_body(body: bytes) -> Json:
    if not body:
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(document, dict):
        raise SlackError("json_not_object")
    return {k: v for k, v in document.items() if v is not None}


def basic_auth(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    return user, password


def bearer_token(request: Request, arguments: Json) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return str(arguments.pop("token", ""))
