"""A working help-clip without Slack: a real store, real sample clips, real snippets."""

import json
import shutil
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from httpx import Response
from sqlalchemy import select
from starlette.applications import Starlette

from bot.config.desks_file import parse_desks
from bot.demo import DEMO_CLIPS
from bot.pages.app import SlackSignIn, exception_handlers, middleware, pages
from bot.pages.headers import SecurityHeaders
from bot.sources import open_clip_source, open_result_sink
from bot.usecases.context import Act
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people.sessions import start_session
from bot.usecases.requests import propose
from bot.usecases.requests.ask import ask
from bot.usecases.requests.choose_span import Typed
from bot.usecases.requests.render import render
from bot.usecases.services import Services
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.migrations import upgrade
from storage.records import Action, Answer, Origin, Outcome, Person, Request
from storage.seal import MasterKey, new_master_key
from storage.store import Store
from storage.tables import events
from tests.desks import with_wide_exposure
from tests.product import COLLEAGUES, all_channels_are_fit, introduce

with warnings.catch_warnings():
    # Starlette would rather have httpx2; httpx is what the product itself uses.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

TEAM = "T0SANDBOX"
ORIGIN = "http://127.0.0.1:8000"
ROSA, RAVI, JONAS, LENA = "U0REVIEW1", "U0REVIEW2", "U0REVIEW3", "U0LEAD001"
LEAD2, AUDITOR, SAFETY, STRANGER = "U0LEAD002", "U0AUDIT01", "U0SAFETY1", "U0NOBODY1"
ADMIN = "U0ADMIN01"

_DESKS = {
    "auditors": {"users": [AUDITOR]},
    "safety_officers": {"users": [SAFETY]},
    "administrators": {"users": [ADMIN]},
    "desks": {
        "english-us": {
            "name": "English (US)",
            "locale": "en-US",
            "channel": "C0HELPENUS",
            "settle": "2 of 2",
            "reviewers": {"users": [ROSA, RAVI, JONAS]},
            "leads": {"users": [LENA, LEAD2]},
        },
        "arabic": {
            "name": "Arabic",
            "locale": "ar",
            "channel": "C0HELPARAB",
            "reviewers": {"users": [ROSA, RAVI]},
        },
    },
}


@dataclass
class Clock:
    """The time of the world, which stands still until a test moves it."""

    now: datetime = field(
        default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    )

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class Recorded(NamedTuple):
    """One entry of the access log, as far as these tests look."""

    action: str
    outcome: str
    user_id: str | None
    rule: str | None
    request: str | None


