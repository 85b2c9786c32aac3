"""Deliver a payload to the app: Socket Mode when it is connected, else signed HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.sandbox.transport import signed_http
from bot.sandbox.transport.outcome import NOBODY_THERE, TIMED_OUT, Outcome
from bot.sandbox.types import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_MANIFEST_KIND = {"events_api": "events", "interactive": "interactive"}


async def deliver(
    sandbox: Sandbox,
    kind: str,
    payload: Json,
    *,
    accepts_response: bool = True,
    retry: tuple[int, str] | None = None,
) -> Outcome:
    """`kind` is events_api, interactive or slash_commands. Never raises: see
    Outcome.error.
    """
    fault = sandbox.faults.take(f"delivery:{kind}")
    started = time.monotonic()
    if fault is not None and fault.action == "drop":
        outcome = TIMED_OUT
    else:
        outcome = await _send(sandbox, kind, payload, accepts_response, retry)
    if fault is not None and fault.action == "duplicate":
        await _send(sandbox, kind, payload, accepts_response, retry)
    _record(sandbox, kind, payload, outcome, time.monotonic() - started, retry)
    if kind != "events_api" and outcome.unacknowledged is not None:
        sandbox.background(
            _once_more(sandbox, kind, payload, accepts_response, outcome)
        )
    return outcome


async def _once_more(
    sandbox: Sandbox, kind: str, payload: Json, accepts_response: bool, outcome: Outcome
) -> None:
    """Socket Mode sends an envelope nobody acknowledged again, after the person was
    told.

    Same envelope_id, same payload, no retry fields (bolt-js #2487; commands too:
    bolt-js #2188).
    """
    await asyncio.sleep(sandbox.config.redelivery_s)
    started = time.monotonic()
    envelope_id = outcome.unacknowledged
    again = await sandbox.sockets.deliver(
        kind, payload, accepts_response, None, envelope_id
    )
    if again is not None:
        took_s = time.monotonic() - started
        _record(sandbox, kind, payload, again, took_s, (1, str(outcome.reason)))


def request_url(sandbox: Sandbox, kind: str, payload: Json) -> str | None:
    return sandbox.request_url or sandbox.manifest.request_url(
        _MANIFEST_KIND.get(kind, kind), payload.get("command")
    )


async def _send(
    sandbox: Sandbox,
    kind: str,
    payload: Json,
    accepts_response: bool,
    retry: tuple[int, str] | None,
) -> Outcome:
    if sandbox.sockets.open_connections():
        outcome: Outcome | None = await sandbox.sockets.deliver(
            kind, payload, accepts_response, retry
        )
        if outcome is not None:
            return outcome
    url = request_url(sandbox, kind, payload)
    if not url:
        return NOBODY_THERE
    return await signed_http.deliver(url, kind, payload, sandbox.clock.seconds(), retry)


def _record(
    sandbox: Sandbox,
    kind: str,
    payload: Json,
    outcome: Outcome,
    took_s: float,
    retry: tuple[int, str] | None,
) -> None:
    via = "socket" if sandbox.sockets.open_connections() else "http"
    sandbox.hub.record(
        {
            "direction": "to_app",
            "name": _name(kind, payload),
            "kind": kind,
            "via": via,
            "payload": payload,
            "response": outcome.body,
            "error": outcome.error,
            "retry": retry[0] if retry else 0,
            "time": sandbox.clock.now(),
            "took_ms": round(took_s * 1000, 1),
        }
    )


def _name(kind: str, payload: Json) -> str:
    if kind == "slash_commands":
        return str(payload["command"])
    if kind == "events_api":
        return str(payload.get("event", payload)["type"])
    return str(payload["type"])
