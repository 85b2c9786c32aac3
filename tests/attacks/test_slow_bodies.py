"""Bodies that never come, come late, or come as something else than they were
announced.
"""

import asyncio
import time
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.pages.headers import BodyCap


class Connection:
    """One request whose body arrives as a test says; keeps what is sent back."""

    def __init__(self, *body: Message, pause_s: float = 0) -> None:
        self._body = list(body)
        self._pause_s = pause_s
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if not self._body:
            await asyncio.sleep(3600)
        await asyncio.sleep(self._pause_s)
        return self._body.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


def part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def visit(connection: Connection, length: bytes | None = None) -> list[bytes]:
    """Through a cap of 100 bytes in a tenth of a second; the bodies that came
    through.
    """
    arrived: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        message: Any = await receive()
        arrived.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    headers = [] if length is None else [(b"content-length", length)]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    cap = BodyCap(app, max_bytes=100, max_seconds=0.1)
    asyncio.run(cap(scope, connection.receive, connection.send))
    return arrived


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    connection = Connection()
    started = time.monotonic()
    assert visit(connection, b"10") == []
    assert connection.status == 408
    assert time.monotonic() - started < 60


def test_a_body_that_comes_byte_by_byte_does_not_hold_the_connection() -> None:
    connection = Connection(*[part(b"x")] * 50, pause_s=0.02)
    assert visit(connection) == []
    assert connection.status == 408
    assert (b"connection", b"close") in connection.sent[0]["headers"]


def test_a_body_in_time_comes_through_whole() -> None:
    connection = Connection(part(b"x" * 50, more=False))
    assert visit(connection, b"50") == [b"x" * 50]
    assert connection.status == 200


@pytest.mark.parametrize(
    "length", [b"101", b"-1", b"1e3", b"", b"\xc2\xb2", b"99999999999999999"]
)
def test_a_length_that_is_too_long_or_none_is_refused_unread(length: bytes) -> None:
    connection = Connection(part(b"x", more=False))
    assert visit(connection, length) == []
    assert connection.status == 413


def test_a_body_longer_than_announced_is_cut_off() -> None:
    connection = Connection(part(b"x" * 60), part(b"x" * 60, more=False))
    assert visit(connection, b"60") == []
    assert connection.status == 413
