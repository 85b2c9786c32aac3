"""Who may do what. Each function returns None for yes, or the `Refusal` that says why
not.

First the table of `matrix`, then what a request's state, consent or quarantine forbids
on top.
"""

from collections.abc import Set
from dataclasses import dataclass

from bot.rules.desks import Desk
from bot.rules.people.permission_table import (
    Deed,
    Refusal,
    Standing,
    decide,
)
from bot.rules.people.roles import DESK_ROLES
from bot.rules.requests import lifecycle
from bot.text import text
from storage.records import Clip, Consent, Person, Request, RequestState, Role, Why

__all__ = ["Refusal", "Relation"]


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What one person has to do with one request."""

    person: Person
    roles: Set[Role]  # on the request's desk, house roles included
    is_vendor: bool = False
    has_proposed: bool = False
    has_heard: bool = False
    quarantined: bool = False
    consent: Consent = Consent.GRANTED
    barred: Why | None = None  # closed for good
    adjudicated: bool = False
    of_child: bool = False  # the desk is for recordings in which a child speaks
    channel_refusal: Refusal | None = (
        None  # the desk's channel is not fit: nothing plays
    )

    def asked(self, request: Request) -> bool:
        return request.asker == self.person

    def standing(self, request: Request) -> Standing:
        if self.asked(request):
            return Standing.ASKER
        if self.has_proposed:
            return Standing.PROPOSER
        return Standing.SAME_DESK if self.roles & DESK_ROLES else Standing.OTHER_DESK

    def decide(self, deed: Deed, request: Request) -> Refusal | None:
        """What the table says, whatever the request's state."""
        return decide(deed, self.roles, self.standing(request))


_QUARANTINED = Refusal(
    rule="quarantined",
    sentence="This recording is closed to everybody while a safety officer looks after it.",
)
_CLOSED = Refusal(
    rule="closed",
    sentence="This request is closed, so its snippet no longer plays. Nothing is left to do here.",
)
_RULED_BY_LEAD = Refusal(
    rule="disputed",
    sentence="The answers differ, so a lead rules now. Nothing is left to do here.",
)


UNCONFIRMED = Refusal(rule="unconfirmed", sentence=text("refusals.roles.unconfirmed"))

_GONE = {"quarantined", "erased", "accidental", "consent_withdrawn", "consent_unknown"}


def may_ask(
    roles: Set[Role], clip: Clip, *, quarantined: bool, why_barred: Why | None = None
) -> Refusal | None:
    """Reviewers and leads of the desk, on a clip with consent that is not closed."""
    standing = Standing.SAME_DESK if roles & DESK_ROLES else Standing.OTHER_DESK
    if refusal := decide(Deed.ASK, roles, standing):
        return refusal
    return _QUARANTINED if quarantined else barred(why_barred) or consent(clip.consent)


def consent(given: Consent) -> Refusal | None:
    """Only granted consent opens a recording."""
    if given is Consent.GRANTED:
        return None
    if given is Consent.WITHDRAWN:
        return Refusal(
            rule="consent_withdrawn",
            sentence="The speaker has withdrawn consent, so nobody may hear this recording. "
            "Skip it.",
        )
    return Refusal(
        rule="consent_unknown",
        sentence="No consent is on file for this recording, so nobody may hear it. "
        "Skip it, or ask your administrator to check the clip source.",
    )


def barred(why: Why | None) -> Refusal | None:
    """A clip that was closed for good stays closed, whatever its source says."""
    if why is None:
        return None
    if why is Why.CONSENT:
        return consent(Consent.WITHDRAWN)
    if why is Why.ACCIDENTAL:
        return Refusal(
            rule="accidental",
            sentence="This should not have been recorded, so nobody may hear it. Skip it.",
        )
    return Refusal(rule="erased", sentence="This recording was erased. Skip it.")


def is_gone(refusal: Refusal | None) -> bool:
    """Whether nothing of the clip may stay on anybody's screen."""
    return refusal is not None and refusal.rule in _GONE


def may_take_child(clip: Clip, desk: Desk | None) -> Refusal | None:
    """A child's recording is only for a desk that is there for children."""
    if not clip.child or (desk is not None and desk.children):
        return None
    return Refusal(
        rule="child",
        sentence="A child speaks here, and this desk is not for children's recordings. Skip it.",
    )


def may_view(relation: Relation, request: Request) -> Refusal | None:
    """The page of a request, without its sound: its desk's people and its asker."""
    return relation.decide(Deed.VIEW, request)


def may_listen(relation: Relation, request: Request) -> Refusal | None:
    """Peers while it is open; a lead who neither asked nor answered while it is
    disputed.
    """
    disputed = request.state is RequestState.DISPUTED
    denied = relation.decide(Deed.LISTEN_DISPUTED if disputed else Deed.LISTEN, request)
    if denied is not None and not relation.roles & DESK_ROLES:
        return denied
    # What closes a clip to everybody comes before what is said to one person.
    if relation.quarantined or request.state is RequestState.QUARANTINED:
        return _QUARANTINED
    if refusal := consent(relation.consent) or barred(relation.barred) or denied:
        return refusal
    if request.state is RequestState.CONSENT_WITHDRAWN:
        return consent(Consent.WITHDRAWN)
    if not disputed and request.state is not RequestState.OPEN:
        return _CLOSED
    return relation.channel_refusal


