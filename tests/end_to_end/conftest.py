"""Sandbox and bot for one test, ended with it."""

from collections.abc import Iterator
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
        settings = settings_for(
            self.folder, self.sandbox, f"http://127.0.0.1:{port}", **changes
        )
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


@contextmanager
def open_stage(folder: Path, *arguments: str) -> Iterator[Stage]:
    """A stage with a sandbox at work; `arguments` go to its command line."""
    stage = Stage(folder, Sandbox(folder, *arguments))
    try:
        stage.sandbox.start()
        yield stage
    finally:
        stage.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A sandbox with nobody at work yet."""
    with open_stage(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """As `stage`, for all tests of a file."""
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened
