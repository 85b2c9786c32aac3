"""The main job by itself: from `/help-clip` to the settled word and the audit rows.

The tour uses the sandbox and the pages over HTTP, as people's browsers would, and looks
at nothing inside the program.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.cli.demo.browser import Browser, Workspace, listen_and_answer
from bot.cli.serve import Server
from bot.demo import SUGGESTIONS
from bot.errors import HelpClipError, Unavailable
from bot.text import text
from bot.wiring import Program

ROSA, RAVI, LENA, AMIR = "U0REVIEW1", "U0REVIEW2", "U0LEAD001", "U0AUDIT01"
CHANNEL = "C0HELPENUS"
_AUDIT_CHANNEL = "C0AUDIT001"
_KEY = "HC-1001"
"""The first request of a new database."""
WORD = "lamp"
_WAIT_S = 20.0
_POLL_S = 0.1
_END_WITHIN_S = 10
T = TypeVar("T")


def take_tour(
    program: Program,
    listener: socket.socket,
    sandbox_url: str,
) -> int:
    """Run the program, do the job, print each step, and return the exit status."""
    console = Console(highlight=False, markup=False)
    server = Server(program.web)
    thread = threading.Thread(
        target=lambda: server.run(sockets=[listener]),
        daemon=True,
    )
    program.start()
    thread.start()
    started = time.monotonic()
    try:
        audit_rows = _drive(Workspace(sandbox_url), console)
    except (HelpClipError, httpx.HTTPError, LookupError) as error:
        kind = type(error).__name__
        sentence = text("cli.tour.stopped", kind=kind, error=error)
        console.print(sentence, style="red")
        return 1
    finally:
        server.should_exit = True
        thread.join(timeout=_END_WITHIN_S)
        program.stop()
    console.print(audit_rows)
    took_s = time.monotonic() - started
    console.print(text("cli.tour.took", seconds=f"{took_s:.1f}"), style="green")
    return 0


class _Steps:
    """The list of steps on the screen, of which the last is under way."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, sentence: str) -> None:
        """Mark the earlier steps as done, and show another."""
        self.end()
        self._progress.add_task(sentence, total=None)

    def end(self) -> None:
        """Mark all steps as done."""
        for task in self._progress.task_ids:
            self._progress.update(task, total=1, completed=1)


def _drive(
    workspace: Workspace,
    console: Console,
) -> Table:
    """Do the job as four people, and return the audit rows as a table."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        steps = _Steps(progress)
        _ask(workspace, steps)
        steps.begin(text("cli.tour.cuts_snippet"))
        parent = _wait(lambda: _parent(workspace), "cli.tour.waited_for_thread")
        url = _listen_url(parent)
        for person, name in ((RAVI, "Ravi"), (LENA, "Lena")):
            steps.begin(text("cli.tour.answers", name=name))
            listen_and_answer(Browser(person), url, WORD)
        steps.begin(text("cli.tour.settles"))
        reply = _wait(
            lambda: _reply(workspace, parent["ts"]),
            "cli.tour.waited_for_word",
        )
        steps.begin(text("cli.tour.audits"))
        audit = workspace.act(
            AMIR,
            "command",
            channel=_AUDIT_CHANNEL,
            text=f"/clip-audit {_KEY}",
        )
        steps.begin(text("cli.tour.done"))
        steps.end()
    console.print(f"\n{text('cli.tour.in_thread', reply=reply)}\n")
    return _table(audit["response"]["blocks"])


def _ask(
    workspace: Workspace,
    steps: _Steps,
) -> None:
    """Ask about the first sample clip as Rosa."""
    suggestion = SUGGESTIONS[0]
    command = f"/help-clip {suggestion.clip_id} {suggestion.span}"
    steps.begin(text("cli.tour.types_command", command=command))
    workspace.act(ROSA, "command", channel=CHANNEL, text=command)
    view = workspace.modal(ROSA)
    steps.begin(text("cli.tour.seals_guess"))
    values = {
        "clip": _typed("clip", suggestion.clip_id),
        "span": _typed("span", suggestion.span),
        "guess": _typed("guess", WORD),
    }
    workspace.act(ROSA, "view/submit", view_id=view["id"], values=values)


def _typed(
    action_id: str,
    value: str,
) -> dict[str, Any]:
    return {
        action_id: {
            "type": "plain_text_input",
            "value": value,
        }
    }


def _parent(workspace: Workspace) -> dict[str, Any] | None:
    """Return the message that begins the request's thread, or None before it."""
    for message in workspace.messages(ROSA, channel=CHANNEL):
        if message.get("text", "").startswith(_KEY):
            return message
    return None


def _reply(
    workspace: Workspace,
    ts: str,
) -> str | None:
    """Return the settled word as the thread shows it, or None before that."""
    for message in workspace.messages(ROSA, channel=CHANNEL, thread_ts=ts):
        if message["text"] == f"{_KEY} is settled":
            shown = [block["text"] for block in message["blocks"] if "text" in block]
            return " ".join(str(each["text"]) for each in shown)
    return None


def _listen_url(parent: dict[str, Any]) -> str:
    """Return the address behind the button "Listen and answer"."""
    for block in parent["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "listen":
                return str(element["url"])
    raise LookupError("listen")


def _table(blocks: list[dict[str, Any]]) -> Table:
    """Return the access log, which Slack shows as lines, as a table."""
    table = Table(title=text("cli.tour.log_title"))
    table.add_column(text("cli.tour.when"))
    table.add_column(text("cli.tour.who"))
    table.add_column(text("cli.tour.what"))
    sections = [block for block in blocks if block["type"] == "section"]
    for line in sections[0]["text"]["text"].splitlines():
        when, who, *what = line.split("  ")
        action = " ".join(what).replace("`", "")
        table.add_row(when, who.strip("<@>"), action)
    return table


def _wait(
    look: Callable[[], T | None],
    failure_key: str,
) -> T:
    """Return the result of `look` once there is one. Raises Unavailable in vain."""
    deadline = time.monotonic() + _WAIT_S
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(_POLL_S)
    raise Unavailable(text(failure_key, seconds=f"{_WAIT_S:.0f}"))
