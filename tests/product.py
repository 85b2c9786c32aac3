"""The whole product in one process on the embedded defaults, and people who use it."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.config.settings import read_desks
from bot.demo import DEMO_CLIPS, DEMO_DESKS
from bot.redaction.words import mask_words
from bot.sources import open_clip_source, open_result_sink
from bot.usecases.context import Act
from bot.usecases.distress import officer
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import ask, propose, render
from bot.usecases.requests.ask import Asked
from bot.usecases.requests.choose_span import Typed
from bot.usecases.requests.propose import Proposed
from bot.usecases.services import Services
from storage.audit.query.search import Question, answer
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.migrations import upgrade
from storage.records import (
    Answer,
    Channel,
    Event,
    Membership,
    Origin,
    Person,
    Request,
    Task,
)
from storage.seal import MasterKey, new_master_key
from storage.store import Store, Transaction
from storage.tables import outbox
from tests.desks import with_wide_exposure

TEAM = "T0SANDBOX"
ROSA, RAVI, JONAS = "U0REVIEW1", "U0REVIEW2", "U0REVIEW3"
LENA, AMIR, SOFIA, ADA = "U0LEAD001", "U0AUDIT01", "U0SAFETY1", "U0ADMIN01"
STRANGER = "U0STRANGE"
GROUPS = {
    "S0REVIEWER": [ROSA, RAVI, JONAS],
    "S0LEADS001": [LENA],
    "S0AUDITORS": [AMIR],
    "S0SAFETY01": [SOFIA],
}
# Everybody whom Slack would call a full member; whoever is not among them holds no
# role.
COLLEAGUES = [
    f"U0{name}{number}"
    for name in ("REVIEW", "LEAD00", "AUDIT0", "SAFETY", "ADMIN0", "NOBODY")
    for number in range(10)
]
CLIP, SPAN = "en-us-0001", "2.3-2.9"


@dataclass
class Product:
    """Services, a clock that only moves when told, and shorthands for what people
    do.
    """

    services: Services
    now: datetime = field(default=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)

    def act(
        self, user_id: str, *, team: str = TEAM, origin: Origin = Origin.SLACK
    ) -> Act:
        person = Person(team_id=team, user_id=user_id)
        return Act(person=person, origin=origin, now=self.now)

    def fresh(self, user_id: str) -> Act:
        """An act on a page, by somebody who has just signed in."""
        return replace(self.act(user_id, origin=Origin.PAGE), signed_in_at=self.now)

    def worker(self) -> Act:
        return Act(person=None, origin=Origin.WORKER, now=self.now)

    def ask(
        self, user_id: str = ROSA, clip: str = CLIP, span: str = SPAN, **more: object
    ) -> Asked:
        typed = Typed(clip=clip, seconds=span, **more)  # type: ignore[arg-type]
        return ask.ask(self.services, self.act(user_id), typed)

    def render(self, request: Request) -> Request:
        render.render(self.services, self.worker(), request.id)
        return self.request(request)

    def open(self, user_id: str = ROSA, **more: object) -> Request:
        """A request that is open for listening."""
        return self.render(self.ask(user_id, **more).request)  # type: ignore[arg-type]

    def open_on(self, clip_id: str) -> Request:
        """An open request about the clip's first word that is not masked."""
        clip = self.services.clips.clip(clip_id)
        words = [word.text for word in clip.words]
        word = clip.words[mask_words(words, clip.locale).index(False)]
        span = f"{word.start_ms / 1000}-{word.end_ms / 1000}"
        return self.open(ROSA, clip=clip_id, span=span)

    def hear(self, user_id: str, request: Request) -> bytes:
        """Press play and hear the span once."""
        press = secrets.token_hex(16)
        act = self.act(user_id, origin=Origin.PAGE)
        sound = grant(self.services, act, RequestSnippet(request.key), press)
        self.pass_time(seconds=5)
        act = self.act(user_id, origin=Origin.PAGE)
        progress.record_played(
            self.services,
            act,
            RequestSnippet(request.key),
            press,
            played_ms=request.span.length_ms,
            loops=1,
        )
        return sound.wav

    def answer(
        self,
        user_id: str,
        request: Request,
        text: str | None = None,
        kind: Answer = Answer.WORDS,
        *,
        heard: bool = False,
        confidence: int = 2,
    ) -> Proposed:
        """Hear the span (unless `heard` before) and answer."""
        if not heard:
            self.hear(user_id, request)
        act = self.act(user_id, origin=Origin.PAGE)
        return propose.propose(
            self.services,
            act,
            request.key,
            answer=kind,
            text=text,
            confidence=confidence,
        )

    def disputed(self) -> Request:
        """Rosa asked, Ravi and Jonas answered differently."""
        request = self.open()
        self.answer(RAVI, request, "lamp")
        return self.answer(JONAS, request, "lamb").request

    def release(self, request: Request, user: str = SOFIA) -> None:
        """The officer looks after the stopped clip of this request, and opens it
        again.
        """
        with self.services.store.begin() as tx:
            case = tx.cases.live_on(request.clip_id)
        assert case is not None
        officer.acknowledge(self.services, self.act(user), case.key)
        reply = "We looked at it, and nobody is in danger."
        officer.close(
            self.services, self.fresh(user), case.key, reply=reply, release=True
        )

    def request(self, request: Request) -> Request:
        """The request as it is now."""
        with self.services.store.read() as tx:
            found = tx.requests.by_id(request.id)
        assert found is not None
        return found

    def events(self, request: Request | None = None) -> list[Event]:
        """What is on record, oldest first."""
        question = Question(
            request=request.name if request else None, newest_first=False, limit=500
        )
        with self.services.store.read() as tx:
            return [recorded.event for recorded in answer(tx.log, question).events]

    def last_event(self) -> Event:
        return self.events()[-1]

    def waiting(self) -> list[Task]:
        """What the outbox still asks for, in order."""
        query = (
            select(outbox.c.task)
            .where(outbox.c.done_at.is_(None))
            .order_by(outbox.c.id)
        )
        with self.services.store.read() as tx:
            return [Task(task) for task in tx.connection.execute(query).scalars()]

    def do_all(self) -> None:
        """As if everything the outbox asked for were done."""
        with self.services.store.begin() as tx:
            tx.connection.execute(
                update(outbox)
                .where(outbox.c.done_at.is_(None))
                .values(done_at=self.now)
            )


