"""Real Chromium on a real server, for what only a browser can show."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.usecases.people.sessions import start_session
from tests.pages.site import Site

ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ),
]


def skip_unless_ci(reason: str) -> None:
    """Where the project is checked nothing may be skipped; on a laptop it may."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


# A session belongs to the browser that calls itself so.
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
)


@contextmanager
def launched() -> Iterator[Any]:
    """A Chromium. Skips where there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        skip_unless_ci("there is no Chromium here")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip_unless_ci("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def served(app: Starlette, port: int) -> Iterator[None]:
    """The application on 127.0.0.1."""
    config = uvicorn.Config(
        app, port=port, log_level="warning", ws="none", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


class RunningClock:
    """The machine's time: a browser does not wait for a test to move the clock."""

    now = property(lambda self: self())

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def pass_time(self, **amount: float) -> None:
        time.sleep(amount["seconds"])


def signed_in(browser: Any, site: Site, user_id: str, **options: Any) -> Any:
    """A browser context of its own in which this person is signed in."""
    started = start_session(
        site.services, site.act(user_id), browser=site.browser(AGENT)
    )
    options |= {"base_url": site.services.public_url, "user_agent": AGENT}
    context = browser.new_context(**options)
    context.set_default_timeout(8_000)
    cookie = {
        "name": "help_clip_session",
        "value": started.token,
        "url": site.services.public_url,
        "httpOnly": True,
        "sameSite": "Lax",
    }
    context.add_cookies([cookie])
    return context


def picture(page: Any, name: str) -> None:
    """Keep a screenshot when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
