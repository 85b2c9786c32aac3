"""Who may do what. Each function returns None for yes, or the `Refusal` that says why not."""

from collections.abc import Set
from dataclasses import dataclass

from storage.records import Clip, Consent, Person, Request, RequestState, Role


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """`rule` goes on record; `sentence` is for the person and says what to do next."""

    rule: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What one person has to do with one request."""

    person: Person
    roles: Set[Role]  # on the request's desk, house roles included
    has_proposed: bool = False
    has_heard: bool = False
    quarantined: bool = False
    consent: Consent = Consent.GRANTED
    adjudicated: bool = False

    def asked(self, request: Request) -> bool:
        return request.asker == self.person


_NO_DESK_ROLE = Refusal(
    rule="no_role",
    sentence="You are not a reviewer on this desk. Ask your lead to add you in desks.toml.",
)
_QUARANTINED = Refusal(
    rule="quarantined",
    sentence="This recording is closed to everybody while a safety officer looks after it.",
)
_OWN = Refusal(
    rule="own_request",
    sentence="You asked this one, so your colleagues answer it. You will be told when it settles.",
)
_CLOSED = Refusal(
    rule="closed",
    sentence="This request is closed, so its snippet no longer plays. Nothing is left to do here.",
)
_RULED_BY_LEAD = Refusal(
    rule="disputed",
    sentence="The answers differ, so a lead rules now. Nothing is left to do here.",
)


def may_ask(roles: Set[Role], clip: Clip, *, quarantined: bool) -> Refusal | None:
    """Reviewers and leads of the desk, on a clip with consent that is not closed."""
    if not roles & {Role.REVIEWER, Role.LEAD}:
        return _NO_DESK_ROLE
    if quarantined:
        return _QUARANTINED
    return consent(clip.consent)


def consent(given: Consent) -> Refusal | None:
    """Only granted consent opens a recording."""
    if given is Consent.GRANTED:
        return None
    if given is Consent.WITHDRAWN:
        return Refusal(
            rule="consent_withdrawn",
            sentence="The speaker has withdrawn consent, so nobody may hear this recording.",
        )
    return Refusal(
        rule="consent_unknown",
        sentence="No consent is on file for this recording, so nobody may hear it. "
        "Skip it, or ask your administrator to check the clip source.",
    )


def may_view(relation: Relation, request: Request) -> Refusal | None:
    """The page of a request, without its sound: its desk's people and its asker."""
    if relation.asked(request) or relation.roles & {Role.REVIEWER, Role.LEAD}:
        return None
    return _NO_DESK_ROLE


def may_listen(relation: Relation, request: Request) -> Refusal | None:
    """Peers while it is open; a lead who neither asked nor answered while it is disputed."""
    if not relation.roles & {Role.REVIEWER, Role.LEAD}:
        return _NO_DESK_ROLE
    if relation.quarantined or request.state is RequestState.QUARANTINED:
        return _QUARANTINED
    if refusal := consent(relation.consent):
        return refusal
    if relation.asked(request):
        return _OWN
    if request.state is RequestState.OPEN:
        return None
    if request.state is RequestState.DISPUTED:
        return may_adjudicate(relation, request)
    return _CLOSED


def may_propose(relation: Relation, request: Request) -> Refusal | None:
    """A peer who may listen, and has heard the span once."""
    if refusal := may_listen(relation, request):
        return refusal
    if request.state is RequestState.DISPUTED:
        return _RULED_BY_LEAD
    if not relation.has_heard:
        return Refusal(rule="not_heard", sentence="Play the span once before you answer.")
    return None


def may_read_settled(relation: Relation, request: Request) -> bool:
    """A settled word is for the desk; one that is personal only for those who worked on it."""
    if may_view(relation, request) is not None:
        return False
    worked_on_it = relation.asked(request) or relation.has_proposed or relation.has_heard
    return worked_on_it or not request.settled_personal


def may_decline(relation: Relation, request: Request) -> Refusal | None:
    """ "Not me" is for people who could have answered."""
    if not relation.roles & {Role.REVIEWER, Role.LEAD}:
        return _NO_DESK_ROLE
    return None if request.state is RequestState.OPEN else _CLOSED


def may_see_queue(roles: Set[Role]) -> Refusal | None:
    """The queue of disputed requests is for leads."""
    if Role.LEAD in roles:
        return None
    return Refusal(rule="not_lead", sentence="The queue is for leads. Ask yours to look.")


def may_adjudicate(relation: Relation, request: Request) -> Refusal | None:
    """A lead of the desk, never on their own request or proposal."""
    if Role.LEAD not in relation.roles:
        return Refusal(
            rule="not_lead",
            sentence="The answers differ, so a lead of this desk rules. Nothing left to do here.",
        )
    if relation.quarantined or request.state is RequestState.QUARANTINED:
        return _QUARANTINED
    if relation.asked(request) or relation.has_proposed:
        return Refusal(
            rule="own_dispute",
            sentence="You asked or answered this one yourself, so another lead has to rule.",
        )
    ruled_before = relation.adjudicated and request.state in {
        RequestState.ADJUDICATED,
        RequestState.DELIVERED,
        RequestState.DELIVERY_FAILED,
    }
    if request.state is RequestState.DISPUTED or ruled_before:
        return None
    return Refusal(rule="not_disputed", sentence="Nothing is in dispute here any more.")


def may_withdraw(relation: Relation, request: Request) -> Refusal | None:
    """The asker, or a lead of the desk, while nothing is settled."""
    if not relation.asked(request) and Role.LEAD not in relation.roles:
        return Refusal(rule="not_asker", sentence="Only the person who asked can withdraw this.")
    if request.state in {RequestState.RENDERING, RequestState.OPEN, RequestState.DISPUTED}:
        return None
    return _CLOSED


def may_stop(relation: Relation, request: Request) -> Refusal | None:
    """Everybody who can see a request may stop it: nobody has to earn that."""
    if relation.roles or relation.asked(request):
        return None
    return _NO_DESK_ROLE


def may_release(roles: Set[Role]) -> Refusal | None:
    """Only a safety officer opens a closed recording again."""
    if Role.SAFETY_OFFICER in roles:
        return None
    return Refusal(
        rule="not_safety_officer",
        sentence="Only a safety officer can open this recording again.",
    )


def may_query_log(roles: Set[Role], *, only_self: bool) -> Refusal | None:
    """Auditors ask anything; everybody may see their own record."""
    if only_self or Role.AUDITOR in roles:
        return None
    return Refusal(
        rule="not_auditor",
        sentence="The access log is for auditors. Your own record is at /clip-audit me.",
    )
