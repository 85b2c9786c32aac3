"""`/sandbox/...` for tests: the log, faults, settings, reset."""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.config import VERIFICATION_TOKEN
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transport import signed_http
from bot.sandbox.types import Json
from bot.sandbox.webapi.access.auth import revoke


async def calls(request: Request) -> Response:
    """The log, oldest first; `method`, `direction` and `after` (a number `n`) narrow
    it.
    """
    sandbox: Sandbox = request.app.state.sandbox
    query = request.query_params
    number = query.get("after", "0")
    after = int(number) if number.isdigit() else 0
    chosen = [
        entry
        for entry in sandbox.hub.log
        if entry["n"] > after
        and query.get("method", entry["name"]) == entry["name"]
        and query.get("direction", entry["direction"]) == entry["direction"]
    ]
    return JSONResponse({"ok": True, "calls": chosen})


async def faults(request: Request) -> Response:
    """Add fault rules, cut sockets, revoke a token, skew the clock."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        body = await read_json(request)
        return JSONResponse({"ok": True, **await _apply(sandbox, body)})
    except (ValueError, TypeError, KeyError) as problem:
        return JSONResponse({"ok": False, "error": str(problem)}, 400)


async def _apply(sandbox: Sandbox, body: Json) -> Json:
    done: Json = {}
    if body.pop("clear", False):
        sandbox.faults.clear()
    if "skew_s" in body:
        sandbox.clock.skew_s = float(body.pop("skew_s"))
    if "revoke_token" in body:
        revoke(sandbox, body.pop("revoke_token"))
    if body.pop("kill_sockets", False):
        done["killed"] = await sandbox.sockets.kill()
    if "disconnect" in body:
        done["disconnected"] = await sandbox.sockets.disconnect(
            str(body.pop("disconnect"))
        )
    rules = body.pop("rules", None) or ([body] if body else [])
    if not isinstance(rules, list):
        raise ValueError("rules is a list")
    for rule in rules:
        sandbox.faults.add(rule)
    return done


async def config(request: Request) -> Response:
    """Where deliveries go, rate limits, switched-off events; answers what holds now."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        body = await read_json(request)
        _configure(sandbox, body)
    except ValueError as problem:
        return JSONResponse({"ok": False, "error": str(problem)}, 400)
    settings: Json = {
        "request_url": sandbox.request_url,
        "rate_limits": sandbox.limits.mode,
        "events_enabled": sandbox.subscription.enabled,
    }
    if body.get("verify") and sandbox.request_url:
        settings["verified"] = await _verify(sandbox, sandbox.request_url)
    return JSONResponse({"ok": True, **settings})


def _configure(sandbox: Sandbox, body: Json) -> None:
    mode, url = body.get("rate_limits", sandbox.limits.mode), body.get("request_url")
    if mode not in ("off", "real", "bursts"):
        raise ValueError("rate_limits: off, real, bursts")
    if url and urlsplit(str(url)).scheme not in ("http", "https"):
        raise ValueError("request_url begins with http:// or https://")
    sandbox.limits.mode = mode
    if "request_url" in body:
        sandbox.request_url = url or None
        sandbox.changed()
    if body.get("events_enabled"):
        sandbox.subscription.enable()


async def _verify(sandbox: Sandbox, url: str) -> bool:
    """Slack's url_verification: the endpoint must send the challenge back."""
    challenge = secrets.token_urlsafe(32)
    payload = {
        "token": VERIFICATION_TOKEN,
        "challenge": challenge,
        "type": "url_verification",
    }
    outcome = await signed_http.deliver(
        url, "events_api", payload, sandbox.clock.seconds(), None
    )
    answer = outcome.body
    echoed = answer.get("challenge") if isinstance(answer, dict) else answer
    return outcome.ok and echoed == challenge


async def reset(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    sandbox.reset()
    return JSONResponse({"ok": True})


async def read_json(request: Request) -> Json:
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("the body is not a JSON object")
    return body


CONTROL_ROUTES = [
    Route("/sandbox/calls", calls, methods=["GET"]),
    Route("/sandbox/faults", faults, methods=["POST"]),
    Route("/sandbox/config", config, methods=["POST"]),
    Route("/sandbox/reset", reset, methods=["POST"]),
]
