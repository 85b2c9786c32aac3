"""The leads' list of what was passed around and of listening that stands out."""

from dataclasses import replace

from bot.errors import NotFound
from bot.rules.people import permission
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Action, Incident, Role
from storage.store import Transaction

_LISTED = 10


def incidents_for(
    services: Services, tx: Transaction, act: Act
) -> tuple[Incident, ...]:
    """What waits for this lead, oldest first; their own is for somebody else."""
    member = member_of(services, tx, act.actor)
    desks = [desk.id for desk in services.desks.where(Role.LEAD, member)]
    waiting = tx.incidents.unseen(desks, _LISTED + 1) if desks else []
    return tuple(incident for incident in waiting if incident.person != act.actor)[
        :_LISTED
    ]


def waiting_for(services: Services, act: Act) -> int:
    """How many entries wait for this lead."""
    with services.store.read() as tx:
        return len(incidents_for(services, tx, act))


def dealt_with(services: Services, act: Act, incident_id: int) -> None:
    """A lead has dealt with one. Raises `NotFound`, `Refused`. Saying it twice changes
    nothing.
    """
    with services.store.begin() as tx:
        incident = tx.incidents.by_id(incident_id, lock=True)
        if incident is None:
            raise NotFound("This is on no list any more.")
        roles = services.desks.roles_on(
            incident.desk, member_of(services, tx, act.actor)
        )
        refusal = permission.may_deal_with(roles, own=incident.person == act.actor)
        event = act.event(
            Action.INCIDENT_CLOSED,
            refusal=refusal,
            rule=incident.kind,
            desk=incident.desk,
            role=None if refusal else Role.LEAD,
        )
        tx.log.record(replace(event, subject=incident.person))
        if refusal is None:
            tx.incidents.mark_seen(incident.id, act.actor, act.now)
    raise_refusal(refusal)
