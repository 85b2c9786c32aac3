"""The chat page and the pages, used over HTTP as a person's browser uses them."""

import re
import secrets
import time
from typing import Any

import httpx

from bot.errors import Unavailable
from bot.text import text
from bot.text.language import ENGLISH

_SIGN_IN_FORM = 'action="/sign-in"'
_CSRF = re.compile(r'name="csrf"[^>]*?(?:value|content)="([^"]+)"')
_MAX_REDIRECTS = 10
# The people that the chat page lets one be.
_PERSONAS = ("U0REVIEW1", "U0REVIEW2", "U0LEAD001", "U0AUDIT01", "U0SAFETY1")
_WAV_START = b"RIFF"


class Browser:
    """One person's browser: cookies, and the sign-in a click away."""

    def __init__(self, person: str) -> None:
        self.person = person
        self._http = httpx.Client(timeout=10, follow_redirects=False)

    def open(self, url: str) -> httpx.Response:
        """Open a page, signing in on the way, and return it."""
        answer = self._http.get(url)
        if _SIGN_IN_FORM in answer.text:
            page = httpx.URL(url)
            sign_in = str(page.copy_with(raw_path=b"/sign-in"))
            answer = self.post(sign_in, {"to": page.path})
        for _ in range(_MAX_REDIRECTS):
            if not answer.is_redirect or answer.next_request is None:
                return answer
            answer = self._follow(answer.next_request.url)
        raise Unavailable(text("cli.tour.sign_in_loops"))

    def post(
        self,
        url: str,
        data: dict[str, str],
    ) -> httpx.Response:
        """Send a form as the page does, and return the answer."""
        origin = str(httpx.URL(url).copy_with(raw_path=b"/")).rstrip("/")
        return self._http.post(url, data=data, headers={"origin": origin})

    def close(self) -> None:
        """Close the window."""
        self._http.close()

    def _follow(self, target: httpx.URL) -> httpx.Response:
        if target.path == "/openid/connect/authorize":
            return self._continue_as(target)
        return self._http.get(target)

    def _continue_as(self, target: httpx.URL) -> httpx.Response:
        """Press "continue" on Slack's page, and return the redirect."""
        form = {
            **dict(target.params),
            "user_id": self.person,
        }
        return self._http.post(target.copy_with(query=None), data=form)


class Workspace:
    """The sandbox, as its chat page drives it."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10)

    def act(
        self,
        person: str,
        verb: str,
        **body: Any,
    ) -> dict[str, Any]:
        """Type, press or submit something. Raises Unavailable if it is refused."""
        response = self._http.post(
            f"/sandbox/{verb}",
            json={
                "as": person,
                **body,
            },
        )
        answer: dict[str, Any] = response.json()
        if not answer.get("ok"):
            error = answer.get("error", answer)
            raise Unavailable(text("cli.tour.workspace_refused", error=error))
        return answer

    def messages(self, person: str, **where: str) -> list[dict[str, Any]]:
        """Return the messages this person sees in a channel or thread."""
        query = {
            "as": person,
            **where,
        }
        answer = self._http.get("/sandbox/messages", params=query).json()
        return list(answer["messages"])

    def modal(self, person: str) -> dict[str, Any]:
        """Return the window on top of this person's screen."""
        answer = self._http.get("/sandbox/views", params={"as": person}).json()
        return dict(answer["views"][-1])


def speak(url: str, language: str) -> None:
    """Give the people of the workspace a language, as they choose one in Slack."""
    if language == ENGLISH:
        return
    for person in _PERSONAS:
        change = {"person": person, "set": {"locale": language}}
        httpx.post(f"{url}/sandbox/change", json=change).raise_for_status()


def listen_and_answer(
    browser: Browser,
    url: str,
    word: str,
) -> None:
    """Open a request's page, hear its snippet and send an answer."""
    page = browser.open(url)
    csrf = _CSRF.search(page.text)
    if page.status_code != httpx.codes.OK or csrf is None:
        raise Unavailable(text("cli.tour.page_refused", status=page.status_code))
    form = {
        "csrf": csrf.group(1),
        "press": secrets.token_hex(16),
    }
    sound = browser.post(f"{url}/audio", form)
    if not sound.content.startswith(_WAV_START):
        raise Unavailable(text("cli.tour.no_sound", status=sound.status_code))
    # The server believes a report of playing only after as much time has passed.
    time.sleep(1.0)
    browser.post(
        f"{url}/played",
        {
            **form,
            "played_ms": "1500",
            "loops": "1",
        },
    )
    answer = {
        "csrf": form["csrf"],
        "answer": "words",
        "text": word,
        "confidence": "3",
    }
    sent = browser.post(f"{url}/answer", answer)
    if sent.is_error:
        raise Unavailable(text("cli.tour.answer_refused", status=sent.status_code))
