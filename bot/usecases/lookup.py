"""Reading a request, and what a person has to do with it."""

from bot.errors import NotFound
from bot.rules.channels.fitness import may_use
from bot.rules.listening.access_conditions import out_of_place
from bot.rules.people.permission import Refusal, Relation
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import NOBODY, Consent, Member, Person, Request, Role
from storage.store import Transaction


def find_request(tx: Transaction, key: str, *, lock: bool = False) -> Request:
    """The request behind an address. Raises `NotFound`."""
    request = tx.requests.by_key(key, lock=lock)
    if request is None:
        raise NotFound(
            "There is no such request. Open it again from its thread in Slack."
        )
    return request


def relate(
    services: Services,
    tx: Transaction,
    person: Person,
    request: Request,
    *,
    consent: Consent = Consent.GRANTED,
) -> Relation:
    """What `person` has to do with `request`, as the rules want to know it."""
    member = member_of(services, tx, person)
    closed = tx.clips.closure(request.clip_id, request.speaker)
    return Relation(
        person=person,
        roles=services.desks.roles_on(request.desk, member),
        is_vendor=services.desks.vendors.include(member),
        has_proposed=tx.proposals.by_person(request.id, person) is not None,
        has_heard=has_heard(tx, request, person),
        quarantined=closed.quarantined,
        barred=closed.barred,
        consent=consent,
        adjudicated=bool(tx.adjudications.of_request(request.id)),
        of_child=services.desks.is_for_children(request.desk),
        channel_refusal=may_use(
            tx.channels.by_id(services.desks.channel_of(request.desk))
        ),
    )


def access_refusal(
    services: Services, act: Act, relation: Relation, request: Request
) -> Refusal | None:
    """Why this person may not listen here and now, by the desk's attributes."""
    return out_of_place(
        services.desks[request.desk].access_conditions,
        is_vendor=relation.is_vendor,
        address=act.network,
        now=act.now,
    )


def has_heard(tx: Transaction, request: Request, person: Person) -> bool:
    """Whether one of this person's presses of play went through the whole span."""
    snippet = tx.snippets.of_request(request.id)
    # A span may reach beyond the recording's end; the snippet's span never does.
    span = snippet.span if snippet else request.span
    return any(
        x.played_ms >= span.length_ms
        for x in tx.listens.of_listener(request.id, person)
    )


def member_of(services: Services, tx: Transaction, person: Person) -> Member:
    """What roles are given to. People of another Slack team, guests, bots are
    `NOBODY`.
    """
    return (
        tx.people.member_by_id(person.user_id)
        if person.team_id == services.team_id
        else NOBODY
    )


def roles_on(
    services: Services, tx: Transaction, desk: str, person: Person
) -> frozenset[Role]:
    """The person's roles on one desk."""
    return services.desks.roles_on(desk, member_of(services, tx, person))


def house_roles(services: Services, tx: Transaction, person: Person) -> frozenset[Role]:
    """The person's roles that span all desks."""
    return services.desks.house_roles(member_of(services, tx, person))


def roles_anywhere(
    services: Services, tx: Transaction, person: Person
) -> frozenset[Role]:
    """Every role the person holds on any desk or over all of them."""
    held = services.desks.held_by(member_of(services, tx, person))
    return frozenset(role for role, _ in held)


def acting_role(relation: Relation) -> Role | None:
    """The role an act is recorded under: the strongest of the desk's roles the person
    holds.
    """
    order = (
        Role.LEAD,
        Role.REVIEWER,
        Role.SAFETY_OFFICER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    )
    return next((role for role in order if role in relation.roles), None)
