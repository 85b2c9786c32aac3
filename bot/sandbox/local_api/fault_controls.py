"""`/sandbox/...` for tests: the log, faults, settings, reset."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.activity.installation import revoke_token
from bot.sandbox.config import (
    HISTORY_ORDERS,
    NEW_LOGIN_MODES,
    RATE_LIMIT_MODES,
    VERIFICATION_TOKEN,
)
from bot.sandbox.local_api.json_body import read_json
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transport import signed_http
from bot.sandbox.types import Json


async def calls(request: Request) -> Response:
    """Return the log, oldest first.

    `method`, `direction` and `after` (a number `n`) narrow it.
    """
    sandbox: Sandbox = request.app.state.sandbox
    query = request.query_params
    chosen = [entry for entry in sandbox.feed.log if _matches(entry, query)]
    return JSONResponse(
        {
            "ok": True,
            "calls": chosen,
        }
    )


def _matches(entry: Json, query: QueryParams) -> bool:
    after = query.get("after", "0")
    if after.isdigit() and entry["n"] <= int(after):
        return False
    if query.get("method", entry["name"]) != entry["name"]:
        return False
    return bool(query.get("direction", entry["direction"]) == entry["direction"])


async def faults(request: Request) -> Response:
    """Add fault rules, cut sockets, revoke a token, skew the clock."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        done = await _apply_faults(sandbox, await read_json(request))
    except (ValueError, TypeError, KeyError) as problem:
        return JSONResponse(
            {
                "ok": False,
                "error": str(problem),
            },
            400,
        )
    return JSONResponse(
        {
            "ok": True,
            **done,
        }
    )


async def _apply_faults(sandbox: Sandbox, body: Json) -> Json:
    """Do all that `body` names, and return the numbers of closed connections."""
    done: Json = {}
    if body.pop("clear", False):
        sandbox.faults.clear()
    if "skew_s" in body:
        sandbox.clock.skew_s = float(body.pop("skew_s"))
    if "revoke_token" in body:
        revoke_token(sandbox, body.pop("revoke_token"))
    if body.pop("kill_sockets", False):
        done["killed"] = await sandbox.sockets.kill()
    if "disconnect" in body:
        reason = str(body.pop("disconnect"))
        done["disconnected"] = await sandbox.sockets.disconnect(reason)
    # All that is left of the body is a fault rule.
    for rule in _rules(body):
        sandbox.faults.add(rule)
    return done


def _rules(body: Json) -> list[Json]:
    """Return the list of rules, or the rest of the body as the only rule."""
    rules = body.pop("rules", None)
    if body and not rules:
        return [body]
    if not rules:
        return []
    if not isinstance(rules, list):
        raise ValueError("rules is a list")
    return rules


async def config(request: Request) -> Response:
    """Change the request URL, limits, logins or switched-off events; return them all."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        body = await read_json(request)
        _configure(sandbox, body)
    except ValueError as problem:
        return JSONResponse(
            {
                "ok": False,
                "error": str(problem),
            },
            400,
        )
    settings: Json = {
        "request_url": sandbox.request_url,
        "rate_limits": sandbox.rate_limits.mode,
        "new_logins": sandbox.new_logins,
        "history_order": sandbox.history_order,
        "events_enabled": sandbox.event_limits.enabled,
    }
    if body.get("verify") and sandbox.request_url:
        settings["verified"] = await _verify(sandbox, sandbox.request_url)
    return JSONResponse(
        {
            "ok": True,
            **settings,
        }
    )


def _configure(sandbox: Sandbox, body: Json) -> None:
    mode = body.get("rate_limits", sandbox.rate_limits.mode)
    url = body.get("request_url")
    new_logins = body.get("new_logins", sandbox.new_logins)
    history_order = body.get("history_order", sandbox.history_order)
    if history_order not in HISTORY_ORDERS:
        raise ValueError("history_order: newest, oldest")
    if new_logins not in NEW_LOGIN_MODES:
        raise ValueError("new_logins: honour, ignore, hide")
    if mode not in RATE_LIMIT_MODES:
        raise ValueError("rate_limits: off, real, bursts")
    if url and urlsplit(str(url)).scheme not in ("http", "https"):
        raise ValueError("request_url begins with http:// or https://")
    sandbox.rate_limits.mode = mode
    sandbox.new_logins = new_logins
    sandbox.history_order = history_order
    if "request_url" in body:
        sandbox.request_url = url or None
        sandbox.mark_changed()
    if body.get("events_enabled"):
        sandbox.event_limits.enable()


async def _verify(sandbox: Sandbox, url: str) -> bool:
    """Send Slack's url_verification, and return whether the challenge came back."""
    challenge = secrets.token_urlsafe(32)
    payload = {
        "token": VERIFICATION_TOKEN,
        "challenge": challenge,
        "type": "url_verification",
    }
    now = sandbox.clock.seconds()
    outcome = await signed_http.deliver(
        url,
        "events_api",
        payload,
        now,
        None,
    )
    echoed = outcome.body
    if isinstance(echoed, dict):
        echoed = echoed.get("challenge")
    return outcome.ok and echoed == challenge


async def reset(request: Request) -> Response:
    """Return to the default workspace."""
    sandbox: Sandbox = request.app.state.sandbox
    sandbox.reset()
    return JSONResponse({"ok": True})


CONTROL_ROUTES = [
    Route("/sandbox/calls", calls, methods=["GET"]),
    Route("/sandbox/faults", faults, methods=["POST"]),
    Route("/sandbox/config", config, methods=["POST"]),
    Route("/sandbox/reset", reset, methods=["POST"]),
]
