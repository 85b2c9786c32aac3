"""The officer on a case hears its redacted snippet; nobody else hears a stopped
clip.
"""

import secrets
from dataclasses import replace

from bot.errors import HelpClipError, NotFound, Unavailable
from bot.rules.distress import case_clock
from bot.rules.people import permission
from bot.rules.people.permission import Refusal
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress import drill_sound
from bot.usecases.distress.cases import find_case, relate_to_case
from bot.usecases.listening import listen
from bot.usecases.listening.listen import Sound
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    Consent,
    Event,
    Listen,
    Outcome,
    Person,
    Request,
    Role,
)
from storage.store import Transaction

_NOT_KEPT = Refusal(
    rule="no_snippet",
    sentence="No snippet of this recording is kept here. It stays in the clip source, closed.",
)


def hear(services: Services, act: Act, key: str, press: str) -> Sound:
    """Grant one press of play to the officer on the case, put it on record, then read
    the sound.

    Raises `NotFound`, `Refused`, `Invalid`, `Unavailable`.
    """
    listen.check_press(press)
    with services.store.read() as tx:
        is_drill = find_case(tx, key).is_drill
    if is_drill:
        return _hear_drill(services, act, key)
    consent = _consent(services, act, key)
    listen_id = secrets.token_hex(16)
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        request = _request(tx, case)
        refusal = case_clock.may_hear(
            case, relate_to_case(services, tx, act.actor, case), consent
        )
        refusal = refusal or _barred(tx, request)
        snippet = tx.snippets.of_request(request.id) if request else None
        if refusal is None and snippet is None:
            refusal = _NOT_KEPT
        if (
            refusal is None
            and request
            and any(x.press == press for x in tx.listens.of_request(request.id))
        ):
            refusal = Refusal(rule="press_used", sentence="Press play again.")
        tx.log.record(_event(act, case, request, refusal))
        if refusal is None and request:
            tx.listens.add(
                Listen(
                    id=listen_id,
                    request_id=request.id,
                    listener=act.actor,
                    press=press,
                    granted_at=act.now,
                )
            )
    raise_refusal(refusal)
    assert snippet is not None
    return listen.sound_of(services, case.clip_id, snippet, listen_id)


def played(
    services: Services, act: Act, key: str, press: str, *, played_ms: int, loops: int
) -> bool:
    """Put on record how much of the span the officer heard. Raises `NotFound`.

    Of a drill's sound only the press of play is on record.
    """
    with services.store.read() as tx:
        case = find_case(tx, key)
        request = _request(tx, case)
    if case.is_drill:
        return played_ms >= drill_sound.snippet_of(case).span.length_ms
    if request is None:
        raise NotFound(_NOT_KEPT.sentence)
    return listen.played(
        services, act, request.key, press, played_ms=played_ms, loops=loops
    )


def live(services: Services, person: Person, key: str) -> Refusal | None:
    """Why the officer's player has to stop; None while it may go on. Not put on
    record.
    """
    with services.store.read() as tx:
        case = find_case(tx, key)
        who = relate_to_case(services, tx, person, case)
        barred = _barred(tx, _request(tx, case))
        return case_clock.may_hear(case, who, Consent.GRANTED) or barred


def _hear_drill(services: Services, act: Act, key: str) -> Sound:
    """The made-up sound: the same rules and the same record, but nobody's consent to
    ask for.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_hear(case, who, Consent.GRANTED)
        tx.log.record(_event(act, case, None, refusal))
    raise_refusal(refusal)
    return Sound(wav=drill_sound.wav(), listen_id=secrets.token_hex(16))


def _consent(services: Services, act: Act, key: str) -> Consent:
    """What the clip source says now. When it says nothing, nobody hears anything."""
    with services.store.read() as tx:
        case = find_case(tx, key)
        request = _request(tx, case)
    try:
        return services.clips.clip(case.clip_id).consent
    except HelpClipError as error:
        with services.store.begin() as tx:
            failed = _event(act, case, request, None)
            tx.log.record(replace(failed, outcome=Outcome.FAILED, rule="source"))
        raise Unavailable(
            "The recording's source cannot say whether it may be heard. Please try again later."
        ) from error


def _barred(tx: Transaction, request: Request | None) -> Refusal | None:
    """Erased, or its speaker has withdrawn since: that binds the officer too."""
    if request is None:
        return None
    return permission.barred(tx.clips.bar_reason(request.clip_id, request.speaker))


def _request(tx: Transaction, case: Case) -> Request | None:
    return tx.requests.by_id(case.request_id) if case.request_id is not None else None


def _event(
    act: Act, case: Case, request: Request | None, refusal: Refusal | None
) -> Event:
    return act.event(
        Action.SNIPPET_HEARD,
        refusal=refusal,
        request=request,
        clip_id=case.clip_id,
        desk=case.desk,
        role=None if refusal else Role.SAFETY_OFFICER,
        numbers={"case": case.id, **({"drill": 1} if case.is_drill else {})},
    )
