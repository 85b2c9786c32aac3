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
from bot.sandbox.webapi.registry import (
    METHODS,
    Call,
    Method,
    require_scope,
    require_team,
)

_NO_TOKEN = Token("", "none", "", frozenset())
_OK = 200
_TOO_MANY = 429
_SERVER_ERROR = 500


class RateLimitedError(Exception):
    """The call is over its limit, and may be tried again after `retry_after_s`."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(str(retry_after_s))
        self.retry_after_s = retry_after_s


async def web_api(request: Request) -> Response:
    """Answer `/api/<method>`, for every method.

    The order: read the arguments, call the method, apply a fault that a test asked for,
    record both in the log, answer with Slack's headers.
    """
    sandbox: Sandbox = request.app.state.sandbox
    name = request.path_params["method"]
    started = time.monotonic()
    fault = sandbox.faults.take(name)
    arguments: Json = {}
    shown: Json = {}
    status = _OK
    headers = {}
    try:
        arguments, warnings = await read_arguments(request)
        shown = _without_token(arguments)
        answer = await _answer(
            sandbox,
            request,
            name,
            arguments,
            fault,
        )
        _add_warnings(answer, warnings)
    except SlackError as problem:
        answer = {
            "ok": False,
            "error": problem.code,
            **problem.extra,
        }
    except RateLimitedError as limited:
        answer = {
            "ok": False,
            "error": "ratelimited",
        }
        status = _TOO_MANY
        headers["Retry-After"] = str(limited.retry_after_s)
    if fault.status not in (None, _TOO_MANY):
        answer = {
            "ok": False,
            "error": "internal_error",
        }
        status = fault.status or _SERVER_ERROR
    # The log shows the answer that the caller gets, faults included.
    _record(
        sandbox,
        name,
        _team_of_token(sandbox, request),
        shown,
        answer,
        status,
        time.monotonic() - started,
    )
    if fault.reset:
        _cut_connection(request)
    headers |= _scope_headers(sandbox, request, name)
    return JSONResponse(answer, status, headers)


def _without_token(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if name != "token"}


async def _answer(
    sandbox: Sandbox,
    request: Request,
    name: str,
    arguments: Json,
    fault: Fault,
) -> Json:
    """Return the method's answer. Raises SlackError or RateLimitedError."""
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    await _apply(fault)
    if fault.status is not None:
        # The caller gets this status instead of an answer.
        return {}
    if method.post_only and request.method != "POST":
        raise SlackError("insecure_request")
    token = _authorised(sandbox, method, bearer_token(request, arguments))
    call = Call(
        sandbox,
        name,
        arguments,
        token,
        request.method,
        basic_auth(request),
    )
    require_scope(call, *method.scopes)
    require_team(call)
    _respect_limits(sandbox, call)
    result: Any = method.handler(call)
    if inspect.isawaitable(result):
        result = await result
    return {
        "ok": True,
        **result,
    }


async def _apply(fault: Fault) -> None:
    """Wait as the fault asks for, then raise its error."""
    await asyncio.sleep(fault.delay_s)
    if fault.status == _TOO_MANY:
        raise RateLimitedError(fault.retry_after)
    if fault.error:
        raise SlackError(fault.error)


def _authorised(
    sandbox: Sandbox,
    method: Method,
    value: str,
) -> Token:
    """Return the token, if it may call the method. Raises Slack's error if not."""
    if not method.tokens:
        return _NO_TOKEN
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
    channel = call.optional_text("channel")
    now = sandbox.clock.now()
    wait_s = sandbox.rate_limits.wait_s(call.method, channel, now, call.team_id)
    if wait_s:
        raise RateLimitedError(wait_s)


def _add_warnings(answer: Json, warnings: list[str]) -> None:
    if not warnings:
        return
    answer["warning"] = ",".join(warnings)
    answer.setdefault("response_metadata", {})["warnings"] = warnings


def _team_of_token(sandbox: Sandbox, request: Request) -> str | None:
    token = sandbox.tokens.get(bearer_token(request, {}))
    if token is None:
        return None
    return token.team_id


def _scope_headers(
    sandbox: Sandbox,
    request: Request,
    name: str,
) -> dict[str, str]:
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
    team_id: str | None,
    arguments: Json,
    answer: Json,
    status: int,
    took_s: float,
) -> None:
    error = None
    if not answer.get("ok"):
        error = answer.get("error")
    sandbox.feed.record(
        {
            "direction": "from_app",
            "name": name,
            "team": team_id,
            "kind": "web_api",
            "via": "http",
            "payload": {key: _printable(value) for key, value in arguments.items()},
            "response": answer,
            "error": error,
            "status": status,
            "time": sandbox.clock.now(),
            "took_ms": round(took_s * 1000, 1),
        }
    )


def _printable(value: Any) -> Any:
    """Return a value for the log, which is JSON and holds no files."""
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value


def _cut_connection(request: Request) -> None:
    """Abort the TCP connection: the caller cannot know whether the effect happened."""
    abort = request.scope.get("sandbox.abort")
    if abort is not None:
        abort()
