"""Granting a listen: on record before the first byte of sound is read.

Every page that plays sound takes these steps, in this order:

1. Ask the clip source whether the speaker consents now.
2. Lock the subject, so that two presses are decided one after the other.
3. Relate the person to it.
4. Refuse, if the press was used, a rule forbids it or the budget is spent.
5. Check the press of a person who may listen: a random string that the page makes for
   each press of play.
6. Record the event, allowed or denied.
7. Grant: write the listen's row, and read both back from the database.
8. Read the sound, after the commit, and mark it with the listen's id.
"""

import secrets
from dataclasses import replace

from bot.errors import Conflict, HelpClipError, Invalid, Unavailable
from bot.rules.refusals import Refusal, refuse
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.budget import beyond_budget
from bot.usecases.listening.sound import Sound, mark
from bot.usecases.listening.subject import Decision, Subject
from bot.usecases.services import Services
from storage.records import Clip, Event, Listen, Outcome
from storage.store import Transaction


def grant(
    services: Services,
    act: Act,
    subject: Subject,
    press: str,
) -> Sound:
    """Grant one press of play, put it on record, and only then read the sound.

    Raises `NotFound`, `Invalid`, `Refused`, `Conflict` when this listener has used the
    press before, and `Unavailable`.
    """
    clip = _clip_now(services, act, subject)
    listen_id = secrets.token_hex(16)
    with services.store.begin() as tx:
        decision = subject.decide(services, tx, act, clip)
        is_used = _is_used(act, decision, press)
        refusal = _refusal(
            services,
            tx,
            act,
            decision,
            is_used=is_used,
        )
        if refusal is None:
            _check_press(press)
        event = _decided(decision.event, refusal)
        event_id = tx.log.record(event)
        if refusal is None:
            subject.use(tx, act)
            _add_listen(
                tx,
                act,
                decision,
                press,
                listen_id,
            )
            _check_on_record(
                tx,
                decision,
                event_id,
                event,
                listen_id,
            )
    if is_used:
        raise Conflict(text("refusals.press_used"))
    raise_refusal(refusal)
    wav = subject.wav(services, decision, clip)
    if decision.request is not None:
        wav = mark(services, wav, listen_id)
    return Sound(wav=wav, listen_id=listen_id)


def _check_press(press: str) -> None:
    """Raise `Invalid` unless the press is 8 to 64 ASCII letters and digits."""
    if not 8 <= len(press) <= 64 or not press.isascii() or not press.isalnum():
        raise Invalid(text("listening.grant.press_malformed"))


def _clip_now(
    services: Services,
    act: Act,
    subject: Subject,
) -> Clip | None:
    """Return the clip as its source describes it now, or None for synthetic sound.

    Raises `NotFound`. Records a failure and raises `Unavailable` where the source does
    not answer.
    """
    with services.store.read() as tx:
        clip_id = subject.clip_id(tx)
    if clip_id is None:
        return None
    try:
        return services.clips.clip(clip_id)
    except HelpClipError as error:
        with services.store.begin() as tx:
            event = subject.event(tx, act)
            tx.log.record(replace(event, outcome=Outcome.FAILED, rule="source"))
        raise Unavailable(text("listening.grant.source_unavailable")) from error


def _is_used(
    act: Act,
    decision: Decision,
    press: str,
) -> bool:
    """Return whether this listener has used the press before.

    Another listener may use the same random string.
    """
    own = [each for each in decision.listens if each.listener == act.actor]
    return any(each.press == press for each in own)


def _refusal(
    services: Services,
    tx: Transaction,
    act: Act,
    decision: Decision,
    *,
    is_used: bool,
) -> Refusal | None:
    """Return the refusal of this press, or None."""
    if is_used:
        return refuse("press_used")
    if decision.refusal is not None:
        return decision.refusal
    if decision.request is None:
        return None
    if not decision.has_budget:
        return None
    return beyond_budget(
        services,
        tx,
        act,
        decision.request,
        decision.listens,
    )


def _decided(event: Event, refusal: Refusal | None) -> Event:
    """Return the event of a listen, as a denial if there is a refusal."""
    if refusal is None:
        return event
    return replace(event, outcome=Outcome.DENIED, rule=refusal.rule)


def _add_listen(
    tx: Transaction,
    act: Act,
    decision: Decision,
    press: str,
    listen_id: str,
) -> None:
    """Write the listen's row; synthetic sound belongs to no request and has none."""
    if decision.request is None:
        return
    listen = Listen(
        id=listen_id,
        request_id=decision.request.id,
        listener=act.actor,
        press=press,
        granted_at=act.now,
        closeness=decision.closeness,
    )
    tx.listens.add(listen)


def _check_on_record(
    tx: Transaction,
    decision: Decision,
    event_id: int,
    event: Event,
    listen_id: str,
) -> None:
    """Raise `Unavailable` if the database did not keep the event or the listen.

    A trigger, a rule or a fault may drop a row that an INSERT reported as written. The
    exception ends the transaction, so that nothing is granted.
    """
    if decision.request is None:
        is_kept = tx.log.is_kept(event_id, event)
    else:
        is_kept = tx.log.is_kept(event_id, event, listen_id=listen_id)
    if not is_kept:
        raise Unavailable(text("listening.grant.not_on_record"))
