"""Socket Mode: connections, envelopes to exactly one of them, acknowledgements."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.clock import Clock
from bot.sandbox.config import APP_ID
from bot.sandbox.live_feed import LiveFeed
from bot.sandbox.transport.outcome import (
    ACK_WITHIN_S,
    NOT_CONNECTED,
    TIMED_OUT,
    Outcome,
)
from bot.sandbox.types import Json

MAX_CONNECTIONS = 10
TICKET_LIFE_S = 30.0
WARNING_BEFORE_S = 10.0
_HOST = "applink-sandbox"


class ConnectionLostError(Exception):
    """The socket closed before it acknowledged."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket and the envelopes it has not acknowledged yet."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    retiring: bool = False
    """Whether it gets no more envelopes."""

    async def send(self, frame: Json) -> None:
        """Send one frame."""
        await self.socket.send_text(json.dumps(frame))

    async def close(self) -> None:
        """Close the WebSocket, unless the app closed it already."""
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.close()

    def acknowledge(self, text: str) -> None:
        """Hand an acknowledgement to the delivery that waits for it.

        Slack ignores frames that acknowledge nothing, and so does the sandbox.
        """
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        envelope_id = str(frame.get("envelope_id"))
        future = self.waiting.pop(envelope_id, None)
        if future is not None and not future.done():
            future.set_result(frame.get("payload"))

    def fail_waiting(self) -> None:
        """Wake the deliveries that wait for this connection, which is gone."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionLostError())


class SocketMode:
    """All Socket Mode connections of the app."""

    def __init__(
        self,
        clock: Clock,
        feed: LiveFeed,
        base_url: str,
        lifetime_s: float,
    ) -> None:
        self._clock = clock
        self._feed = feed
        self._base_url = base_url
        self._lifetime_s = lifetime_s
        self._ticket_expiries: dict[str, float] = {}
        self.connections: list[Connection] = []

    def issue_url(self) -> str:
        """Return a single-use WebSocket address that dies after half a minute."""
        ticket = str(uuid.uuid4())
        self._ticket_expiries[ticket] = self._clock.now() + TICKET_LIFE_S
        base = self._base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={secrets.token_hex(32)}"

    def open_connections(self) -> list[Connection]:
        """Return the connections that take envelopes."""
        return [
            connection for connection in self.connections if not connection.retiring
        ]

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection from handshake to close."""
        ticket = socket.query_params.get("ticket", "")
        # Taking the ticket out makes the address single-use.
        expires = self._ticket_expiries.pop(ticket, 0.0)
        if expires < self._clock.now():
            await socket.close()
            return
        await socket.accept()
        # Slack accepts first, and then sends the reason in a frame.
        connection = Connection(socket)
        if len(self.open_connections()) >= MAX_CONNECTIONS:
            await connection.send(_disconnect_frame("too_many_websockets"))
            await connection.close()
            return
        await self._keep_open(connection)

    async def _keep_open(self, connection: Connection) -> None:
        self.connections.append(connection)
        await connection.send(self._hello())
        self._notify_pages("connected")
        expiry = asyncio.create_task(self._retire_in_time(connection))
        try:
            await self._read(connection)
        finally:
            expiry.cancel()
            self.connections.remove(connection)
            connection.fail_waiting()
            self._notify_pages("disconnected")

    async def _read(self, connection: Connection) -> None:
        try:
            while True:
                connection.acknowledge(await connection.socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            return

    async def deliver(
        self,
        kind: str,
        payload: Json,
        accepts_response: bool,
        retry: tuple[int, str] | None,
        envelope_id: str | None = None,
    ) -> Outcome | None:
        """Hand an envelope to one connection, and to another if that one is lost.

        Returns None when no connection is open. `retry` is number and reason.
        """
        if envelope_id is None:
            envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": accepts_response,
        }
        if kind == "events_api":
            envelope |= _retry_fields(retry)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ACK_WITHIN_S
        lost: Outcome | None = None
        # Slack chooses any connection, so that apps must not rely on one.
        while candidates := self.open_connections():
            left_s = deadline - loop.time()
            connection = random.choice(candidates)
            outcome = await self._try(connection, envelope, left_s)
            if outcome is not None:
                return outcome
            lost = replace(NOT_CONNECTED, unacknowledged=envelope["envelope_id"])
        return lost

    async def _try(
        self,
        connection: Connection,
        envelope: Json,
        left_s: float,
    ) -> Outcome | None:
        """Return the outcome, or None if the connection was lost on the way."""
        envelope_id = envelope["envelope_id"]
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        try:
            await connection.send(envelope)
            body = await asyncio.wait_for(future, left_s)
        except TimeoutError:
            return replace(TIMED_OUT, unacknowledged=envelope_id)
        except (ConnectionLostError, WebSocketDisconnect, RuntimeError):
            connection.retiring = True
            return None
        finally:
            connection.waiting.pop(envelope_id, None)
        if not envelope["accepts_response_payload"]:
            return Outcome()
        return Outcome(body=body)

    async def disconnect(self, reason: str) -> int:
        """Ask every connection to go, as Slack does, and return their number."""
        connections = list(self.connections)
        for connection in connections:
            await self._retire(connection, reason)
        return len(connections)

    async def kill(self) -> int:
        """Drop every connection without notice, and return their number."""
        connections = list(self.connections)
        for connection in connections:
            connection.retiring = True
            await connection.close()
        return len(connections)

    async def _retire_in_time(self, connection: Connection) -> None:
        await asyncio.sleep(max(0.0, self._lifetime_s - WARNING_BEFORE_S))
        # Official clients open another connection at the warning.
        await connection.send(_disconnect_frame("warning"))
        await asyncio.sleep(min(self._lifetime_s, WARNING_BEFORE_S))
        await self._retire(connection, "refresh_requested")

    async def _retire(self, connection: Connection, reason: str) -> None:
        await connection.send(_disconnect_frame(reason))
        if reason == "warning":
            return
        connection.retiring = True
        await connection.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open_connections()),
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": int(self._lifetime_s),
            },
            "connection_info": {"app_id": APP_ID},
        }

    def _notify_pages(self, event: str) -> None:
        count = len(self.open_connections())
        self._feed.send(
            {
                "type": "app",
                "what": event,
                "connections": count,
            }
        )


def _retry_fields(retry: tuple[int, str] | None) -> Json:
    """Return the retry fields of an event's envelope; a first attempt has them too."""
    if retry is None:
        return {
            "retry_attempt": 0,
            "retry_reason": "",
        }
    attempt, reason = retry
    # The reason that HTTP calls http_timeout is timeout here (bolt-python's Socket Mode
    # samples).
    return {
        "retry_attempt": attempt,
        "retry_reason": reason.removeprefix("http_"),
    }


def _disconnect_frame(reason: str) -> Json:
    return {
        "type": "disconnect",
        "reason": reason,
        "debug_info": {"host": _HOST},
    }
