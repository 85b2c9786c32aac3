"""One Web API request: faults, token, scope, limits, the method itself, and the log."""

from __future__ import annotations

import asyncio
import inspect
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.app.tokens import Token
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Fault
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.arguments import basic_auth, bearer_token, read_arguments
from bot.sandbox.webapi.registry import METHODS, Call, Method, require_scope

_NOBODY = Token("", "none", "", frozenset())


class RateLimitedError(Exception):
    def __init__(self, retry_after_s: int) -> None:
        super().__init__(str(retry_after_s))
        self.retry_after_s = retry_after_s


async def web_api(request: Request) -> Response:
    """`/api/<method>`, for every method."""
    sandbox: Sandbox = request.app.state.sandbox
    name = request.path_params["method"]
    started = time.monotonic()
    fault = sandbox.faults.take(name)
    arguments: Json = {}
    status, headers = 200, {}
    try:
        arguments, warnings = await read_arguments(request)
        arguments_seen = {k: v for k, v in arguments.items() if k != "token"}
        answer = await _answer(sandbox, request, name, arguments, fault)
        if warnings:
            _warn(answer, warnings)
    except SlackError as problem:
        arguments_seen = {k: v for k, v in arguments.items() if k != "token"}
        answer = {"ok": False, "error": problem.code, **problem.extra}
    except RateLimitedError as limited:
        answer, status = {"ok": False, "error": "ratelimited"}, 429
        headers["Retry-After"] = str(limited.retry_after_s)
    if fault is not None and fault.status not in (None, 429):
        answer, status = {"ok": False, "error": "internal_error"}, fault.status or 500
    _record(sandbox, name, arguments_seen, answer, status, time.monotonic() - started)
    if fault is not None and fault.reset:
        _cut_connection(request)
    return JSONResponse(
        answer, status, headers | _scope_headers(sandbox, request, name)
    )


async def _answer(
    sandbox: Sandbox, request: Request, name: str, arguments: Json, fault: Fault | None
) -> Json:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    if fault is not None:
        await asyncio.sleep(fault.delay_s)
        if fault.status == 429:
            raise RateLimitedError(fault.retry_after)
        if fault.error:
            raise SlackError(fault.error)
        if fault.status is not None:
            return {}
    if method.post_only and request.method != "POST":
        raise SlackError("insecure_request")
    token = _authorised(sandbox, method, bearer_token(request, arguments))
    call = Call(sandbox, name, arguments, token, request.method, basic_auth(request))
    require_scope(call, *method.scopes)
    _respect_limits(sandbox, call)
    result: Any = method.handler(call)
    if inspect.isawaitable(result):
        result = await result
    return {"ok": True, **result}


def _authorised(sandbox: Sandbox, method: Method, value: str) -> Token:
    if not method.tokens:
        return _NOBODY
    if not value:
        raise SlackError("not_authed")
    token = sandbox.tokens.get(value)
    if token is None:
        raise SlackError("invalid_auth")
    if token.revoked:
        raise SlackError("token_revoked")
    if token.expires_at is not None and token.expires_at <= sandbox.clock.now():
        raise SlackError("token_expired")
    if token.kind not in method.tokens:
        raise SlackError("not_allowed_token_type")
    person = sandbox.person(token.user_id)
    if person is not None and person.deleted:
        raise SlackError("account_inactive")
    return token


def _respect_limits(sandbox: Sandbox, call: Call) -> None:
    wait = sandbox.limits.wait_s(
        call.method, call.text("channel") or None, sandbox.clock.now()
    )
    if wait:
        raise RateLimitedError(wait)


def _warn(answer: Json, warnings: list[str]) -> None:
    answer["warning"] = ",".join(warnings)
    answer.setdefault("response_metadata", {})["warnings"] = warnings


def _scope_headers(sandbox: Sandbox, request: Request, name: str) -> dict[str, str]:
    method = METHODS.get(name)
    token = sandbox.tokens.get(bearer_token(request, {}))
    if method is None or token is None:
        return {}
    return {
        "X-OAuth-Scopes": ",".join(sorted(token.scopes)),
        "X-Accepted-OAuth-Scopes": ",".join(method.scopes),
    }


def _record(
    sandbox: Sandbox,
    name: str,
    arguments: Json,
    answer: Json,
    status: int,
    took_s: float,
) -> None:
    shown = {
        k: f"<{len(v)} bytes>" if isinstance(v, bytes) else v
        for k, v in arguments.items()
    }
    sandbox.hub.record(
        {
            "direction": "from_app",
            "name": name,
            "kind": "web_api",
            "via": "http",
            "payload": shown,
            "response": answer,
            "error": None if answer.get("ok") else answer.get("error"),
            "status": status,
            "time": sandbox.clock.now(),
            "took_ms": round(took_s * 1000, 1),
        }
    )


def _cut_connection(request: Request) -> None:
    """Abort the TCP connection: the caller cannot know whether the effect happened."""
    abort = request.scope.get("sandbox.abort")
    if abort is not None:
        abort()
