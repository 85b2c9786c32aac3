"""POST /hooks/source: signed calls of the system that keeps the recordings.

The calls are signed like our own result webhook (docs/clip-sources.md).
"""

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import HelpClipError, Invalid
from bot.text import text
from bot.usecases.context import act_without_person
from bot.usecases.erasure import hooks
from bot.usecases.erasure.hooks import Signature, SignedCall
from bot.usecases.services import Services
from storage.errors import StorageError, Unstorable
from storage.records import Origin

log = logging.getLogger(__name__)

PATH = "/hooks/source"
MAX_BYTES = 8_192
_KEYS = {"id", "event", "clip_id", "speaker"}


def hook_route(
    services: Services,
    secrets: Sequence[str],
    clock: Callable[[], datetime],
) -> Route:
    """Return the route. Holders of one of `secrets` may close and erase, no more."""

    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _error(text("erasure.hook.too_large"), 413)
        return await run_in_threadpool(respond, request, body)

    def respond(
        request: Request,
        body: bytes,
    ) -> Response:
        signed = Signature(
            timestamp=request.headers.get("x-help-clip-timestamp", ""),
            value=request.headers.get("x-help-clip-signature", ""),
        )
        if not hooks.is_genuine(
            signed,
            body,
            secrets,
            clock(),
        ):
            return _error(text("erasure.hook.not_genuine"), 401)
        act = act_without_person(Origin.HOOK, clock())
        try:
            is_new = hooks.carry_out(services, act, _parse_call(body))
        except (Invalid, Unstorable) as error:
            return _error(str(error), 422)
        except (HelpClipError, StorageError) as error:
            log.warning("a signed call could not be done: %s", type(error).__name__)
            return _error(text("erasure.hook.again"), 503)
        done = "now" if is_new else "before"
        return JSONResponse({"done": done})

    return Route(PATH, endpoint, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return body


def _parse_call(body: bytes) -> SignedCall:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid(text("erasure.hook.not_json")) from None
    if not isinstance(document, dict):
        raise Invalid(text("erasure.hook.keys"))
    if not set(document) <= _KEYS:
        raise Invalid(text("erasure.hook.keys"))
    values = {key: document.get(key, "") for key in _KEYS}
    if not all(isinstance(value, str) for value in values.values()):
        raise Invalid(text("erasure.hook.values"))
    if not 1 <= len(values["id"]) <= 64:
        raise Invalid(text("erasure.hook.id"))
    return SignedCall(**values)


def _error(
    sentence: str,
    status: int,
) -> Response:
    return JSONResponse({"error": sentence}, status)
