"""A house with every kind of state, whose words, clips and people are canaries."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.usecases.context import Act, act_without_person
from bot.usecases.distress import officer, stop_clip
from bot.usecases.erasure import erase, holds, waiting
from bot.usecases.listening import elevated, grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import sessions
from bot.usecases.requests import ask, propose
from bot.usecases.requests.choose_span import Typed
from bot.usecases.work_tools.manage import Made, Order, make
from storage.records import (
    Answer,
    Elevation,
    IncidentKind,
    Origin,
    Place,
    Request,
    Task,
)
from storage.records.outbox import NotifyWeeklyCount
from storage.tables import receipts
from tests.desks import with_less_masked
from tests.pages.site import (
    ADMIN,
    AUDITOR,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SAFETY,
    Site,
    new_site,
)

WORDS = "Canaryname Smith"
CLIP = "canary-clip-7431"
SPEAKER = "canary-speaker-88"
PEOPLE = (ROSA, RAVI, JONAS, LENA, AUDITOR, SAFETY, ADMIN)
SPAN = "0.4-0.9"
PRESS = "a" * 16
CHANNEL = "C0HELPENUS"
_CLIPS = {
    "open": CLIP,
    "disputed": f"{CLIP}-disputed",
    "stopped": f"{CLIP}-stopped",
    "accidental": f"{CLIP}-accidental",
    "waiting": f"{CLIP}-waiting",
    "elevated": f"{CLIP}-elevated",
    "answered": f"{CLIP}-answered",
    "settled": f"{CLIP}-settled",
    "erased": f"{CLIP}-erased",
}


@dataclass
class House:
    """A site with people at work, and the keys of what they work on."""

    site: Site
    requests: dict[str, Request]
    case: str
    elevated: str
    talk: str
    waiting: str
    session: str
    token: str
    hold: int
    incident: int
    receipt: int
    bundle: str
    given_up: int
    tool: Made

    def act(self, user_id: str | None) -> Act:
        """Return an act of a person who has just signed in, or of help-clip itself."""
        if user_id is None:
            return act_without_person(Origin.HOOK, self.site.clock.now)
        return self.site.fresh(user_id)

    def tool_act(self) -> Act:
        """Return an act of the work tool on behalf of Rosa."""
        return replace(self.site.act(ROSA), tool=self.tool.tool, origin=Origin.API)


def build_house(folder: Path, database_url: str | None) -> House:
    site = new_site(folder, database_url=database_url)
    desks = with_less_masked(site.services.desks, RAVI)
    site.services = replace(site.services, desks=desks)
    services = site.services
    requests = {}
    for name, clip_id in _CLIPS.items():
        site.add_clip(clip_id, speaker=SPEAKER)
        requests[name] = site.asked(clip_id, SPAN)
        site.clock.pass_time(minutes=1)
    site.add_clip(f"{CLIP}-new", speaker=SPEAKER)
    site.add_clip(f"{CLIP}-tool", speaker=SPEAKER)
    typed = Typed(clip=f"{CLIP}-new", seconds=SPAN, guess=WORDS)
    requests["new"] = ask.ask(services, site.act(ROSA), typed).request
    listened = RequestSnippet(requests["open"].key)
    grant.grant(services, site.act(RAVI), listened, PRESS)
    site.hear(requests["open"], RAVI)
    site.answer(requests["answered"], RAVI, WORDS)
    for user_id, words in ((RAVI, f"{WORDS} a"), (JONAS, f"{WORDS} b")):
        site.answer(requests["disputed"], user_id, words)
        site.answer(requests["settled"], user_id, WORDS)
        answer_accidental(site, requests["accidental"], user_id)
        answer_accidental(site, requests["waiting"], user_id)
    worker = act_without_person(Origin.WORKER, site.clock.now)
    waiting.close_accidental(services, worker, requests["waiting"].id)
    case = stop_clip.stop(services, site.act(JONAS), requests["stopped"].key).case
    officer.acknowledge(services, site.act(SAFETY), case.key)
    asked = elevated.ask(
        services,
        site.fresh(RAVI),
        requests["elevated"].key,
        closeness=Elevation.LESS_DISGUISED,
        reason=WORDS,
    )
    erase.erase_clip(services, site.fresh(ADMIN), _CLIPS["erased"], reason=WORDS)
    holds.place_hold(services, site.fresh(SAFETY), CLIP, days=30, reason=WORDS)
    started = sessions.start_session(services, site.act(RAVI), browser=site.browser())
    site.clock.pass_time(minutes=2)
    return House(
        site=site,
        requests={name: site.request(each.key) for name, each in requests.items()},
        case=case.key,
        elevated=asked.key,
        talk=add_talk(site),
        token=started.token,
        session=sessions.session_key(started.session),
        bundle=stop_strays(site),
        tool=make_tool(site),
        **rows(site, requests["open"]),
    )


def answer_accidental(site: Site, request: Request, user_id: str) -> None:
    site.hear(request, user_id)
    act = site.act(user_id)
    kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
    propose.propose(
        site.services, act, request.key, answer=kind, text=None, confidence=2
    )


def add_talk(site: Site) -> str:
    key = "talk-of-jonas"
    with site.services.store.begin() as tx:
        tx.peer_talks.add(key, site.act(JONAS).actor, site.clock.now)
    return key


def stop_strays(site: Site) -> str:
    """Let the auditor stop two recordings that she has not heard; return the bundle."""
    for name in ("stray", "astray"):
        site.add_clip(f"{CLIP}-{name}", speaker=SPEAKER)
        act = site.act(AUDITOR)
        stopped = stop_clip.stop_clip(site.services, act, f"{CLIP}-{name}")
    assert stopped.case.bundle_id is not None
    with site.services.store.read() as tx:
        return tx.stop_bundles.by_id(stopped.case.bundle_id).key


def make_tool(site: Site) -> Made:
    order = Order(name="editor", desks=["english-us"], days=30, reason=WORDS)
    return make(site.services, site.fresh(ADMIN), order)


def rows(site: Site, request: Request) -> dict[str, Any]:
    """Return the ids of a hold, a receipt, an incident and a waiting erasure."""
    with site.services.store.begin() as tx:
        incident = tx.incidents.add(
            IncidentKind.LISTENS_A_LOT,
            site.act(RAVI).actor,
            desk=request.desk,
            now=site.clock.now,
            request_id=request.id,
        )
        (hold,) = tx.holds.standing(CLIP)
        (erasure,) = tx.waiting_erasures.on_desks(None)
        query = select(receipts.c.id).where(receipts.c.place == Place.WORDS)
        receipt = tx.connection.execute(query).scalars().first()
        tx.outbox.enqueue(NotifyWeeklyCount(user_id=LENA, words=3), now=site.clock.now)
        (task,) = tx.outbox.claim(
            [Task.NOTIFY_WEEKLY_COUNT],
            now=site.clock.now,
            lease=timedelta(seconds=20),
            limit=1,
        )
        tx.outbox.finish(task.id, site.clock.now, failure="ValueError")
    return {
        "given_up": task.id,
        "incident": incident.id,
        "hold": hold.id,
        "waiting": erasure.key,
        "receipt": receipt,
    }
