"""A shift in real Chromium: requests that wait, and counts of acts and page loads."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.records import Request
from tests.pages.site import JONAS, RAVI, Site

CAN_ANSWER = "#answer-fields:not([disabled])"
CAN_RULE = "#ruling-fields:not([disabled])"


class SkippingClock:
    """The machine's time plus the time that a test skipped, so that no test sleeps."""

    def __init__(self) -> None:
        self.skipped = timedelta()

    now = property(lambda self: self())

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def pass_time(self, **amount: float) -> None:
        self.skipped += timedelta(**amount)


@dataclass
class Counter:
    """The acts of a person on one page, and how often it was loaded whole."""

    page: Any
    acts: int = 0
    loads: list[str] = field(default_factory=list)

    def watch(self) -> "Counter":
        self.page.on("domcontentloaded", lambda shown: self.loads.append(shown.url))
        return self

    def press(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)

    def type(self, word: str) -> None:
        """A typed word counts as one act, as in the table of the findings."""
        self.acts += 1
        self.page.keyboard.type(word)


def add_requests(site: Site, count: int) -> list[Request]:
    """Return open requests about as many recordings, each of another speaker."""
    asked = []
    for number in range(count):
        clip_id = f"shift-{number}"
        site.add_clip(clip_id, speaker=f"speaker-{number}")
        asked.append(site.asked(clip_id, "2.363-2.89"))
    return asked


def add_disputes(site: Site, count: int) -> list[Request]:
    """Return disputed requests."""
    asked = add_requests(site, count)
    for request in asked:
        site.answer(request, RAVI, "lamp")
        site.answer(request, JONAS, "lamb")
    return asked
