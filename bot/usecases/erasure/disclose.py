"""The facts that a company can publish about listening in some whole months."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.rules.erasure.disclosure import Facts, K, hide_small, publishable
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.erasure.disclosure import Heard
from storage.records import Action, Why
from storage.store import Transaction

_NOTHING = Heard(
    desk=None,
    clips=0,
    people=0,
    ears=0,
    played_ms=0,
)


@dataclass(
    frozen=True,
    kw_only=True,
)
class Disclosure:
    """The published facts; None wherever a number would single out one person.

    `answered_s` is the median time in seconds until a case's first reply.
    """

    since: datetime
    until: datetime
    desks: tuple[Facts, ...]
    total: Facts
    erased: int | None
    consent_withdrawn: int | None
    cases: int | None
    unanswered: int | None
    answered_s: float | None


def disclose(
    services: Services,
    act: Act,
    since: datetime,
    until: datetime,
) -> Disclosure:
    """Return the facts from `since` up to but not including `until`; it is on record."""
    with services.store.begin() as tx:
        tx.log.record(act.event(Action.FACTS_DISCLOSED))
    with services.store.read() as tx:
        desks, total = publishable(
            *_facts(
                services,
                tx,
                since,
                until,
            )
        )
        withdrawn_by_desk = tx.disclosure.clips_by_desk(
            Action.CONSENT_WITHDRAWN, since, until
        )
        erased = tx.disclosure.clips_erased(since, until)
        times = tx.disclosure.answer_times(since, until)
    withdrawn = withdrawn_by_desk[None]
    answered = [time for time in times if time is not None]
    median_s = None
    if len(answered) >= K:
        median_s = median(answered)
    return Disclosure(
        since=since,
        until=until,
        desks=tuple(desks),
        total=total,
        erased=hide_small(erased),
        consent_withdrawn=hide_small(withdrawn),
        cases=hide_small(len(times)),
        unanswered=hide_small(len(times) - len(answered)),
        answered_s=median_s,
    )


def _facts(
    services: Services,
    tx: Transaction,
    since: datetime,
    until: datetime,
) -> tuple[list[Facts], Facts]:
    asked = tx.disclosure.clips_by_desk(Action.REQUEST_ASKED, since, until)
    accidental = tx.disclosure.clips_by_desk(
        Action.ERASURE_ASKED,
        since,
        until,
        rule=Why.ACCIDENTAL,
    )
    heard = {
        found.desk: found for found in tx.disclosure.listens(since, until, by_desk=True)
    }
    everywhere = tx.disclosure.listens(since, until, by_desk=False)[0]
    names = {*services.desks.desks, *asked, *heard} - {None}
    desks = [
        _one(
            name,
            asked.get(name, 0),
            heard.get(name, _NOTHING),
            accidental.get(name, 0),
        )
        for name in sorted(name for name in names if name is not None)
    ]
    return desks, _one(
        text("erasure.disclosure.all_desks"),
        asked[None],
        everywhere,
        accidental[None],
    )


def _one(
    name: str,
    asked: int,
    heard: Heard,
    accidental: int,
) -> Facts:
    return Facts(
        name=name,
        asked=asked,
        heard=heard.clips,
        people=heard.people,
        seconds=round(heard.played_ms / 1000),
        ears=heard.ears,
        accidental=accidental,
    )
