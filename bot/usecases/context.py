"""Who acts, and the refusal that ends an act."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.rules.listening.access_conditions import Address
from bot.rules.people.permission import Refusal
from storage.records import Action, Event, Origin, Outcome, Person, Request, Role


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who acts, through which door, and when. `person` is None when help-clip itself
    acts.
    """

    person: Person | None
    origin: Origin
    now: datetime
    address: str | None = None
    signed_in_at: datetime | None = None  # when this browser last signed in with Slack
    network: Address | None = (
        None  # from where; never written down, `address` is its keyed hash
    )

    @property
    def actor(self) -> Person:
        if self.person is None:
            raise ValueError("this act has no person")
        return self.person

    def event(
        self,
        action: Action,
        *,
        refusal: Refusal | None = None,
        outcome: Outcome | None = None,
        rule: str | None = None,
        request: Request | None = None,
        clip_id: str | None = None,
        desk: str | None = None,
        role: Role | None = None,
        subject: Person | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> Event:
        """The audit event of this act; a refusal makes it a denial."""
        return Event(
            at=self.now,
            action=action,
            outcome=outcome or (Outcome.DENIED if refusal else Outcome.ALLOWED),
            actor=self.person,
            role=role,
            origin=self.origin,
            rule=refusal.rule if refusal else rule,
            desk=request.desk if request else desk,
            request=request.name if request else None,
            clip_id=request.clip_id if request else clip_id,
            address=self.address,
            subject=subject,
            numbers=numbers or {},
        )


def raise_refusal(refusal: Refusal | None) -> None:
    """Raise `Refused`. Called after the transaction that recorded the denial has
    committed.
    """
    if refusal is not None:
        raise Refused(refusal.sentence, rule=refusal.rule)


def new_key() -> str:
    """An unguessable id for addresses: 128 bits, URL-safe."""
    return secrets.token_urlsafe(16)
