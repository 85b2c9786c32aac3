"""Signed calls from the system that keeps the recordings: consent withdrawn, or erase."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Invalid
from bot.sources.results.webhook import signature
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.erasure import consent, erase
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.find_clip import check_speaker, find_clip_id
from bot.usecases.services import Services
from storage.records import Erasure

FRESH_SECONDS = 300
WITHDRAW_CONSENT = "withdraw_consent"
ERASE = "erase"


@dataclass(
    frozen=True,
    kw_only=True,
)
class SignedCall:
    """One call. `id` is the sender's; a second call with the same id changes nothing."""

    id: str
    event: str
    clip_id: str
    speaker: str


@dataclass(
    frozen=True,
    kw_only=True,
)
class Signature:
    """The two signature headers, exactly as received."""

    timestamp: str
    value: str


def is_genuine(
    signed: Signature,
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
) -> bool:
    """Return whether one of the secrets signed the body in the last five minutes."""
    stamp = signed.timestamp
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > FRESH_SECONDS:
        return False
    value = signed.value.encode()
    expected = [signature(secret, stamp, body).encode() for secret in secrets]
    return any(hmac.compare_digest(each, value) for each in expected)


def carry_out(
    services: Services,
    act: Act,
    signed_call: SignedCall,
) -> bool:
    """Carry a call out; return False if it was carried out before. Raises `Invalid`."""
    if signed_call.event not in (WITHDRAW_CONSENT, ERASE):
        raise Invalid(
            text(
                "erasure.call.event_unknown",
                withdraw=WITHDRAW_CONSENT,
                erase=ERASE,
            )
        )
    if bool(signed_call.clip_id) == bool(signed_call.speaker):
        raise Invalid(text("erasure.call.one_of_two"))
    clip_id = ""
    speaker = ""
    if signed_call.clip_id:
        clip_id = find_clip_id(services, clip=signed_call.clip_id)
    else:
        speaker = check_speaker(signed_call.speaker)
    with services.store.read() as tx:
        if tx.hook_calls.is_known(signed_call.id):
            return False
    for erasure in _do(
        services,
        act,
        signed_call.event,
        clip_id,
        speaker,
    ):
        clean_at_once(services, act, erasure)
    # The id is stored last: a call that broke off is carried out when it is sent again.
    with services.store.begin() as tx:
        tx.hook_calls.add(signed_call.id, act.now)
    return True


def _do(
    services: Services,
    act: Act,
    event: str,
    clip_id: str,
    speaker: str,
) -> list[Erasure]:
    if event == ERASE:
        reason = text("erasure.hook.reason")
        if speaker:
            return erase.erase_speaker(
                services,
                act,
                speaker,
                reason=reason,
            )
        return [
            erase.erase_clip(
                services,
                act,
                clip_id,
                reason=reason,
            )
        ]
    if speaker:
        return consent.withdraw_speaker(services, act, speaker)
    return [consent.withdraw_clip(services, act, clip_id)]
