"""What the system that keeps the recordings tells us: consent withdrawn, or erase."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Invalid
from bot.sources.results.webhook import signature
from bot.usecases.context import Act
from bot.usecases.erasure import consent, erase
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.requests.find_clip import check_speaker, find_clip_id
from bot.usecases.services import Services
from storage.records import Erasure

FRESH_SECONDS = 300
WITHDRAW_CONSENT, ERASE = "withdraw_consent", "erase"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One call. `id` is the sender's; a second call of one id does nothing."""

    id: str
    event: str
    clip_id: str
    speaker: str


@dataclass(frozen=True, kw_only=True)
class Signature:
    """The two headers, as they came."""

    timestamp: str
    value: str


def is_genuine(signed: Signature, body: bytes, secret: str, now: datetime) -> bool:
    """Whether somebody who knows the secret signed this body within the last five
    minutes.
    """
    stamp = signed.timestamp
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > FRESH_SECONDS:
        return False
    expected = signature(secret, stamp, body).encode()
    return hmac.compare_digest(expected, signed.value.encode())


def take(services: Services, act: Act, told: Told) -> bool:
    """Do what was told. False when it was done before. Raises `Invalid`."""
    if told.event not in (WITHDRAW_CONSENT, ERASE):
        raise Invalid(f"event is {WITHDRAW_CONSENT} or {ERASE}.")
    if bool(told.clip_id) == bool(told.speaker):
        raise Invalid("Give clip_id or speaker, not both.")
    clip_id = find_clip_id(services, clip=told.clip_id) if told.clip_id else ""
    speaker = check_speaker(told.speaker) if told.speaker else ""
    with services.store.read() as tx:
        if tx.hook_calls.is_known(told.id):
            return False
    for erasure in _do(services, act, told.event, clip_id, speaker):
        clean_at_once(services, act, erasure)
    # Last: a call that broke off in between is done again when it is sent again.
    with services.store.begin() as tx:
        tx.hook_calls.add(told.id, act.now)
    return True


def _do(
    services: Services, act: Act, event: str, clip_id: str, speaker: str
) -> list[Erasure]:
    if event == ERASE:
        reason = "asked by the system that keeps the recordings"
        if speaker:
            return erase.erase_speaker(services, act, speaker, reason=reason)
        return [erase.erase_clip(services, act, clip_id, reason=reason)]
    if speaker:
        return consent.withdraw_speaker(services, act, speaker)
    return [consent.withdraw_clip(services, act, clip_id)]
