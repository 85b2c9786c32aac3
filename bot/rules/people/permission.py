"""Permissions. Each function returns None if the act is allowed, else a refusal.

The permission table decides first, then the request's state, consent and quarantine.
"""

from collections.abc import Set
from dataclasses import dataclass, replace

from bot.rules.desks import Desk
from bot.rules.people.permission_table import (
    Capability,
    Standing,
    decide,
)
from bot.rules.people.roles import DESK_ROLES
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests import clocks, lifecycle
from storage.records import Clip, Consent, Person, Request, RequestState, Role, Why

__all__ = ["Refusal", "Relation"]


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One person's relation to one request.

    `roles` are those on the request's desk, company roles included; one that `helps`
    has them on another desk that was asked to help. `barred` is set for a clip closed
    for good. `of_child` marks a desk for recordings in which a child speaks. With
    `has_joined` the person asked about the span too, with `appealed` any person
    appealed. `channel_refusal` is set while the desk's channel is not fit, so that
    nothing plays.
    """

    person: Person
    roles: Set[Role]
    helps: bool = False
    is_vendor: bool = False
    has_proposed: bool = False
    has_heard: bool = False
    quarantined: bool = False
    consent: Consent = Consent.GRANTED
    barred: Why | None = None
    adjudicated: bool = False
    has_joined: bool = False
    has_appealed: bool = False
    appealed: bool = False
    ruled_before_appeal: bool = False
    of_child: bool = False
    channel_refusal: Refusal | None = None

    def asked(self, request: Request) -> bool:
        return request.asker == self.person

    def standing(self, request: Request) -> Standing:
        if self.asked(request):
            return Standing.ASKER
        if self.has_proposed:
            return Standing.PROPOSER
        return standing_of(self.roles)

    def decide(self, capability: Capability, request: Request) -> Refusal | None:
        """Return the decision of the table, without the request's state."""
        return decide(capability, self.roles, self.standing(request))


_QUARANTINED = refuse("quarantined")
_CLOSED = refuse("closed")
_RULED_BY_LEAD = refuse("disputed")
UNCONFIRMED = refuse("unconfirmed")
MASKED_AGAIN = refuse("masked_again")
# The rules that an open page meets when its request went on without it.
CLOSED_MEANWHILE = ("closed", "disputed", "masked_again")
# Nothing of the clip may stay on a screen after one of these.
_GONE = {
    "quarantined",
    "erased",
    "accidental",
    "consent_withdrawn",
    "consent_unknown",
    "masked_again",
}


def standing_of(roles: Set[Role]) -> Standing:
    """Return the standing of a person without a question or an answer."""
    if roles & DESK_ROLES:
        return Standing.SAME_DESK
    return Standing.OTHER_DESK


def may_ask(
    roles: Set[Role],
    clip: Clip,
    *,
    quarantined: bool,
    why_barred: Why | None = None,
) -> Refusal | None:
    """Reviewers and leads of the desk may ask about a clip with consent."""
    if refusal := decide(Capability.ASK, roles, standing_of(roles)):
        return refusal
    if quarantined:
        return _QUARANTINED
    if refusal := find_bar(why_barred):
        return refusal
    return consent(clip.consent)


def consent(given: Consent) -> Refusal | None:
    """Return the refusal for consent that is not granted."""
    if given is Consent.GRANTED:
        return None
    if given is Consent.WITHDRAWN:
        return refuse("consent_withdrawn")
    return refuse("consent_unknown")


def find_bar(why: Why | None) -> Refusal | None:
    """Return the refusal for a clip that was closed for good.

    It stays closed, whatever its source reports later.
    """
    if why is None:
        return None
    if why is Why.CONSENT:
        return consent(Consent.WITHDRAWN)
    if why is Why.ACCIDENTAL:
        return refuse("accidental")
    return refuse("erased")


def is_gone(refusal: Refusal | None) -> bool:
    """Return whether nothing of the clip may stay on a screen."""
    if refusal is None:
        return False
    return refusal.rule in _GONE


def may_take_child(clip: Clip, desk: Desk | None) -> Refusal | None:
    """Only desks for children's recordings take a clip in which a child speaks."""
    if not clip.child:
        return None
    if desk is None:
        return refuse("child")
    if not desk.children:
        return refuse("child")
    return None


def may_view(relation: Relation, request: Request) -> Refusal | None:
    """The desk's people and the asker may open a request's page, without its sound."""
    return relation.decide(Capability.VIEW, request)


