"""Who acts, and the refusal that ends an act."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Conflict, Refused
from bot.rules.listening.access_conditions import Address
from bot.rules.people.step_up import GRAVE_ACTIONS
from bot.rules.refusals import Refusal
from storage.records import (
    Action,
    Event,
    Login,
    Origin,
    Outcome,
    Person,
    Request,
    Role,
    WorkTool,
)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who acts, through which door, and when.

    `person` is None when help-clip itself acts. `signed_in_at` is when this browser
    last signed in with Slack, and `login` what Slack showed about that. `network` is
    never written down; `address` is its keyed hash. `tool` is the work tool that acts on
    the person's behalf.
    """

    person: Person | None
    origin: Origin
    now: datetime
    address: str | None = None
    signed_in_at: datetime | None = None
    login: Login = Login.NEW
    network: Address | None = None
    tool: WorkTool | None = None

    @property
    def actor(self) -> Person:
        """Return the person who acts. Raises `ValueError` if help-clip itself acts."""
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
        tool: WorkTool | None = None,
    ) -> Event:
        """Return the audit event of this act; a refusal makes it a denial.

        A request gives the event its name, clip and desk. `tool` is the work tool that
        the act is about, where no tool acts.
        """
        if tool is None:
            tool = self.tool
        if refusal is not None:
            rule = refusal.rule
        if outcome is None:
            outcome = Outcome.DENIED if refusal else Outcome.ALLOWED
        if request is not None:
            clip_id = request.clip_id
            desk = request.desk
        return Event(
            at=self.now,
            action=action,
            outcome=outcome,
            actor=self.person,
            role=role,
            origin=self.origin,
            rule=rule,
            desk=desk,
            request=request.name if request else None,
            clip_id=clip_id,
            address=self.address,
            subject=subject,
            numbers=self._figures(action, numbers or {}),
            tool=tool.name if tool else None,
        )

    def _figures(
        self,
        action: Action,
        numbers: Mapping[str, int],
    ) -> Mapping[str, int]:
        """Return the numbers of an event.

        That of a grave act reports it if Slack did not show the new login asked for.
        """
        if self.login is Login.ASKED and action in GRAVE_ACTIONS:
            return {**numbers, "new_login": 0}
        return numbers


def act_without_person(origin: Origin, now: datetime) -> Act:
    """Return an act that no person of Slack does: help-clip itself, or an operator."""
    return Act(person=None, origin=origin, now=now)


def raise_refusal(
    refusal: Refusal | None,
    *,
    meanwhile: Collection[str] = (),
) -> None:
    """Raise `Refused` if there is a refusal, `Conflict` for a rule in `meanwhile`.

    Those are met where another person was faster. The transaction that recorded the
    denial has to be committed before.
    """
    if refusal is None:
        return
    if refusal.rule in meanwhile:
        raise Conflict(refusal.sentence)
    raise Refused(refusal.sentence, rule=refusal.rule)


def new_key() -> str:
    """Return an unguessable id for addresses: 128 bits, URL-safe."""
    return secrets.token_urlsafe(16)
