"""People as API clients: what a person does in Slack and on the pages, over HTTP."""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx

from bot.cli.demo.browser import Browser
from tests.end_to_end.processes import Sandbox, wait_for

ROSA, RAVI, LENA, AMIR = "U0REVIEW1", "U0REVIEW2", "U0LEAD001", "U0AUDIT01"
SOFIA, JONAS, GUEST = "U0SAFETY1", "U0REVIEW3", "U0GUEST01"
ENGLISH, GERMAN = "C0HELPENUS", "C0HELPDEDE"
CLIP, SPAN, WORD = "en-us-0001", "2.3-2.9", "lamp"
_NAME = re.compile(r"HC-\d+")
_CSRF = re.compile(r'name="csrf"[^>]*?value="([^"]+)"')


def text_value(value: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": value}


def ask(
    sandbox: Sandbox,
    person: str = ROSA,
    *,
    clip: str = CLIP,
    span: str = SPAN,
    guess: str = WORD,
    channel: str = ENGLISH,
) -> str:
    """Type the command, fill the form, press Ask. The name of the request, HC-1001."""
    line = f"/help-clip {clip} {span}"
    typed = sandbox.do("command", as_=person, channel=channel, text=line)
    assert typed["ok"], typed
    asked = submit(sandbox, person, clip=clip, span=span, guess=guess)
    assert asked["ok"], asked
    found = _NAME.search(str(asked["view"]))
    assert found is not None, asked
    return found.group()


def submit(
    sandbox: Sandbox, person: str, *, clip: str, span: str, guess: str
) -> dict[str, Any]:
    """Fill the form that is open and press Ask."""
    view = sandbox.get("views", **{"as": person})["views"][-1]
    values = {
        "clip": {"clip": text_value(clip)},
        "span": {"span": text_value(span)},
        "guess": {"guess": text_value(guess)},
    }
    return sandbox.do("view/submit", as_=person, view_id=view["id"], values=values)


def parents(sandbox: Sandbox, name: str, channel: str = ENGLISH) -> list[Any]:
    """The parent messages of a request; there should be one."""
    found = sandbox.messages(channel, as_=ROSA)
    return [m for m in found if m["text"].startswith(f"{name}:")]


def thread_of(sandbox: Sandbox, name: str, channel: str = ENGLISH) -> dict[str, Any]:
    """The one parent message of a request, once it is there."""
    found = wait_for(
        lambda: parents(sandbox, name, channel) or None, f"the thread of {name}"
    )
    assert len(found) == 1
    return dict(found[0])


def replies(sandbox: Sandbox, name: str, channel: str = ENGLISH) -> list[str]:
    """The texts under a request's parent message."""
    parent = thread_of(sandbox, name, channel)
    found = sandbox.messages(channel, as_=ROSA, thread_ts=parent["ts"])
    return [str(m["text"]) for m in found if m["ts"] != parent["ts"]]


def shown(message: dict[str, Any]) -> str:
    """All the text of a message's sections."""
    texts = [b["text"]["text"] for b in message["blocks"] if b["type"] == "section"]
    return "\n".join(texts)


def link(message: dict[str, Any], action_id: str = "listen") -> str:
    """Where a button leads."""
    elements = [e for block in message["blocks"] for e in block.get("elements", [])]
    return str(next(e["url"] for e in elements if e.get("action_id") == action_id))


def rule_url(sandbox: Sandbox, name: str, channel: str = ENGLISH) -> str:
    """Return where the ruling page is, once the thread's button leads there."""

    def is_shown() -> bool:
        return "a lead rules" in shown(thread_of(sandbox, name, channel))

    wait_for(is_shown, "the thread's button")
    return link(thread_of(sandbox, name, channel), "rule")


@dataclass
class Played:
    """One press of play."""

    status: int
    sound: bytes


class Visitor:
    """One person in a browser of their own, on the page of one request."""

    def __init__(self, person: str, url: str) -> None:
        self.url = url
        self._browser = Browser(person)
        self.page = self.open(url)

    def open(self, url: str) -> httpx.Response:
        """Open a page, signing in on the way where it asks for that."""
        return self._browser.open(url)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()

    @property
    def csrf(self) -> str:
        found = _CSRF.search(self.page.text)
        return found.group(1) if found else ""

    def play(self, press: str | None = None) -> Played:
        """Press play."""
        self.press = press or secrets.token_hex(16)
        answer = self._post_sound("audio", press=self.press)
        return Played(answer.status_code, answer.content)

    def hear(self) -> None:
        """Press play and hear the span to its end."""
        played = self.play()
        assert played.status == 200, played
        assert played.sound.startswith(b"RIFF")
        wait_for(self._told, "the span to be heard")

    def answer(
        self, text: str = WORD, *, answer: str = "words", confidence: str = "3"
    ) -> int:
        """Send an answer; the status."""
        return self.post(
            "answer", answer=answer, text=text, confidence=confidence
        ).status_code

    def post(self, what: str, **form: str) -> httpx.Response:
        """Send one of the page's forms."""
        return self._browser.post(
            f"{self.url}/{what}".rstrip("/"), {"csrf": self.csrf, **form}
        )

    def _post_sound(self, what: str, **form: str) -> httpx.Response:
        """Post to the player, which is the request's on the ruling's page too."""
        url = self.url.replace("/rule/", "/r/")
        return self._browser.post(f"{url}/{what}", {"csrf": self.csrf, **form})

    def _told(self) -> bool:
        time.sleep(0.4)  # the server believes only time that has passed
        told = self._post_sound("played", press=self.press, played_ms="5000", loops="1")
        return bool(told.json()["heard"])


def hear_and_answer(person: str, url: str, text: str = WORD) -> None:
    """Sign in, listen, answer."""
    with Visitor(person, url) as visitor:
        assert visitor.page.status_code == 200, visitor.page.status_code
        visitor.hear()
        assert visitor.answer(text) < 400
