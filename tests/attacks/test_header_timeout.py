"""Heads of requests that never come, or come byte by byte."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.cli.serve import Server
from bot.pages.header_timeout import HeaderTimeoutProtocol

WHOLE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Hurried(HeaderTimeoutProtocol):
    header_seconds = 0.3


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that says hello, and waits for nobody."""

    async def hello(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(routes=[Route("/", hello, methods=["GET", "POST"])])
    config = uvicorn.Config(
        app, port=0, log_level="error", lifespan="off", http=Hurried
    )
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    listener.close()


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


def is_hung_up(connection: socket.socket) -> bool:
    """Whether the other side ends, at most with a refusal, before the test's patience
    does.
    """
    said = b""
    try:
        while piece := connection.recv(1000):
            said += piece
    except ConnectionError:
        pass
    return b"200 OK" not in said


def send_slowly(connection: socket.socket, what: bytes) -> None:
    for byte in what:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def answered(connection: socket.socket) -> bytes:
    connection.sendall(WHOLE)
    said = b""
    while not said.endswith(b"hello"):
        piece = connection.recv(1000)
        assert piece, "hung up"
        said += piece
    return said


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET / HT", WHOLE[:-2]])
def test_a_head_that_is_never_finished_is_not_waited_for(
    port: int, begun: bytes
) -> None:
    with connected(port) as connection:
        connection.sendall(begun)
        assert is_hung_up(connection)


def test_a_head_that_comes_byte_by_byte_does_not_hold_the_connection(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(ConnectionError):
            send_slowly(connection, b"x" * 200)


def test_the_second_head_on_a_connection_has_no_more_time_than_the_first(
    port: int,
) -> None:
    with connected(port) as connection:
        assert b"200 OK" in answered(connection)
        connection.sendall(b"GET / HT")
        assert is_hung_up(connection)


def test_a_connection_that_rests_between_whole_requests_is_kept(port: int) -> None:
    with connected(port) as connection:
        for _ in range(3):
            assert b"200 OK" in answered(connection)
            time.sleep(2 * Hurried.header_seconds)


def test_a_body_has_a_time_of_its_own(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        time.sleep(2 * Hurried.header_seconds)
        connection.sendall(b"xx")
        assert b"200 OK" in connection.recv(1000)


def test_what_serves_the_product_is_punctual() -> None:
    server = Server(Starlette())
    assert server.config.http is HeaderTimeoutProtocol
    assert 0 < HeaderTimeoutProtocol.header_seconds <= 30
