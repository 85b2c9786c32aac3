"""The whole server as one ASGI application, guarded against other machines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.sandbox.activity.scheduled_messages import keep_posting
from bot.sandbox.chat_page import PAGE_ROUTES
from bot.sandbox.config import LOOPBACK_HOSTS
from bot.sandbox.interactions.responses import respond
from bot.sandbox.local_api.fault_controls import CONTROL_ROUTES
from bot.sandbox.local_api.live_updates import LIVE_ROUTES
from bot.sandbox.local_api.person_actions import ACTION_ROUTES
from bot.sandbox.local_api.person_views import VIEW_ROUTES
from bot.sandbox.local_api.persona_switch import PERSONA_ROUTES
from bot.sandbox.local_api.workspace_changes import CHANGE_ROUTES
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.sign_in.authorize import SIGN_IN_ROUTES
from bot.sandbox.state_file import keep_saved, save_if_changed
from bot.sandbox.webapi import web_api
from bot.sandbox.webapi.files.transfers import TRANSFER_ROUTES


def build_app(sandbox: Sandbox) -> ASGIApp:
    """Return the application that serves `sandbox`."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = [
            asyncio.create_task(keep_saved(sandbox)),
            asyncio.create_task(keep_posting(sandbox)),
        ]
        yield
        for task in running:
            task.cancel()
        sandbox.cancel_tasks()
        save_if_changed(sandbox)

    async def serve_socket_mode(websocket: WebSocket) -> None:
        await sandbox.sockets.serve(websocket)

    app = Starlette(
        routes=[
            Route("/api/{method}", web_api, methods=["GET", "POST"]),
            Route("/hooks/{key:path}", respond, methods=["POST"]),
            WebSocketRoute("/link/", serve_socket_mode),
            *TRANSFER_ROUTES,
            *SIGN_IN_ROUTES,
            *ACTION_ROUTES,
            *PERSONA_ROUTES,
            *CHANGE_ROUTES,
            *VIEW_ROUTES,
            *LIVE_ROUTES,
            *CONTROL_ROUTES,
            *PAGE_ROUTES,
        ],
        lifespan=lifespan,
    )
    app.state.sandbox = sandbox
    public_host = urlsplit(sandbox.base_url).hostname
    return LoopbackGuard(app, {*LOOPBACK_HOSTS, str(public_host)})


class LoopbackGuard:
    """Refuse Host headers beside `hosts` (DNS rebinding) and foreign origins.

    The guard also hands the Web API a way to cut the connection, for fault injection.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        is_request = scope["type"] in ("http", "websocket")
        if is_request and not _is_local(scope, self._hosts):
            await _refuse(scope, send)
            return
        if scope["type"] == "http":
            # `send` is a method of uvicorn's protocol, which holds the connection.
            protocol = getattr(send, "__self__", None)
            transport = getattr(protocol, "transport", None)
            scope["sandbox.abort"] = getattr(transport, "abort", None)
        await self._app(scope, receive, send)


def _is_local(scope: Scope, hosts: Collection[str]) -> bool:
    """Return whether a request names one of the hosts and comes from this site."""
    headers = dict(scope["headers"])
    host_header = headers.get(b"host", b"").decode("latin-1")
    if urlsplit(f"//{host_header}").hostname not in hosts:
        return False
    # The bot's pages send forms to the sign-in page from an origin of their own.
    if not scope["path"].startswith("/sandbox/"):
        return True
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin:
        return True
    return bool(urlsplit(origin).netloc == host_header)


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send(
            {
                "type": "websocket.close",
                "code": 1008,
            }
        )
        return
    body = b"The sandbox answers only on this machine."
    length = str(len(body)).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", length)]
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": headers,
        }
    )
    await send(
        {
            "type": "http.response.body",
            "body": body,
        }
    )
