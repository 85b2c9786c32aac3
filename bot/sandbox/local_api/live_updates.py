"""`/sandbox/stream` and `/sandbox/live`: changes as they happen."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.sandbox import Sandbox

_KEEP_ALIVE_S = 15.0
_STREAM_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


async def stream(request: Request) -> Response:
    """Send server-sent events, one JSON object for each change `as` may see."""
    sandbox: Sandbox = request.app.state.sandbox
    user_id = request.query_params.get("as", "")
    if sandbox.person(user_id) is None:
        return JSONResponse(
            {
                "ok": False,
                "error": "as must name a person",
            },
            400,
        )
    return StreamingResponse(
        _events(sandbox, user_id),
        media_type="text/event-stream",
        headers=_STREAM_HEADERS,
    )


async def _events(sandbox: Sandbox, user_id: str) -> AsyncIterator[str]:
    queue = sandbox.feed.subscribe(user_id)
    try:
        yield 'data: {"type": "hello"}\n\n'
        while not sandbox.stopping:
            try:
                change = await asyncio.wait_for(queue.get(), _KEEP_ALIVE_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield f"data: {json.dumps(change)}\n\n"
    finally:
        sandbox.feed.unsubscribe(queue)


async def live(socket: WebSocket) -> None:
    """Send the same changes over a WebSocket, for the chat page.

    A browser opens at most six HTTP connections to one host, all its tabs together:
    with event streams the seventh window would hang. WebSockets are not counted.
    """
    sandbox: Sandbox = socket.app.state.sandbox
    user_id = socket.query_params.get("as", "")
    if sandbox.person(user_id) is None:
        await socket.close()
        return
    await socket.accept()
    queue = sandbox.feed.subscribe(user_id)
    closed = asyncio.ensure_future(_wait_until_closed(socket))
    try:
        while not sandbox.stopping and not closed.done():
            change = asyncio.ensure_future(queue.get())
            awaited = {change, closed}
            await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
            if change.done():
                await socket.send_json(change.result())
            else:
                change.cancel()
    except (WebSocketDisconnect, RuntimeError):
        return
    finally:
        closed.cancel()
        sandbox.feed.unsubscribe(queue)


async def _wait_until_closed(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            await socket.receive_text()


LIVE_ROUTES = [
    Route("/sandbox/stream", stream, methods=["GET"]),
    WebSocketRoute("/sandbox/live", live),
]
