"""Read a Web API call's arguments from query, form, multipart or JSON body."""

import base64
import binascii
import json

from starlette.requests import Request

from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


async def read_arguments(request: Request) -> tuple[Json, list[str]]:
    """Return the arguments and Slack's warnings about the request.

    Arguments of the body replace those of the query.
    """
    arguments: Json = dict(request.query_params)
    if request.method != "POST":
        return arguments, []
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    has_charset = "charset" in content_type.lower()
    if kind == "application/json":
        arguments |= _json_body(await request.body())
        return arguments, _json_warnings(arguments, has_charset)
    if kind in (_FORM, _MULTIPART):
        arguments |= await _form_fields(request)
        return arguments, _form_warnings(kind, has_charset)
    if not await request.body():
        return arguments, []
    if kind:
        raise SlackError("invalid_post_type")
    raise SlackError("missing_post_type")


def _json_warnings(arguments: Json, has_charset: bool) -> list[str]:
    if has_charset or not arguments:
        return []
    return ["missing_charset"]


def _form_warnings(kind: str, has_charset: bool) -> list[str]:
    if has_charset and kind == _FORM:
        return ["superfluous_charset"]
    return []


async def _form_fields(request: Request) -> Json:
    """Return the fields of a form: text as it is, files as bytes."""
    fields: Json = {}
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, str):
                fields[name] = value
            else:
                fields[name] = await value.read()
    return fields


def _json_body(body: bytes) -> Json:
    if not body:
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(document, dict):
        raise SlackError("json_not_object")
    return {name: value for name, value in document.items() if value is not None}


def basic_auth(request: Request) -> tuple[str, str] | None:
    """Return user and password of HTTP Basic, None without a valid header."""
    scheme, encoded = _authorization(request)
    if scheme != "basic":
        return None
    try:
        text = base64.b64decode(encoded).decode()
    except (ValueError, binascii.Error):
        return None
    user, _, password = text.partition(":")
    return user, password


def bearer_token(request: Request, arguments: Json) -> str:
    """Return the token of the header, else the argument, which is taken out."""
    scheme, value = _authorization(request)
    if scheme == "bearer":
        return value.strip()
    return str(arguments.pop("token", ""))


def _authorization(request: Request) -> tuple[str, str]:
    """Return the scheme in small letters and the credentials of the header."""
    header = request.headers.get("authorization", "")
    scheme, _, credentials = header.partition(" ")
    return scheme.lower(), credentials