def may_listen(relation: Relation, request: Request) -> Refusal | None:
    """Peers may listen while it is open, uninvolved leads while it is disputed.

    People of other desks read the table's refusal. For people of the desk a refusal
    that concerns all people comes first: quarantine, consent, a clip closed for good.
    The person's own refusal, the request's state and the channel follow.
    """
    is_open = request.state is RequestState.OPEN
    is_disputed = request.state is RequestState.DISPUTED
    capability = Capability.LISTEN
    if is_disputed:
        capability = Capability.LISTEN_DISPUTED
    denied = relation.decide(capability, request)
    is_of_desk = not relation.roles.isdisjoint(DESK_ROLES)
    if denied is not None and not is_of_desk:
        return denied
    if _is_quarantined(relation, request):
        return _QUARANTINED
    if refusal := consent(relation.consent):
        return refusal
    if refusal := find_bar(relation.barred):
        return refusal
    if denied is not None:
        return denied
    if request.state is RequestState.CONSENT_WITHDRAWN:
        return consent(Consent.WITHDRAWN)
    if request.state is RequestState.RENDERING and request.remasked:
        return MASKED_AGAIN
    if not any((is_open, is_disputed)):
        return _CLOSED
    return relation.channel_refusal


def _is_quarantined(relation: Relation, request: Request) -> bool:
    if relation.quarantined:
        return True
    return request.state is RequestState.QUARANTINED


def may_propose(relation: Relation, request: Request) -> Refusal | None:
    """Peers may answer if they may listen and have heard the span."""
    if refusal := may_listen(relation, request):
        return refusal
    if refusal := relation.decide(Capability.PROPOSE, request):
        return refusal
    if request.state is RequestState.DISPUTED:
        return _RULED_BY_LEAD
    if not relation.has_heard:
        return refuse("not_heard")
    return None


def may_answer_late(
    relation: Relation,
    request: Request,
    *,
    heard_before: bool,
) -> Refusal | None:
    """Peers may leave a late answer beside a dispute or a settled word.

    They heard the span before the answers were closed (`heard_before`), so that the
    late answer is as blind as the others.
    """
    if refusal := relation.decide(Capability.PROPOSE, request):
        return refusal
    if _is_quarantined(relation, request):
        return _QUARANTINED
    if refusal := consent(relation.consent):
        return refusal
    if refusal := find_bar(relation.barred):
        return refusal
    is_decided = request.state in lifecycle.SETTLED
    if not any((is_decided, request.state is RequestState.DISPUTED)):
        return _CLOSED
    if not heard_before:
        return refuse("not_heard")
    return None


def may_keep_answer_draft(relation: Relation, request: Request) -> Refusal | None:
    """People who may answer, or may once they have heard the span, keep a draft.

    A paused channel forbids no draft, because it opens again, and neither does a
    snippet that is made anew.
    """
    unpaused = replace(relation, channel_refusal=None)
    refusal = may_propose(unpaused, request)
    if refusal is not None and refusal.rule in ("not_heard", "masked_again"):
        return None
    return refusal


def may_keep_ask_draft(
    roles: Set[Role],
    *,
    quarantined: bool,
    why_barred: Why | None,
) -> Refusal | None:
    """Reviewers and leads keep the draft of a question about a clip that is open.

    The clip may be unknown to its source, because a typed id may have a mistake.
    """
    if refusal := decide(Capability.ASK, roles, standing_of(roles)):
        return refusal
    if quarantined:
        return _QUARANTINED
    return find_bar(why_barred)


def may_read_settled(relation: Relation, request: Request) -> bool:
    """The desk may read a settled word.

    A personal word may be read only by its asker, its proposers and its listeners.
    """
    if may_view(relation, request) is not None:
        return False
    if not request.settled_personal:
        return True
    return any(
        (
            relation.asked(request),
            relation.has_proposed,
            relation.has_heard,
        )
    )


def may_decline(relation: Relation, request: Request) -> Refusal | None:
    """Peers may decline to answer while the request is open."""
    if refusal := relation.decide(Capability.DECLINE, request):
        return refusal
    if request.state is RequestState.OPEN:
        return None
    return _CLOSED


def may_see_queue(roles: Set[Role]) -> Refusal | None:
    """Leads may see the queue of disputed requests."""
    return decide(Capability.SEE_QUEUE, roles, Standing.SAME_DESK)


def may_adjudicate(relation: Relation, request: Request) -> Refusal | None:
    """Leads of the desk may rule, never on their own request or proposal."""
    denied = relation.decide(Capability.ADJUDICATE, request)
    if denied is not None and Role.LEAD not in relation.roles:
        return denied
    if _is_quarantined(relation, request):
        return _QUARANTINED
    if relation.channel_refusal is not None:
        return relation.channel_refusal
    if denied is not None:
        return denied
    if _touched_before_appeal(relation):
        return refuse("appealed_ruling")
    if request.state is RequestState.DISPUTED:
        return None
    if not relation.adjudicated:
        return refuse("not_disputed")
    if request.state not in lifecycle.CAN_BE_RULED_ANEW:
        return refuse("not_disputed")
    return None


