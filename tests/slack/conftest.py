"""The bot connected to a sandbox workspace over a real socket, in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo.demo import demo_settings
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.wiring import Program, build
from storage.migrations import upgrade
from tests.desks import quiet_desks
from tests.slack.workspace import Workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    """One workspace for a file of tests."""
    with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
        yield running


@pytest.fixture(scope="module")
def program(
    request: pytest.FixtureRequest,
    sandbox: RunningSandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Program]:
    """The bot without its web server: sockets, workers, housekeeper."""
    folder = tmp_path_factory.mktemp("bot")
    settings = demo_settings(folder, sandbox.url, "http://127.0.0.1:1")
    auditors = ""
    if getattr(request.module, "TELLS_AUDITORS", False):
        auditors = '"C0AUDIT001"'
    desks = quiet_desks(folder, audit_channel=auditors)
    settings = settings.model_copy(update={"desks": desks})
    upgrade(settings.database_url)
    built = build(settings)
    built.start()
    yield built
    built.stop()


@pytest.fixture
def workspace(sandbox: RunningSandbox, program: Program) -> Iterator[Workspace]:
    """People at work in that workspace."""
    made = Workspace(sandbox.url, program)
    yield made
    made.tidy_up()
