"""The main job by itself: from `/help-clip` to the settled word and the audit rows.

It drives the sandbox and the pages over HTTP, as people's browsers would, and looks at
nothing inside the program.
"""

import re
import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.cli.serve import Server
from bot.demo import SUGGESTIONS
from bot.errors import HelpClipError, Unavailable
from bot.wiring import Program

ROSA, RAVI, LENA, AMIR = "U0REVIEW1", "U0REVIEW2", "U0LEAD001", "U0AUDIT01"
CHANNEL = "C0HELPENUS"
WORD = "lamp"
_PATIENCE_S = 20.0
T = TypeVar("T")
_SIGN_IN = 'action="/sign-in"'
_CSRF = re.compile(r'name="csrf"[^>]*?(?:value|content)="([^"]+)"')


class Browser:
    """One person's browser: cookies, and the sign-in a click away."""

    def __init__(self, person: str) -> None:
        self.person = person
        self._http = httpx.Client(timeout=10, follow_redirects=False)

    def open(self, url: str) -> httpx.Response:
        """Open a page, signing in on the way."""
        answer = self._http.get(url)
        if _SIGN_IN in answer.text:
            target = httpx.URL(url)
            answer = self.post(
                str(target.copy_with(raw_path=b"/sign-in")), {"to": target.path}
            )
        for _ in range(10):
            if answer.is_redirect and answer.next_request is not None:
                target = answer.next_request.url
                if target.path == "/openid/connect/authorize":
                    answer = self._continue_as(target)
                else:
                    answer = self._http.get(target)
                continue
            return answer
        raise Unavailable("The sign-in went round in circles.")

    def post(self, url: str, data: dict[str, str]) -> httpx.Response:
        """Send a form the way the page does."""
        origin = str(httpx.URL(url).copy_with(raw_path=b"/")).rstrip("/")
        return self._http.post(url, data=data, headers={"origin": origin})

    def close(self) -> None:
        """Close the window."""
        self._http.close()

    def _continue_as(self, target: httpx.URL) -> httpx.Response:
        form = {**dict(target.params), "user_id": self.person}
        return self._http.post(target.copy_with(query=None), data=form)


class Workspace:
    """The sandbox, as its chat page drives it."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10)

    def do(self, verb: str, **body: Any) -> dict[str, Any]:
        """Type, press or submit something. Raises `Unavailable` when the workspace says
        no.
        """
        answer: dict[str, Any] = self._http.post(f"/sandbox/{verb}", json=body).json()
        if not answer.get("ok"):
            raise Unavailable(f"The workspace answered {answer.get('error', answer)}.")
        return answer

    def messages(self, person: str, **where: str) -> list[dict[str, Any]]:
        """The messages this person sees in a channel or thread."""
        found = self._http.get(
            "/sandbox/messages", params={"as": person, **where}
        ).json()
        return list(found["messages"])

    def modal(self, person: str) -> dict[str, Any]:
        """The window on top of this person's screen."""
        views = self._http.get("/sandbox/views", params={"as": person}).json()["views"]
        return dict(views[-1])


def take_tour(program: Program, listener: socket.socket, sandbox_url: str) -> int:
    """Run the program, do the job, print each step. Returns the exit status."""
    console = Console(highlight=False)
    server = Server(program)
    thread = threading.Thread(
        target=lambda: server.run(sockets=[listener]), daemon=True
    )
    program.start()
    thread.start()
    started = time.monotonic()
    try:
        audit_rows = _drive(Workspace(sandbox_url), console)
    except (HelpClipError, httpx.HTTPError, KeyError, LookupError) as error:
        console.print(f"[red]The tour stopped: {type(error).__name__}: {error}[/red]")
        return 1
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        program.stop()
    console.print(audit_rows)
    console.print(f"[green]Done in {time.monotonic() - started:.1f} s.[/green]")
    return 0


