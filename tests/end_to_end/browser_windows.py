"""Browser profiles, one a person, on the sandbox's chat page and what it leads to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.conftest import Stage

PATIENCE_MS = 30_000


class Windows:
    """One browser profile a person; what they fetched, and what their consoles
    complained of.
    """

    def __init__(self, chromium: Any, stage: Stage) -> None:
        self._chromium = chromium
        self._sandbox = stage.sandbox
        self.fetched: list[str] = []
        self.complaints: list[str] = []

    @contextmanager
    def of(self, person: str, channel: str = "C0HELPENUS") -> Iterator[Any]:
        """The chat page as this person sees it."""
        context = self._chromium.new_context()
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self.fetched.append(request.url))
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{self._sandbox.url}/?as={person}#{channel}")
        yield page
        context.close()

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location}")


def picture(page: Any, name: str) -> None:
    """Keep a screenshot when PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
