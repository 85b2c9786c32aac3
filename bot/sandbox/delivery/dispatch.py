"""Deliver a payload to the app: Socket Mode when it is connected, else signed HTTP."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transport import signed_http
from bot.sandbox.transport.outcome import NOT_CONNECTED, TIMED_OUT, Outcome
from bot.sandbox.types import Json

_MANIFEST_KINDS = {"events_api": "events"}
"""The names that the manifest has for kinds of payload, where they differ."""


@dataclass(frozen=True)
class _Delivery:
    """One payload on its way. `kind` is events_api, interactive or slash_commands."""

    kind: str
    payload: Json
    accepts_response: bool
    retry: tuple[int, str] | None

    @property
    def name(self) -> str:
        """Return the name in the log: the command, the event or the interaction."""
        if self.kind == "slash_commands":
            return str(self.payload["command"])
        if self.kind == "events_api":
            # app_rate_limited has no inner event.
            event = self.payload.get("event", self.payload)
            return str(event["type"])
        return str(self.payload["type"])


async def deliver(
    sandbox: Sandbox,
    kind: str,
    payload: Json,
    *,
    accepts_response: bool = True,
    retry: tuple[int, str] | None = None,
) -> Outcome:
    """Deliver one payload and return the outcome, errors included; never raises.

    The steps: apply a fault that a test asked for, send, record in the log, and plan
    the redelivery of an envelope that was not acknowledged.
    """
    delivery = _Delivery(kind, payload, accepts_response, retry)
    fault = sandbox.faults.take(f"delivery:{kind}")
    started = time.monotonic()
    # A lost delivery looks to Slack like an app that does not answer.
    if fault.action == "drop":
        outcome = TIMED_OUT
    else:
        outcome = await _send(sandbox, delivery)
    if fault.action == "duplicate":
        await _send(sandbox, delivery)
    _record(
        sandbox,
        delivery,
        outcome,
        time.monotonic() - started,
        retry,
    )
    if kind != "events_api" and outcome.unacknowledged is not None:
        sandbox.run_in_background(_send_again(sandbox, delivery, outcome))
    return outcome


async def _send_again(
    sandbox: Sandbox,
    delivery: _Delivery,
    outcome: Outcome,
) -> None:
    """Send an unacknowledged envelope once more, long after the person saw an error.

    Same envelope_id, same payload, no retry fields (bolt-js #2487; commands too:
    bolt-js #2188).
    """
    await asyncio.sleep(sandbox.config.redelivery_s)
    started = time.monotonic()
    again = await sandbox.sockets.deliver(
        delivery.kind,
        delivery.payload,
        delivery.accepts_response,
        None,
        outcome.unacknowledged,
    )
    # The app may have disconnected meanwhile; then there is no delivery to log.
    if again is not None:
        took_s = time.monotonic() - started
        retry = (1, str(outcome.reason))
        _record(
            sandbox,
            delivery,
            again,
            took_s,
            retry,
        )


def request_url(
    sandbox: Sandbox,
    kind: str,
    payload: Json,
) -> str | None:
    """Return the address for signed HTTP: the sandbox's, else the manifest's.

    A command without a `url` of its own has none: Slack knows no other for it.
    """
    manifest_kind = _MANIFEST_KINDS.get(kind, kind)
    named = sandbox.manifest.request_url(manifest_kind, payload.get("command"))
    if kind == "slash_commands" and named is None:
        return None
    return sandbox.request_url or named


async def _send(sandbox: Sandbox, delivery: _Delivery) -> Outcome:
    kind = delivery.kind
    payload = delivery.payload
    if sandbox.sockets.open_connections():
        outcome = await sandbox.sockets.deliver(
            kind,
            payload,
            delivery.accepts_response,
            delivery.retry,
        )
        if outcome is not None:
            return outcome
    # No connection is open, or the last one closed on the way.
    url = request_url(sandbox, kind, payload)
    if not url:
        return NOT_CONNECTED
    now = sandbox.clock.seconds()
    return await signed_http.deliver(
        url,
        kind,
        payload,
        now,
        delivery.retry,
    )


def _record(
    sandbox: Sandbox,
    delivery: _Delivery,
    outcome: Outcome,
    took_s: float,
    retry: tuple[int, str] | None,
) -> None:
    via = "http"
    if sandbox.sockets.open_connections():
        via = "socket"
    attempt = 0
    if retry is not None:
        attempt, _ = retry
    sandbox.feed.record(
        {
            "direction": "to_app",
            "name": delivery.name,
            "kind": delivery.kind,
            "via": via,
            "payload": delivery.payload,
            "response": outcome.body,
            "error": outcome.error,
            "retry": attempt,
            "time": sandbox.clock.now(),
            "took_ms": round(took_s * 1000, 1),
        }
    )
