"""The running sandbox: one object that holds every part, handed to every function."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.sandbox import state_file
from bot.sandbox.app.event_limits import Subscription
from bot.sandbox.app.manifest import Manifest, load_manifest
from bot.sandbox.app.rate_limits import RateLimits
from bot.sandbox.app.response_urls import ResponseUrls
from bot.sandbox.app.tokens import Token, default_tokens
from bot.sandbox.app.trigger_ids import Triggers
from bot.sandbox.app.view_stacks import ViewStacks
from bot.sandbox.clock import Clock
from bot.sandbox.config import SandboxConfig
from bot.sandbox.faults import Faults
from bot.sandbox.live_feed import Hub
from bot.sandbox.sign_in.signing_key import SigningKey
from bot.sandbox.transport.socket_mode import SocketHub
from bot.sandbox.types import Json
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.workspace import new_workspace

_SAVE_EVERY_S = 0.25


class Sandbox:
    """All parts of one workspace. Every method runs on the server's event loop: no
    locks.
    """

    def __init__(self, config: SandboxConfig, base_url: str) -> None:
        self.config = config
        self.base_url = base_url
        self.request_url = config.request_url
        self.manifest: Manifest = load_manifest(config.manifest)
        self.key = SigningKey()
        self.hub = Hub()
        self.sockets = SocketHub(self)
        self.stopping = False
        self._dirty = True
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begin()
        if config.state is not None and config.state.exists():
            state_file.load(self, config.state)

    def reset(self) -> None:
        """Back to the default workspace; open sockets, pages and the request URL
        stay.
        """
        for task in list(self._tasks):
            task.cancel()
        self._begin()
        self.hub.log.clear()
        self.hub.tell({"type": "reset"})
        self.changed()

    def _begin(self) -> None:
        self.workspace = new_workspace(self.manifest)
        self.clock = Clock()
        self.faults = Faults()
        self.limits = RateLimits(self.config.rate_limits)
        self.subscription = Subscription(
            self.config.events_per_hour, self.config.failing_events
        )
        self.tokens: dict[str, Token] = default_tokens(self.manifest)
        self.triggers = Triggers(self.clock)
        self.response_urls = ResponseUrls(self.clock)
        self.views = ViewStacks()
        self.codes: dict[str, Any] = {}
        self.scheduled: dict[str, Json] = {}

    @property
    def issuer(self) -> str:
        return self.config.issuer or self.base_url

    def person(self, user_id: str) -> Person | None:
        return self.workspace.people.get(user_id)

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` without waiting for it (kept alive until done)."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def changed(self) -> None:
        self._dirty = True

    async def keep_saved(self) -> None:
        """Write the state file whenever something changed; runs for as long as the
        server does.
        """
        while self.config.state is not None:
            await asyncio.sleep(_SAVE_EVERY_S)
            self.save(self.config.state)

    def save(self, path: Path | None) -> None:
        if path is not None and self._dirty:
            self._dirty = False
            state_file.save(self, path)

    def end_streams(self) -> None:
        """Let the pages' event streams finish."""
        self.stopping = True
        self.hub.tell({"type": "bye"})

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        self.save(self.config.state)
