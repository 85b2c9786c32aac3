"""A clip source that never answers: the form opens, and Slack gets its answer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from bot.wiring import Program
from storage.records import Clip, Span
from tests.product import ROSA
from tests.slack.workspace import Workspace, written


class Silent:
    """A source whose every method waits until the test is over."""

    def __init__(self) -> None:
        self.is_over = threading.Event()

    def _hang(self) -> None:
        self.is_over.wait(60)
        raise ConnectionError

    def clip(self, _clip_id: str) -> Clip:
        self._hang()
        raise AssertionError

    @contextmanager
    def audio(self, _clip_id: str, _part: Span | None = None, /) -> Iterator[BinaryIO]:
        self._hang()
        raise AssertionError
        yield

    def clip_ids(self, _limit: int = 100) -> list[str]:
        self._hang()
        return []


@pytest.fixture(autouse=True)
def silent(program: Program) -> Iterator[None]:
    source, before = Silent(), program.services.clips
    program.services.clips = source
    yield
    program.services.clips = before
    source.is_over.set()


def by_command(text: str) -> Callable[[Workspace], object]:
    return lambda workspace: workspace.command(ROSA, text)


def by_shortcut(workspace: Workspace) -> None:
    workspace.post("shortcut", ROSA, callback_id="ask_clip")


def by_message(workspace: Workspace) -> None:
    message = {"channel": "C0HELPENUS", "text": "what is in en-us-0001?"}
    ts = workspace.post("message", ROSA, **message)["ts"]
    about = {"channel": "C0HELPENUS", "ts": ts}
    workspace.post("shortcut", ROSA, callback_id="ask_about_message", **about)


@pytest.mark.parametrize(
    ("open_form", "clip", "span"),
    [
        (by_command("/help-clip"), None, None),
        (by_command("/help-clip en-us-0001"), "en-us-0001", None),
        (by_command("/help-clip en-us-0001 1.2-1.9"), "en-us-0001", "1.2-1.9"),
        (by_shortcut, None, None),
        (by_message, "en-us-0001", None),
    ],
)
def test_the_form_opens_while_the_source_hangs(
    workspace: Workspace,
    open_form: Callable[[Workspace], object],
    clip: str | None,
    span: str | None,
) -> None:
    open_form(workspace)
    view = workspace.window(ROSA)
    assert view["callback_id"] == "ask"
    fields = {
        each["block_id"]: each["element"].get("initial_value")
        for each in view["blocks"]
        if each["type"] == "input"
    }
    assert fields["clip"] == clip
    assert fields["span"] == span


def test_enter_in_the_clip_field_is_acknowledged_while_the_source_hangs(
    workspace: Workspace,
) -> None:
    workspace.command(ROSA, "/help-clip")
    view = workspace.window(ROSA)
    pressed = workspace.post(
        "press",
        ROSA,
        view_id=view["id"],
        block_id="clip",
        action_id="clip",
        value="de-de-0001",
        values={"clip": {"clip": "de-de-0001"}},
    )
    assert pressed["ok"], pressed
    assert "Ask about a word" in written(workspace.window(ROSA))


def test_many_forms_take_no_more_than_a_few_threads(
    workspace: Workspace,
) -> None:
    for _ in range(12):
        workspace.command(ROSA, "/help-clip en-us-0001 1.2-1.9")
        assert workspace.window(ROSA)["callback_id"] == "ask"
    forms = [thread for thread in threading.enumerate() if thread.name == "form"]
    assert len(forms) <= 8