def may_propose(relation: Relation, request: Request) -> Refusal | None:
    """A peer who may listen, and has heard the span once."""
    if refusal := may_listen(relation, request) or relation.decide(
        Deed.PROPOSE, request
    ):
        return refusal
    if request.state is RequestState.DISPUTED:
        return _RULED_BY_LEAD
    if not relation.has_heard:
        return Refusal(
            rule="not_heard", sentence="Play the span once before you answer."
        )
    return None


def may_read_settled(relation: Relation, request: Request) -> bool:
    """A settled word is for the desk; one that is personal only for those who worked on
    it.
    """
    if may_view(relation, request) is not None:
        return False
    worked_on_it = (
        relation.asked(request) or relation.has_proposed or relation.has_heard
    )
    return worked_on_it or not request.settled_personal


def may_decline(relation: Relation, request: Request) -> Refusal | None:
    """ "Not me" is for people who could have answered."""
    if refusal := relation.decide(Deed.DECLINE, request):
        return refusal
    return None if request.state is RequestState.OPEN else _CLOSED


def may_see_queue(roles: Set[Role]) -> Refusal | None:
    """The queue of disputed requests is for leads."""
    return decide(Deed.SEE_QUEUE, roles, Standing.SAME_DESK)


def may_adjudicate(relation: Relation, request: Request) -> Refusal | None:
    """A lead of the desk, never on their own request or proposal."""
    denied = relation.decide(Deed.ADJUDICATE, request)
    if denied is not None and Role.LEAD not in relation.roles:
        return denied
    if relation.quarantined or request.state is RequestState.QUARANTINED:
        return _QUARANTINED
    if relation.channel_refusal is not None:
        return relation.channel_refusal
    if denied is not None:
        return denied
    ruled_before = relation.adjudicated and (
        request.state in lifecycle.CAN_BE_RULED_ANEW
    )
    if request.state is RequestState.DISPUTED or ruled_before:
        return None
    return Refusal(rule="not_disputed", sentence="Nothing is in dispute here any more.")


def may_withdraw(relation: Relation, request: Request) -> Refusal | None:
    """The asker, or a lead of the desk, while nothing is settled."""
    if refusal := relation.decide(Deed.WITHDRAW, request):
        return refusal
    if request.state in lifecycle.LIVE:
        return None
    return _CLOSED


def may_stop(relation: Relation, request: Request) -> Refusal | None:
    """Everybody who can see a request may stop it: nobody has to earn that."""
    return relation.decide(Deed.STOP, request)


def may_stop_clip(roles: Set[Role]) -> Refusal | None:
    """Whoever works here may stop any clip, on their desk or not, asked about or
    not.
    """
    return decide(Deed.STOP, roles, Standing.SAME_DESK)


def may_call_colleague(roles: Set[Role]) -> Refusal | None:
    """Return why this person may not ask colleagues to talk: any role will do."""
    if roles:
        return None
    return Refusal(rule="no_role", sentence=text("refusals.peer_support.no_role"))


def may_release(roles: Set[Role]) -> Refusal | None:
    """Only a safety officer opens a closed recording again, or closes its case."""
    return decide(Deed.RELEASE, roles, Standing.OTHER_DESK)


def may_hold(roles: Set[Role]) -> Refusal | None:
    """Safety officers place and release legal holds."""
    return decide(Deed.HOLD, roles, Standing.OTHER_DESK)


def may_erase(roles: Set[Role]) -> Refusal | None:
    """Administrators erase."""
    return decide(Deed.ERASE, roles, Standing.OTHER_DESK)


def may_deal_with(roles: Set[Role], *, own: bool) -> Refusal | None:
    """An entry of the leads' list is for a lead of the desk whom it is not about."""
    standing = Standing.SAME_DESK if roles & DESK_ROLES else Standing.OTHER_DESK
    if refusal := decide(Deed.DEAL_WITH, roles, standing):
        return refusal
    if own:
        return Refusal(
            rule="own_incident",
            sentence="This is about you, so another lead deals with it.",
        )
    return None


def may_set_up(roles: Set[Role]) -> Refusal | None:
    """Looking whether a channel is fit is for administrators."""
    return decide(Deed.SET_UP, roles, Standing.OTHER_DESK)


def may_map_roles(roles: Set[Role]) -> Refusal | None:
    """Administrators agree to a change of who holds a role."""
    return decide(Deed.MAP_ROLES, roles, Standing.OTHER_DESK)


def may_query_log(roles: Set[Role], *, only_self: bool) -> Refusal | None:
    """Auditors ask anything; everybody may see their own record."""
    deed = Deed.READ_OWN_RECORD if only_self else Deed.QUERY_LOG
    return decide(deed, roles, Standing.OTHER_DESK)