def _drive(workspace: Workspace, console: Console) -> Table:
    clip, span = SUGGESTIONS[0].clip_id, SUGGESTIONS[0].span
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def step(text: str) -> None:
            for task in progress.task_ids:
                progress.update(task, total=1, completed=1)
            progress.add_task(text, total=None)

        step(f"Rosa types /help-clip {clip} {span}")
        workspace.do(
            "command", **{"as": ROSA}, channel=CHANNEL, text=f"/help-clip {clip} {span}"
        )
        view = workspace.modal(ROSA)
        step("Rosa seals her guess and presses Ask")
        values = {
            "clip": {"clip": {"type": "plain_text_input", "value": clip}},
            "span": {"span": {"type": "plain_text_input", "value": span}},
            "guess": {"guess": {"type": "plain_text_input", "value": WORD}},
        }
        workspace.do("view/submit", **{"as": ROSA}, view_id=view["id"], values=values)
        step("The snippet is cut, masked and disguised; the thread appears")
        parent = _wait(lambda: _parent(workspace), "the thread")
        url = _listen_url(parent)
        for person, name in ((RAVI, "Ravi"), (LENA, "Lena")):
            step(f"{name} signs in with Slack, listens and answers blind")
            _listen_and_answer(Browser(person), url)
        step("Two agree: the word is settled, and Rosa is told in the thread")
        reply = _wait(lambda: _reply(workspace, parent["ts"]), "the settled word")
        step("Amir, the auditor, asks who heard it")
        heard = workspace.do(
            "command", **{"as": AMIR}, channel="C0AUDIT001", text="/clip-audit HC-1001"
        )
        step("Done")
        progress.update(progress.task_ids[-1], total=1, completed=1)
    console.print(f"\nIn the thread: [bold]{reply}[/bold]\n")
    return _table(heard["response"]["blocks"])


def _listen_and_answer(browser: Browser, url: str) -> None:
    page = browser.open(url)
    csrf = _CSRF.search(page.text)
    if page.status_code != 200 or csrf is None:
        raise Unavailable(f"The page answered {page.status_code}.")
    form = {"csrf": csrf.group(1), "press": secrets.token_hex(16)}
    sound = browser.post(f"{url}/audio", form)
    if sound.content[:4] != b"RIFF":
        raise Unavailable(f"There was no sound: {sound.status_code}.")
    time.sleep(1.0)  # the server believes only time that has passed
    browser.post(f"{url}/played", {**form, "played_ms": "1500", "loops": "1"})
    answer = {"csrf": form["csrf"], "answer": "words", "text": WORD, "confidence": "3"}
    sent = browser.post(f"{url}/answer", answer)
    if sent.status_code >= 400:
        raise Unavailable(f"The answer was refused: {sent.status_code}.")


def _parent(workspace: Workspace) -> dict[str, Any] | None:
    for message in workspace.messages(ROSA, channel=CHANNEL):
        if message.get("text", "").startswith("HC-1001"):
            return message
    return None


def _reply(workspace: Workspace, ts: str) -> str | None:
    for message in workspace.messages(ROSA, channel=CHANNEL, thread_ts=ts):
        if message["text"] == "HC-1001 is settled":
            return str(message["blocks"][0]["text"]["text"])
    return None


def _listen_url(parent: dict[str, Any]) -> str:
    elements = [e for block in parent["blocks"] for e in block.get("elements", [])]
    return str(next(e["url"] for e in elements if e.get("action_id") == "listen"))


def _table(answer: list[dict[str, Any]]) -> Table:
    table = Table(title="The access log on HC-1001, newest first")
    for heading in ("when (UTC)", "who", "what"):
        table.add_column(heading)
    lines = next(
        b["text"]["text"] for b in answer if b["type"] == "section"
    ).splitlines()
    for line in lines:
        when, who, *what = line.split("  ")
        table.add_row(when, who.strip("<@>"), " ".join(what).replace("`", ""))
    return table


def _wait(look: Callable[[], T | None], what: str) -> T:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise Unavailable(f"Waited {_PATIENCE_S:.0f} s for {what} in vain.")
