"""Socket Mode: connections, envelopes to exactly one of them, acknowledgements,
disconnects.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.config import APP_ID
from bot.sandbox.transport.outcome import ACK_WITHIN_S, NOBODY_THERE, TIMED_OUT, Outcome
from bot.sandbox.types import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

MAX_CONNECTIONS = 10
TICKET_LIFE_S = 30.0
WARNING_BEFORE_S = 10.0


class ConnectionLostError(Exception):
    """The socket closed before it acknowledged."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket and the envelopes it has not acknowledged yet."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    retiring: bool = False

    async def send(self, frame: Json) -> None:
        await self.socket.send_text(json.dumps(frame))

    async def close(self) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.close()


class SocketHub:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._tickets: dict[str, float] = {}
        self.connections: list[Connection] = []

    def issue_url(self) -> str:
        """A single-use WebSocket address that dies after half a minute."""
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = self._sandbox.clock.now() + TICKET_LIFE_S
        base = self._sandbox.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={secrets.token_hex(32)}"

    def open_connections(self) -> list[Connection]:
        return [c for c in self.connections if not c.retiring]

    async def serve(self, socket: WebSocket) -> None:
        """One connection from handshake to close."""
        expires = self._tickets.pop(socket.query_params.get("ticket", ""), 0.0)
        if expires < self._sandbox.clock.now():
            await socket.close()
            return
        await socket.accept()
        connection = Connection(socket)
        if len(self.open_connections()) >= MAX_CONNECTIONS:
            await connection.send(_disconnect("too_many_websockets"))
            await connection.close()
            return
        await self._live(connection)

    async def _live(self, connection: Connection) -> None:
        self.connections.append(connection)
        await connection.send(self._hello())
        self._tell_pages("connected")
        expiry = asyncio.create_task(self._retire_in_time(connection))
        try:
            await self._read(connection)
        finally:
            expiry.cancel()
            self.connections.remove(connection)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionLostError())
            self._tell_pages("disconnected")

    async def _read(self, connection: Connection) -> None:
        try:
            while True:
                self._acknowledge(connection, await connection.socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            return

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        future = connection.waiting.pop(str(frame.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(frame.get("payload"))

    async def deliver(
        self,
        kind: str,
        payload: Json,
        accepts_response: bool,
        retry: tuple[int, str] | None,
        envelope_id: str | None = None,
    ) -> Outcome | None:
        """Hand an envelope to one connection; to another if that goes away; None:
        nobody there.
        """
        deadline = asyncio.get_running_loop().time() + ACK_WITHIN_S
        envelope: Json = {
            "envelope_id": envelope_id or str(uuid.uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": accepts_response,
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            # Over HTTP the same reason is called http_timeout (bolt-python's Socket
            # Mode samples).
            envelope |= {
                "retry_attempt": attempt,
                "retry_reason": reason.removeprefix("http_"),
            }
        lost: Outcome | None = None
        while candidates := self.open_connections():
            left = deadline - asyncio.get_running_loop().time()
            outcome = await self._try(random.choice(candidates), envelope, left)
            if outcome is not None:
                return outcome
            lost = replace(NOBODY_THERE, unacknowledged=envelope["envelope_id"])
        return lost

    async def _try(
        self, connection: Connection, envelope: Json, left_s: float
    ) -> Outcome | None:
        """The outcome, or None when the connection was lost and another may be
        tried.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = future
        try:
            await connection.send(envelope)
            body = await asyncio.wait_for(future, left_s)
        except TimeoutError:
            return replace(TIMED_OUT, unacknowledged=envelope["envelope_id"])
        except (ConnectionLostError, WebSocketDisconnect, RuntimeError):
            connection.retiring = True
            return None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)
        return Outcome(body=body if envelope["accepts_response_payload"] else None)

    async def disconnect(self, reason: str) -> int:
        """Ask every connection to go, as Slack does; returns how many there were."""
        connections = list(self.connections)
        for connection in connections:
            await self._retire(connection, reason)
        return len(connections)

    async def kill(self) -> int:
        """Drop every connection without a word; returns how many there were."""
        connections = list(self.connections)
        for connection in connections:
            connection.retiring = True
            await connection.close()
        return len(connections)

    async def _retire_in_time(self, connection: Connection) -> None:
        life = self._sandbox.config.socket_lifetime_s
        await asyncio.sleep(max(0.0, life - WARNING_BEFORE_S))
        await connection.send(_disconnect("warning"))
        await asyncio.sleep(min(life, WARNING_BEFORE_S))
        await self._retire(connection, "refresh_requested")

    async def _retire(self, connection: Connection, reason: str) -> None:
        await connection.send(_disconnect(reason))
        if reason == "warning":
            return
        connection.retiring = True
        await connection.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open_connections()),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": int(
                    self._sandbox.config.socket_lifetime_s
                ),
            },
            "connection_info": {"app_id": APP_ID},
        }

    def _tell_pages(self, what: str) -> None:
        count = len(self.open_connections())
        self._sandbox.hub.tell({"type": "app", "what": what, "connections": count})


def _disconnect(reason: str) -> Json:
    return {
        "type": "disconnect",
        "reason": reason,
        "debug_info": {"host": "applink-sandbox"},
    }