@dataclass
class Site:
    """The services, the clock and the people."""

    services: Services
    clock: Clock
    clips: Path

    def act(self, user_id: str) -> Act:
        person = Person(team_id=TEAM, user_id=user_id)
        return Act(person=person, origin=Origin.SLACK, now=self.clock.now)

    def fresh(self, user_id: str) -> Act:
        """An act on a page, by somebody who has just signed in."""
        return replace(
            self.act(user_id), origin=Origin.PAGE, signed_in_at=self.clock.now
        )

    def browser(self, user_agent: str = "testclient") -> str:
        """The browser of every visitor, unless another is named."""
        return self.services.snippet_key.pseudonym(b"user agent", user_agent)

    def asked(
        self, clip_id: str = "en-us-0001", span: str = "2.363-2.89", by: str = ROSA
    ) -> Request:
        """A request that is open, its snippet really rendered."""
        typed = Typed(clip=clip_id, seconds=span)
        request = ask(self.services, self.act(by), typed).request
        render(self.services, self.act(by), request.id)
        return self.request(request.key)

    def asked_too(self, request: Request, by: str) -> None:
        """This person asks about the same span, and joins the request."""
        typed = Typed(clip=request.clip_id, seconds="2.363-2.89")
        assert ask(self.services, self.act(by), typed).joined

    def request(self, key: str) -> Request:
        with self.services.store.read() as tx:
            found = tx.requests.by_key(key)
        assert found is not None
        return found

    def hear(self, request: Request, user_id: str) -> None:
        """This person has listened to the span once."""
        press = uuid4().hex
        grant(self.services, self.act(user_id), RequestSnippet(request.key), press)
        self.clock.pass_time(seconds=2)
        whole = request.span.length_ms
        act = self.act(user_id)
        assert progress.record_played(
            self.services,
            act,
            RequestSnippet(request.key),
            press,
            played_ms=whole,
            loops=0,
        )

    def answer(self, request: Request, user_id: str, text: str) -> None:
        """This person has listened and answered."""
        self.hear(request, user_id)
        act = self.act(user_id)
        propose.propose(
            self.services,
            act,
            request.key,
            answer=Answer.WORDS,
            text=text,
            confidence=3,
        )

    def disputed_and_heard(self, *leads: str) -> Request:
        """A dispute that these leads have listened to, Lena if none is named."""
        request = self.disputed()
        for lead in leads or (LENA,):
            self.hear(request, lead)
        return request

    def disputed(self, *texts: str) -> Request:
        """Two people have answered differently."""
        request = self.asked()
        for user_id, text in zip((RAVI, JONAS), texts or ("lamp", "lamb"), strict=True):
            self.answer(request, user_id, text)
        return self.request(request.key)

    def events(self, action: Action, outcome: Outcome | None = None) -> list[Recorded]:
        """What is on record, oldest first."""
        log = (
            events.c.action,
            events.c.outcome,
            events.c.user_id,
            events.c.rule,
            events.c.request,
        )
        with self.services.store.read() as tx:
            rows = tx.connection.execute(select(*log).order_by(events.c.id)).all()
        found = [Recorded(*row) for row in rows]
        return [e for e in found if e.action == action and outcome in (None, e.outcome)]

    def add_clip(self, clip_id: str, **changes: Any) -> None:
        """A copy of the first sample clip with another sidecar."""
        shutil.copy(DEMO_CLIPS / "en-us-0001.flac", self.clips / f"{clip_id}.flac")
        body = json.loads((DEMO_CLIPS / "en-us-0001.json").read_text())
        body |= {"clip_id": clip_id, **changes}
        (self.clips / f"{clip_id}.json").write_text(json.dumps(body))

    def application(self, slack: SlackSignIn | None = None) -> Starlette:
        slack = slack or nowhere()
        built = Starlette(
            routes=pages(self.services, slack, clock=self.clock),
            middleware=middleware(),
            exception_handlers=exception_handlers(),
        )
        built.router.redirect_slashes = False
        return built

    def visitor(
        self, user_id: str | None = None, slack: SlackSignIn | None = None
    ) -> "Visitor":
        """A browser, signed in when `user_id` is given."""
        is_secure = self.services.public_url.startswith("https://")
        whole = SecurityHeaders(self.application(slack), is_secure=is_secure)
        client = TestClient(whole, base_url=ORIGIN, follow_redirects=False)
        csrf = ""
        if user_id is not None:
            started = start_session(
                self.services, self.act(user_id), browser=self.browser()
            )
            client.cookies.set("help_clip_session", started.token)
            csrf = started.session.csrf
        return Visitor(client, csrf)


@dataclass
class Visitor:
    """Somebody's browser."""

    client: TestClient
    csrf: str

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(path, **options)

    def post(self, path: str, **fields: Any) -> Response:
        """As a plain form of our own pages."""
        return self._send(path, fields, "text/html")

    def send(self, path: str, **fields: Any) -> Response:
        """As our own script."""
        return self._send(path, fields, "application/json")

    def _send(self, path: str, fields: dict[str, Any], accept: str) -> Response:
        headers = {"Origin": ORIGIN, "Accept": accept}
        return self.client.post(
            path, data={"csrf": self.csrf, **fields}, headers=headers
        )


def nowhere() -> SlackSignIn:
    """A Slack nobody reaches."""
    return SlackSignIn.for_api(
        "http://127.0.0.1:9/api/", client_id="c", client_secret="s", team_id=TEAM
    )


def new_site(
    folder: Path, public_url: str = ORIGIN, database_url: str | None = None
) -> Site:
    url = database_url or f"sqlite:///{folder}/help-clip.db"
    upgrade(url)
    clips = folder / "clips"
    clips.mkdir()
    for path in DEMO_CLIPS.glob("en-us-000[1-3].*"):
        shutil.copy(path, clips)
    key = MasterKey.read(new_master_key())
    services = Services(
        store=Store(url),
        desks=with_wide_exposure(parse_desks(_DESKS)),
        clips=open_clip_source(str(clips)),
        sink=open_result_sink(str(folder / "results.jsonl"), secret=None),
        blobs=open_blobs(str(folder / "snippets")),
        clip_keys=ClipKeys(open_blobs(str(folder / "keys")), key),
        snippet_key=key,
        public_url=public_url,
        team_id=TEAM,
    )
    site = Site(services=services, clock=Clock(), clips=clips)
    with services.store.begin() as tx:
        introduce(tx, COLLEAGUES, site.clock.now)
    all_channels_are_fit(services, site.clock.now)
    return site
