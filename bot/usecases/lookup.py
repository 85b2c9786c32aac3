"""Reading a request, and what a person has to do with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.errors import NotFound
from bot.rules.channels.fitness import may_use
from bot.rules.desks import Holders
from bot.rules.listening.access_conditions import (
    AccessConditions,
    check_access_conditions,
)
from bot.rules.people.permission import Refusal, Relation
from bot.rules.people.roles import DESK_ROLES, roles_without_person, strongest
from bot.rules.requests.clocks import is_late
from bot.rules.requests.lifecycle import LIVE
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import (
    NOBODY,
    Adjudication,
    Appeal,
    Consent,
    Listen,
    Member,
    Person,
    Proposal,
    Request,
    RequestState,
    Role,
    SnippetRecord,
)
from storage.store import Transaction


def find_request(
    tx: Transaction,
    key: str,
    *,
    lock: bool = False,
) -> Request:
    """Return the request behind an address. Raises `NotFound`."""
    request = tx.requests.by_key(key, lock=lock)
    if request is None:
        raise NotFound(text("listening.request.not_found"))
    return request


def find_request_to_hear(
    tx: Transaction,
    key: str,
    listener: Person,
) -> Request:
    """Return and lock the request, and let the listener's listens be decided in turn.

    Raises `NotFound`.
    """
    request = tx.requests.by_key_for(key, listener)
    if request is None:
        raise NotFound(text("listening.request.not_found"))
    return request


def people_of(tx: Transaction, holders: Holders | None) -> frozenset[str]:
    """Return the users of a role, named or in a user group; none without holders."""
    if holders is None:
        return frozenset()
    return holders.users | tx.groups.members(holders.groups)


@dataclass(frozen=True, kw_only=True)
class RequestRelation(Relation):
    """A relation, and the rows it was derived from, so that nothing is read twice.

    Proposals, late answers, listens, adjudications and appeals are those of every
    person, oldest first. `joined_guess` is that of a person who joined the question.
    """

    proposals: Sequence[Proposal]
    own_proposal: Proposal | None
    late_answers: Sequence[Proposal]
    own_late: Proposal | None
    has_declined: bool
    listens: Sequence[Listen]
    adjudications: Sequence[Adjudication]
    appeals: Sequence[Appeal]
    joined_guess: str | None
    snippet: SnippetRecord | None
    draft: str | None


def relate(
    services: Services,
    tx: Transaction,
    person: Person,
    request: Request,
    *,
    consent: Consent = Consent.GRANTED,
) -> RequestRelation:
    """Return what relates `person` to `request`, read in one statement.

    `consent` is what the clip source reported now, where the caller asked it.
    """
    rows = tx.relations.of(
        request,
        person,
        channel_id=services.desks.channel_of(request.desk),
        form=answer_form(request.key),
    )
    member = rows.member
    if person.team_id != services.team_id:
        member = NOBODY
    roles = services.desks.roles_on(request.desk, member)
    own_proposal = next((x for x in rows.proposals if x.proposer == person), None)
    helping_roles: frozenset[Role] = frozenset()
    if roles.isdisjoint(DESK_ROLES):
        helping_roles = _helping_roles(
            services,
            request,
            member,
            has_proposed=own_proposal is not None,
            has_ruled=any(each.lead == person for each in rows.adjudications),
        )
    own_late = next((x for x in rows.late_answers if x.proposer == person), None)
    own_listens = [x for x in rows.listens if x.listener == person]
    return RequestRelation(
        person=person,
        roles=roles | helping_roles,
        helps=bool(helping_roles),
        is_vendor=services.desks.vendors.include(member),
        has_proposed=any((own_proposal, own_late)),
        has_heard=has_heard(request, rows.snippet, own_listens),
        quarantined=rows.closed.quarantined,
        barred=rows.closed.barred,
        consent=consent,
        adjudicated=bool(rows.adjudications),
        has_joined=bool(rows.guesses),
        has_appealed=any(x.person == person for x in rows.appeals),
        appealed=bool(rows.appeals),
        ruled_before_appeal=_has_ruled_earlier(person, request, rows.adjudications),
        of_child=services.desks.is_for_children(request.desk),
        channel_refusal=may_use(rows.channel),
        proposals=rows.proposals,
        own_proposal=own_proposal,
        late_answers=rows.late_answers,
        own_late=own_late,
        has_declined=rows.has_declined,
        listens=rows.listens,
        adjudications=rows.adjudications,
        appeals=rows.appeals,
        joined_guess=next(iter(rows.guesses), None),
        snippet=rows.snippet,
        draft=rows.draft,
    )


def _has_ruled_earlier(
    person: Person,
    request: Request,
    rulings: Sequence[Adjudication],
) -> bool:
    """Return whether the person made a ruling, and it is not the one that counts now.

    In a dispute no ruling counts.
    """
    if not any(ruling.lead == person for ruling in rulings):
        return False
    if request.state is RequestState.DISPUTED:
        return True
    return rulings[-1].lead != person


def _helping_roles(
    services: Services,
    request: Request,
    member: Member,
    *,
    has_proposed: bool,
    has_ruled: bool,
) -> frozenset[Role]:
    """Return the roles that a member of a desk that was asked to help has.

    Its reviewers and leads may answer; its leads may rule on a late dispute. Once the
    request has ended, only the people who answered or ruled keep their roles.
    """
    if request.helping_desk is None:
        return frozenset()
    has_part = has_proposed or has_ruled
    if request.state not in LIVE and not has_part:
        return frozenset()
    of_helper = services.desks.roles_on(request.helping_desk, member)
    if of_helper.isdisjoint({Role.REVIEWER, Role.LEAD}):
        return frozenset()
    is_late_dispute = request.state is RequestState.DISPUTED and is_late(request)
    may_lead = is_late_dispute or has_ruled
    if Role.LEAD in of_helper and may_lead:
        return frozenset({Role.REVIEWER, Role.LEAD})
    return frozenset({Role.REVIEWER})


def answer_form(key: str) -> str:
    """Return the name under which a person's draft answer to a request is kept."""
    return f"answer {key}"


