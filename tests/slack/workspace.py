"""People at work: what they type and press in the sandbox, and what they then see
there.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from slack_sdk import WebClient

from bot.sandbox.config import BOT_TOKEN
from bot.slack.background import Background
from bot.slack.delivery import Handler, SlackDelivery
from bot.usecases.context import Act, act_without_person
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import adjudicate, propose
from bot.wiring import Program, utc_now
from storage.records import Answer, Origin, Person, Request, RequestState
from tests.product import ROSA, TEAM

CHANNEL = "C0HELPENUS"
T = TypeVar("T")
# The starts of asked spans, for each database; names and numbers of the clips' drafts lie
# elsewhere.
_STARTS: dict[int, Iterator[int]] = {}


def _starts_beside_names() -> Iterator[int]:
    for start_ms in itertools.count(100, 100):
        if not 3_000 <= start_ms < 3_700 and not 4_300 <= start_ms < 4_900:
            yield start_ms


class Workspace:
    """One workspace with the bot in it."""

    def __init__(self, url: str, program: Program) -> None:
        self.program = program
        self._http = httpx.Client(base_url=url, timeout=10)
        self.client = WebClient(token=BOT_TOKEN, base_url=f"{url}/api/")

    def tidy_up(self) -> None:
        """Leave no open window, fault or unfinished request for the next test."""
        self.post("faults", clear=True)
        self._http.close()

    def post(self, verb: str, person: str | None = None, **body: Any) -> dict[str, Any]:
        given = {"as": person, **body} if person else body
        return dict(self._http.post(f"/sandbox/{verb}", json=given).json())

    def look(self, path: str, person: str = ROSA, **query: Any) -> dict[str, Any]:
        """What the sandbox says about something, as this person sees it."""
        return dict(
            self._http.get(f"/sandbox/{path}", params={"as": person, **query}).json()
        )

    def change(self, **body: Any) -> None:
        """Change a person, a group or a channel, as administrators do."""
        answer = self._http.post("/sandbox/change", json=body).json()
        assert answer["ok"], answer

    def command(self, person: str, text: str, channel: str = CHANNEL) -> dict[str, Any]:
        """Type a slash command; returns what the person sees."""
        answer = self.post("command", person, channel=channel, text=text)
        assert answer["ok"], answer
        return dict(answer.get("response") or {})

    def window(self, person: str) -> dict[str, Any]:
        """The modal on top of this person's screen."""
        return dict(
            self._http.get("/sandbox/views", params={"as": person}).json()["views"][-1]
        )

    def submit(self, person: str, /, **values: Any) -> dict[str, Any]:
        """Fill the modal on top (block id = value) and send it."""
        given = {block: {block: value} for block, value in values.items()}
        view_id = self.window(person)["id"]
        return self.post("view/submit", person, view_id=view_id, values=given)

    def press(
        self, person: str, message: dict[str, Any], action_id: str
    ) -> dict[str, Any]:
        """Press a button under a message."""
        pressed = self.post(
            "press",
            person,
            channel=message["channel"],
            ts=message["ts"],
            action_id=action_id,
        )
        assert pressed["ok"], pressed
        return pressed

    def deliver(self, handler: Handler, **event: Any) -> None:
        """Deliver an event to its handler that the sandbox has no button for."""
        acknowledged: list[bool] = []
        handler(
            SlackDelivery(
                services=self.program.services,
                act=act_without_person(Origin.SLACK, utc_now()),
                payload={"event": event},
                client=self.client,
                ack=lambda: acknowledged.append(True),
                background=Background(),
            )
        )
        assert acknowledged == [True]

    def messages(
        self, person: str = ROSA, channel: str = CHANNEL, thread_ts: str | None = None
    ) -> list[dict[str, Any]]:
        where = {"as": person, "channel": channel}
        if thread_ts:
            where["thread_ts"] = thread_ts
        found = self._http.get("/sandbox/messages", params=where).json()["messages"]
        return [{**message, "channel": channel} for message in found]

    def home(self, person: str) -> dict[str, Any]:
        """Open App Home."""
        self.post("home/open", person)
        return self.wait(
            lambda: (
                self._http.get("/sandbox/home", params={"as": person})
                .json()
                .get("view")
            )
        )

    def calls(self, method: str, after: int = 0) -> list[dict[str, Any]]:
        found = self._http.get(
            "/sandbox/calls", params={"method": method, "after": after}
        )
        return list(found.json()["calls"])

    def calls_after(self, number: int) -> list[dict[str, Any]]:
        """What was sent and answered since the entry with this number."""
        return list(self.look("calls", after=number)["calls"])

    def wait(self, look: Callable[[], T | None], seconds: float = 15) -> T:
        """What `look` finds in the end."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError("waited in vain")

    def ask(
        self, person: str = ROSA, clip: str = "en-us-0001", **values: Any
    ) -> Request:
        """Ask through the modal about a span nobody asked about; returns the open
        request.
        """
        name = self.ask_unposted(person, clip, **values)
        self.wait(lambda: self.parent(name))
        return self.request(name)

    def ask_unposted(
        self, person: str = ROSA, clip: str = "en-us-0001", **values: Any
    ) -> str:
        """Ask in the same way; returns the request's name without waiting for its
        thread.
        """
        starts = _STARTS.setdefault(id(self.program), _starts_beside_names())
        start = next(starts) / 1000
        span = f"{start:.3f}-{start + 0.08:.3f}"
        self.command(person, f"/help-clip {clip}")
        sent = self.submit(person, clip=clip, span=span, **values)
        assert sent["ok"], sent
        text = sent["view"]["blocks"][0]["text"]["text"]
        return str(text.split("*")[1])

    def request(self, name: str) -> Request:
        with self.program.services.store.read() as tx:
            found = tx.requests.by_id(int(name.removeprefix("HC-")) - 1000)
        assert found is not None
        return found

    def parent(self, name: str) -> dict[str, Any] | None:
        """The request's message in the channel."""
        for message in self.messages():
            if message["text"].startswith(f"{name}:"):
                return message
        return None

    def parent_when(self, name: str, shows: str) -> dict[str, Any]:
        """The request's message once it shows this text."""

        def look() -> dict[str, Any] | None:
            message = self.parent(name)
            return message if message and shows in written(message) else None

        return self.wait(look)

    def reply(self, name: str, text: str) -> dict[str, Any]:
        """The reply in the request's thread whose top-level text is this."""
        parent = self.parent(name)
        assert parent is not None

        def look() -> dict[str, Any] | None:
            for message in self.messages(thread_ts=parent["ts"]):
                if message["text"] == text:
                    return message
            return None

        return self.wait(look)

    def notes(self, person: str) -> list[dict[str, Any]]:
        """What the bot has written to this person alone."""
        channel = self.post("dm", person, user="U0HELPCLIP")["channel"]
        return self.messages(person, channel)

    def answer(
        self,
        person: str,
        request: Request,
        text: str | None,
        kind: Answer = Answer.WORDS,
    ) -> None:
        """Listen and answer, as the page does (the pages have their own tests)."""
        self.hear(person, request)
        propose.propose(
            self.program.services,
            self.act(person, 10),
            request.key,
            answer=kind,
            text=text,
            confidence=2,
        )

    def hear(self, person: str, request: Request) -> None:
        """Press play and hear the span to its end."""
        press = secrets.token_hex(16)
        services = self.program.services
        grant(services, self.act(person, 0), RequestSnippet(request.key), press)
        progress.record_played(
            services,
            self.act(person, 10),
            RequestSnippet(request.key),
            press,
            played_ms=5000,
            loops=1,
        )

    def rule(self, person: str, request: Request, text: str, reason: str) -> None:
        with self.program.services.store.read() as tx:
            now = tx.requests.by_key(request.key)
        if now is not None and now.state is RequestState.DISPUTED:
            self.hear(person, request)
        adjudicate.adjudicate(
            self.program.services,
            self.act(person, 0),
            request.key,
            answer=Answer.WORDS,
            text=text,
            reason=reason,
        )

    def act(self, person: str, later_s: float = 0) -> Act:
        who = Person(team_id=TEAM, user_id=person)
        return Act(
            person=who, origin=Origin.PAGE, now=utc_now() + timedelta(seconds=later_s)
        )


def written(message: dict[str, Any]) -> str:
    """Every text a message or view shows, in one string."""
    found: list[str] = []

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    collect(message)
    return "\n".join(found)


def buttons(message: dict[str, Any]) -> list[str]:
    """The action ids of a message's buttons."""
    return [
        element["action_id"]
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    ]
