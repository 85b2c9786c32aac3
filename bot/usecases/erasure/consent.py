"""Late withdrawal of consent: live requests close, and the clip's data is erased."""

from dataclasses import dataclass

from bot.errors import HelpClipError
from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.usecases.context import Act
from bot.usecases.erasure.erase import begin
from bot.usecases.services import Services
from storage.records import Action, Erasure, Why
from storage.store import Transaction


@dataclass(
    frozen=True,
    kw_only=True,
)
class Refreshed:
    """The number of closed clips, and the last request checked; 0 begins again."""

    closed: int
    last: int


def withdraw_clip(
    services: Services,
    act: Act,
    clip_id: str,
) -> Erasure:
    """Withdraw consent for one clip; it stays closed whatever its source reports."""
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        return close_without_consent(
            tx,
            act,
            clip_id,
            for_good=True,
        )


def withdraw_speaker(
    services: Services,
    act: Act,
    speaker: str,
) -> list[Erasure]:
    """Withdraw consent for all clips of a speaker, and bar requests about further ones."""
    with services.store.begin() as tx:
        tx.clips.bar_speaker(speaker, Why.CONSENT, act.now)
        tx.log.record(act.event(Action.CONSENT_WITHDRAWN))
        clips = tx.clips.of_speaker(speaker)
    return [withdraw_clip(services, act, clip_id) for clip_id in clips]


def close_without_consent(
    tx: Transaction,
    act: Act,
    clip_id: str,
    *,
    rule: str | None = None,
    for_good: bool = False,
) -> Erasure:
    """Close a locked clip without consent, in the caller's transaction."""
    tx.log.record(
        act.event(
            Action.CONSENT_WITHDRAWN,
            clip_id=clip_id,
            rule=rule,
        )
    )
    return begin(
        tx,
        act,
        clip_id,
        Why.CONSENT,
        for_good=for_good,
    )


def refresh(
    services: Services,
    act: Act,
    *,
    after: int = 0,
    limit: int = 50,
) -> Refreshed:
    """Ask the clip source about clips with live requests, and close those not open.

    A source that does not answer closes no clip here: without its answer no listen is
    granted anyway.
    """
    with services.store.read() as tx:
        live = tx.requests.after(after, lifecycle.LIVE, limit)
    closed = 0
    for request in live:
        try:
            clip = services.clips.clip(request.clip_id)
        except HelpClipError:
            continue
        refusal = permission.consent(clip.consent)
        if refusal is None:
            desk = services.desks.desks.get(request.desk)
            refusal = permission.may_take_child(clip, desk)
        if refusal is None:
            continue
        with services.store.begin() as tx:
            tx.clips.lock(request.clip_id)
            if tx.requests.on_clip(request.clip_id, lifecycle.LIVE):
                close_without_consent(
                    tx,
                    act,
                    request.clip_id,
                    rule=refusal.rule,
                )
                closed += 1
    last = 0
    if len(live) == limit:
        last = live[-1].id
    return Refreshed(
        closed=closed,
        last=last,
    )