def access_refusal(
    services: Services,
    act: Act,
    relation: Relation,
    request: Request,
) -> Refusal | None:
    """Return why the desk's access conditions forbid listening here and now, if so.

    A person of a helping desk meets those of both desks, but for the hours: those of
    the helping desk count.
    """
    conditions = services.desks[request.desk].access_conditions
    if relation.helps and request.helping_desk is not None:
        own = services.desks[request.helping_desk].access_conditions
        if refusal := _check_access(own, act, relation):
            return refusal
        conditions = replace(conditions, listen_outside_hours=True)
    return _check_access(conditions, act, relation)


def _check_access(
    conditions: AccessConditions,
    act: Act,
    relation: Relation,
) -> Refusal | None:
    return check_access_conditions(
        conditions,
        is_vendor=relation.is_vendor,
        address=act.network,
        now=act.now,
    )


def has_heard(
    request: Request,
    snippet: SnippetRecord | None,
    own_listens: Iterable[Listen],
) -> bool:
    """Return whether one of a person's own listens went through the whole span."""
    # A span may reach beyond the recording's end; the snippet's span never does.
    span = request.span
    if snippet is not None:
        span = snippet.span
    return any(listen.played_ms >= span.length_ms for listen in own_listens)


def member_of(
    services: Services,
    tx: Transaction,
    person: Person,
) -> Member:
    """Return the member that roles are given to.

    People of another Slack team, guests and bots are `NOBODY`.
    """
    if person.team_id != services.team_id:
        return NOBODY
    return tx.people.member_by_id(person.user_id)


def roles_on(
    services: Services,
    tx: Transaction,
    desk: str,
    person: Person,
) -> frozenset[Role]:
    """Return the person's roles on one desk, house roles included."""
    return services.desks.roles_on(desk, member_of(services, tx, person))


def company_roles(
    services: Services,
    tx: Transaction,
    person: Person,
) -> frozenset[Role]:
    """Return the person's roles that span all desks."""
    return services.desks.company_roles(member_of(services, tx, person))


def roles_of_act(
    services: Services,
    tx: Transaction,
    act: Act,
    role: Role,
    *,
    by_hook: bool = False,
) -> frozenset[Role]:
    """Return the company roles of the person who acts.

    Without a person they are `role` or none, as `roles_without_person` decides.
    """
    if act.person is None:
        return roles_without_person(act.origin, role, by_hook=by_hook)
    return company_roles(services, tx, act.person)


def roles_anywhere(
    services: Services,
    tx: Transaction,
    person: Person,
) -> frozenset[Role]:
    """Return every role that the person holds on any desk or over all of them."""
    held = services.desks.held_by(member_of(services, tx, person))
    return frozenset(role for role, _ in held)


def acting_role(relation: Relation) -> Role | None:
    """Return the strongest role on the desk: an act is recorded under it."""
    return strongest(relation.roles)
