"""Sandbox and bot for one test, ended with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storage.store import Store
from tests.databases import postgres, s3  # noqa: F401
from tests.end_to_end.processes import Bot, Process, Sandbox, free_port, settings_for


@dataclass
class Stage:
    """One sandbox and the bots that work with it."""

    folder: Path
    sandbox: Sandbox
    bots: list[Bot] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)

    def bot(self, **changes: str) -> Bot:
        """A running bot on the embedded defaults, but for `changes` in its settings."""
        port = free_port()
        settings = settings_for(self.folder, self.sandbox, f"http://127.0.0.1:{port}", **changes)
        bot = self.start(Bot(self.folder, f"bot-{len(self.bots) + 1}", port, settings))
        bot.wait_until_ready()
        return bot

    def start(self, bot: Bot) -> Bot:
        """Start a bot made elsewhere; it ends with the test."""
        self.bots.append(bot)
        bot.start()
        return bot

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        """The bots' database, to look into."""
        store = Store(self.bots[0].settings["DATABASE_URL"])
        yield store
        store.close()

    def close(self) -> None:
        for process in (*self.bots, *self.processes, self.sandbox):
            process.stop()


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes a stage; arguments go to the sandbox's command line."""
    stages: list[Stage] = []

    def make(*arguments: str) -> Stage:
        stage = Stage(tmp_path, Sandbox(tmp_path, *arguments))
        stages.append(stage)
        stage.sandbox.start()
        return stage

    yield make
    for stage in stages:
        stage.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A sandbox with nobody at work yet."""
    return make_stage()
