"""From a signed call or a shell to silence, while two people listen."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sources.results.webhook import signature
from tests.end_to_end.browser_people import (
    JONAS,
    RAVI,
    ROSA,
    ask,
    link,
    shown,
    thread_of,
)
from tests.end_to_end.conftest import Stage
from tests.end_to_end.processes import Bot, wait_for
from tests.end_to_end.test_revocation import (
    LOUD_AT,
    SILENT_MS,
    playing,
    seconds_to_silence,
)
from tests.pages.chromium import launched, picture

SECRET = "correct horse battery staple"
CLIPS = {"en-us-0001": "2.3-2.9", "en-us-0006": "2.8-3.5", "en-us-0008": "1.3-2.0"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def call(bot: Bot, event: str, clip: str) -> None:
    """What the system that keeps the recordings sends."""
    body = json.dumps(
        {"id": f"{event} {clip}", "event": event, "clip_id": clip}
    ).encode()
    timestamp = str(int(time.time()))
    headers = {
        "X-Help-Clip-Timestamp": timestamp,
        "X-Help-Clip-Signature": signature(SECRET, timestamp, body),
    }
    answer = httpx.post(
        f"{bot.address}/hooks/source",
        content=body,
        headers=headers,
        trust_env=False,
        timeout=20,
    )
    assert answer.json() == {"done": "now"}, answer.text


def withdrawn_by_call(bot: Bot, clip: str) -> None:
    call(bot, "withdraw_consent", clip)


def erased_by_call(bot: Bot, clip: str) -> None:
    call(bot, "erase", clip)


def withdrawn_from_a_shell(bot: Bot, clip: str) -> None:
    done = bot.command("withdraw-consent", "--clip", clip)
    assert done.returncode == 0, done.stderr


WAYS: dict[str, Callable[[Bot, str], None]] = {
    "en-us-0001": withdrawn_by_call,
    "en-us-0006": erased_by_call,
    "en-us-0008": withdrawn_from_a_shell,
}


def test_two_players_fall_silent_and_nobody_plays_again(
    stage: Stage, chromium: Any, tmp_path: Path
) -> None:
    bot = stage.bot(HOOK_SECRET=SECRET)
    took: dict[str, list[float]] = {}
    for clip, close in WAYS.items():
        name = ask(stage.sandbox, clip=clip, span=CLIPS[clip])
        url = link(thread_of(stage.sandbox, name))
        pages = [
            playing(chromium, stage.sandbox, person, url) for person in (RAVI, JONAS)
        ]
        close(bot, clip)
        # From the answer on: a shell takes a second or two to start.
        closed_ms = time.time() * 1000
        took[close.__name__] = [seconds_to_silence(page, closed_ms) for page in pages]
        for page in pages:
            page.keyboard.press("Space")
            page.wait_for_timeout(300)
            assert page.evaluate(f"Date.now() - {LOUD_AT}") > SILENT_MS, (
                "it plays again"
            )
        for page in pages:
            assert not page.is_visible("#waveform")
            assert page.query_selector(".transcript") is None
        picture(pages[0], f"closed-{clip}")
        pages[0].reload()
        assert pages[0].query_selector("#waveform") is None
        picture(pages[0], f"closed-{clip}-again")
        for page in pages:
            page.context.close()
        wait_for(
            lambda n=name: "closed" in thread_of(stage.sandbox, n)["text"], "the thread"
        )
        assert shown(thread_of(stage.sandbox, name)).endswith("Closed.")
        wait_for(lambda n=name: told_why(stage, n), "the asker to be told")
        key = url.rpartition("/")[2]
        assert not list((tmp_path / "snippets").glob(f"{key}*"))
    everything = [seconds for each in took.values() for seconds in each]
    sys.stdout.write(
        f"\ncall to silence: median {statistics.median(everything):.2f} s, {took}\n"
    )
    assert max(everything) < 10


def told_why(stage: Stage, name: str) -> bool:
    channel = str(stage.sandbox.do("dm", as_=ROSA, user="U0HELPCLIP")["channel"])
    notes = [m["text"] for m in stage.sandbox.messages(channel, as_=ROSA)]
    return any(text.startswith(f"{name} is closed: ") for text in notes)