def may_rule(
    relation: Relation,
    request: Request,
    *,
    has_sound: bool,
) -> Refusal | None:
    """Leads rule on a dispute after they heard the span, as peers answer.

    Where no snippet is kept (`has_sound`) there is nothing to hear.
    """
    if refusal := may_adjudicate(relation, request):
        return refusal
    is_dispute = request.state is RequestState.DISPUTED
    if is_dispute and has_sound and not relation.has_heard:
        return refuse("not_heard", "refusals.not_heard_by_lead")
    return None


def _touched_before_appeal(relation: Relation) -> bool:
    """Return whether the lead had to do with a request that was appealed since."""
    if not relation.appealed:
        return False
    return relation.ruled_before_appeal or relation.has_joined


def may_appeal(
    relation: Relation,
    request: Request,
    *,
    has_sound: bool,
) -> Refusal | None:
    """Askers and proposers may appeal once against a settled word.

    The deciding lead has to hear the span, so a snippet is kept (`has_sound`).
    """
    refusal = relation.decide(Capability.APPEAL, request)
    is_asker = relation.has_joined and may_view(relation, request) is None
    if refusal is not None and not is_asker:
        return refusal
    if _is_quarantined(relation, request):
        return _QUARANTINED
    if barred := find_bar(relation.barred):
        return barred
    if relation.has_appealed:
        return refuse("appealed_before")
    if request.state not in lifecycle.SETTLED:
        return refuse("not_settled")
    if not has_sound:
        return refuse("appeal_late")
    return None


def may_withdraw(relation: Relation, request: Request) -> Refusal | None:
    """The asker or a lead of the desk may withdraw a request that is not settled.

    After an appeal the word is settled already, and only a ruling changes it.
    """
    if refusal := relation.decide(Capability.WITHDRAW, request):
        return refusal
    if relation.appealed and request.state is RequestState.DISPUTED:
        return refuse("appeal_waits")
    if request.state in lifecycle.LIVE:
        return None
    return _CLOSED


def may_close_unclear(relation: Relation, request: Request) -> Refusal | None:
    """The asker may close an open or disputed request once its clock called it late."""
    if refusal := relation.decide(Capability.CLOSE_UNCLEAR, request):
        return refusal
    if request.state not in lifecycle.TIMED:
        return _CLOSED
    if relation.appealed:
        return _RULED_BY_LEAD
    if not clocks.is_late(request):
        return refuse("not_late")
    return None


def may_stop(relation: Relation, request: Request) -> Refusal | None:
    """All people with access to a request may stop it."""
    return relation.decide(Capability.STOP, request)


def may_stop_clip(roles: Set[Role]) -> Refusal | None:
    """People with a role may stop any clip, of any desk, asked about or not."""
    return decide(Capability.STOP, roles, Standing.SAME_DESK)


def may_call_colleague(roles: Set[Role]) -> Refusal | None:
    """People with any role may ask colleagues to talk."""
    if roles:
        return None
    return refuse("no_role", "refusals.no_role_for_talk")


def may_release(roles: Set[Role]) -> Refusal | None:
    """Safety officers may open a closed recording again, or close its case."""
    return decide(Capability.RELEASE, roles, Standing.OTHER_DESK)


def may_hold(roles: Set[Role]) -> Refusal | None:
    """Safety officers may place and release legal holds."""
    return decide(Capability.HOLD, roles, Standing.OTHER_DESK)


def may_erase(roles: Set[Role]) -> Refusal | None:
    """Administrators may erase."""
    return decide(Capability.ERASE, roles, Standing.OTHER_DESK)


def may_keep(roles: Set[Role]) -> Refusal | None:
    """Leads of the desk and safety officers may keep a clip that answers closed."""
    return decide(Capability.KEEP, roles, standing_of(roles))


def may_deal_with(roles: Set[Role], *, own: bool) -> Refusal | None:
    """A lead of the desk may close an incident that is not about that lead."""
    if refusal := decide(Capability.DEAL_WITH, roles, standing_of(roles)):
        return refusal
    if own:
        return refuse("own_incident")
    return None


def may_set_up(roles: Set[Role]) -> Refusal | None:
    """Administrators may check whether a channel is fit."""
    return decide(Capability.SET_UP, roles, Standing.OTHER_DESK)


def may_map_roles(roles: Set[Role]) -> Refusal | None:
    """Administrators may confirm a change of role holders."""
    return decide(Capability.MAP_ROLES, roles, Standing.OTHER_DESK)


def may_manage_tools(roles: Set[Role]) -> Refusal | None:
    """Administrators may make, see and revoke work tools."""
    return decide(Capability.MANAGE_TOOLS, roles, Standing.OTHER_DESK)


def may_query_log(roles: Set[Role], *, only_self: bool) -> Refusal | None:
    """Auditors may ask anything, and every person may read their own record."""
    capability = Capability.QUERY_LOG
    if only_self:
        capability = Capability.READ_OWN_RECORD
    return decide(capability, roles, Standing.OTHER_DESK)
