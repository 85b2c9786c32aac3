"""POST /hooks/source: signed calls of the system that keeps the recordings.

Signed like our own result webhook (docs/clip-sources.md), so one piece of code serves
both ends.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import HelpClipError, Invalid
from bot.usecases.context import Act
from bot.usecases.erasure import hooks
from bot.usecases.erasure.hooks import Signature, SignedCall
from bot.usecases.services import Services
from storage.errors import StorageError
from storage.records import Origin

log = logging.getLogger(__name__)

PATH = "/hooks/source"
MAX_BYTES = 8_192
_KEYS = {"id", "event", "clip_id", "speaker"}


def hook_route(services: Services, secret: str, clock: Callable[[], datetime]) -> Route:
    """The route. Whoever knows `secret` may close and erase, and nothing else."""

    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _said("too large", 413)
        return await run_in_threadpool(answer, request, body)

    def answer(request: Request, body: bytes) -> Response:
        signed = Signature(
            timestamp=request.headers.get("x-help-clip-timestamp", ""),
            value=request.headers.get("x-help-clip-signature", ""),
        )
        if not hooks.is_genuine(signed, body, secret, clock()):
            return _said(
                "The signature or its time is wrong; docs/clip-sources.md has both.",
                401,
            )
        act = Act(person=None, origin=Origin.HOOK, now=clock())
        try:
            new = hooks.carry_out(services, act, _told(body))
        except Invalid as error:
            return _said(str(error), 422)
        except (HelpClipError, StorageError) as error:
            log.warning("a signed call could not be done: %s", type(error).__name__)
            return _said("Not now; send it again.", 503)
        return JSONResponse({"done": "now" if new else "before"})

    return Route(PATH, endpoint, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return body


def _told(body: bytes) -> SignedCall:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON.") from None
    if not isinstance(document, dict) or not set(document) <= _KEYS:
        raise Invalid("The body has the keys id, event, and clip_id or speaker.")
    values = {key: document.get(key, "") for key in _KEYS}
    if not all(isinstance(value, str) for value in values.values()):
        raise Invalid("Every value is a text.")
    if not 1 <= len(values["id"]) <= 64:
        raise Invalid("id has 1 to 64 characters.")
    return SignedCall(**values)


def _said(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status)