def introduce(tx: Transaction, user_ids: Iterable[str], now: datetime) -> None:
    """Slack has said that these people are full members."""
    for user_id in user_ids:
        tx.people.set_membership(user_id, Membership.MEMBER, now)


def build_product(folder: Path, database_url: str | None = None) -> Product:
    """A house on SQLite and folders under `folder`, with the sample clips and desks.

    Recordings may be asked about without limit; tests of the limits set their own.
    """
    store = Store(database_url or f"sqlite:///{folder / 'product.db'}")
    upgrade(store.engine)
    key = MasterKey.read(new_master_key())
    services = Services(
        store=store,
        desks=with_wide_exposure(read_desks(DEMO_DESKS)),
        clips=open_clip_source(str(DEMO_CLIPS)),
        sink=open_result_sink(str(folder / "results"), secret=None),
        blobs=open_blobs(str(folder / "snippets")),
        clip_keys=ClipKeys(open_blobs(str(folder / "keys")), key),
        snippet_key=key,
        public_url="https://help-clip.test",
        team_id=TEAM,
    )
    product = Product(services)
    with store.begin() as tx:
        for group, members in GROUPS.items():
            tx.groups.put(group, members, product.now)
        introduce(tx, COLLEAGUES, product.now)
    all_channels_are_fit(services, product.now)
    return product


def all_channels_are_fit(services: Services, now: datetime) -> None:
    """As after the first look at a workspace in which everything is in order."""
    with services.store.begin() as tx:
        for desk in services.desks.desks.values():
            tx.channels.put(
                Channel(id=desk.channel_id, problems=(), people=(), checked_at=now)
            )
