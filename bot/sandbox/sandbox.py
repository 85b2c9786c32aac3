"""The running sandbox: one object that holds every part, handed to every function."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.sandbox.app.event_limits import EventLimits
from bot.sandbox.app.manifest import Manifest, load_manifest
from bot.sandbox.app.rate_limits import RateLimits
from bot.sandbox.app.response_urls import ResponseUrls
from bot.sandbox.app.sign_in_codes import SignInCode
from bot.sandbox.app.tokens import Token, default_tokens
from bot.sandbox.app.trigger_ids import TriggerIds
from bot.sandbox.app.view_stacks import ViewStacks
from bot.sandbox.app.welcome import load_welcome
from bot.sandbox.clock import Clock
from bot.sandbox.config import SandboxConfig
from bot.sandbox.faults import Faults
from bot.sandbox.live_feed import LiveFeed
from bot.sandbox.sign_in.signing_key import SigningKey
from bot.sandbox.transport.socket_mode import SocketMode
from bot.sandbox.types import Json
from bot.sandbox.workspace.organisation import Organisation, add_organisation
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.workspace import new_workspace


class Sandbox:
    """All parts of one workspace; the server's event loop alone calls it: no locks."""

    def __init__(self, config: SandboxConfig, base_url: str) -> None:
        self.config = config
        self.base_url = config.public_url or base_url
        self.request_url = config.request_url
        self.manifest: Manifest = load_manifest(config.manifest)
        self.welcome = load_welcome(config.welcome)
        self.organisation = Organisation(config.organisation)
        self.signing_key = SigningKey()
        self.feed = LiveFeed()
        self.clock = Clock()
        self.sockets = SocketMode(
            self.clock, self.feed, self.base_url, config.socket_lifetime_s
        )
        self.stopping = False
        self.unsaved = True
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begin()

    def reset(self) -> None:
        """Return to the default workspace; sockets, pages and the request URL stay."""
        self.cancel_tasks()
        self.clock.reset()
        self._begin()
        self.feed.log.clear()
        # Pages show another workspace from now on, and read it afresh.
        self.feed.send({"type": "reset"})
        self.mark_changed()

    def _begin(self) -> None:
        self.workspace = new_workspace(self.manifest)
        if self.organisation.exists:
            add_organisation(self.workspace)
        self.faults = Faults()
        self.rate_limits = RateLimits(self.config.rate_limits)
        self.event_limits = EventLimits(
            self.config.events_per_hour,
            self.config.failing_events,
        )
        self.tokens: dict[str, Token] = default_tokens(
            self.manifest, self.organisation.mode
        )
        self.trigger_ids = TriggerIds(self.clock)
        self.response_urls = ResponseUrls(self.clock)
        self.views = ViewStacks()
        self.sign_in_codes: dict[str, SignInCode] = {}
        self.new_logins = self.config.new_logins
        self.history_order = self.config.history_order
        self.logins: dict[str, int] = {}
        """When each person last logged in, in seconds since 1970."""
        self.scheduled: dict[str, Json] = {}

    @property
    def issuer(self) -> str:
        """Return `iss` of id_tokens."""
        if self.config.issuer:
            return self.config.issuer
        return self.base_url

    def person(self, user_id: str) -> Person | None:
        """Return the person with this id, deactivated or not, or None."""
        return self.workspace.people.get(user_id)

    def run_in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` without waiting for it."""
        task = asyncio.get_running_loop().create_task(work)
        # The event loop holds tasks only weakly: this set keeps it alive until done.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel_tasks(self) -> None:
        """Cancel the work that `run_in_background` began."""
        for task in list(self._tasks):
            task.cancel()

    def mark_changed(self) -> None:
        """Have the state file written soon."""
        self.unsaved = True

    def end_streams(self) -> None:
        """Let the pages' streams of changes finish."""
        self.stopping = True
        self.feed.send({"type": "bye"})
