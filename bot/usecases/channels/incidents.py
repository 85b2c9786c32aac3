"""The leads' list of shared items and of listening that stands out."""

from dataclasses import replace

from bot.errors import NotFound
from bot.rules.people import permission
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Action, Incident, Role
from storage.store import Transaction

_LISTED = 10


def incidents_for(
    services: Services,
    tx: Transaction,
    act: Act,
) -> tuple[Incident, ...]:
    """Return the first entries that wait for this lead, oldest first.

    An entry about the lead waits for another lead.
    """
    member = member_of(services, tx, act.actor)
    desks = [desk.id for desk in services.desks.where(Role.LEAD, member)]
    if not desks:
        return ()
    return tuple(tx.incidents.unseen(desks, _LISTED, not_about=act.actor))


def has_incidents(services: Services, act: Act) -> bool:
    """Return whether any entry waits for this lead."""
    with services.store.read() as tx:
        return bool(incidents_for(services, tx, act))


def close_incident(
    services: Services,
    act: Act,
    incident_id: int,
) -> None:
    """Take an entry off the list: a lead has dealt with it. Twice changes nothing.

    Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        incident = tx.incidents.by_id(incident_id, lock=True)
        if incident is None:
            raise NotFound(text("channels.incident.not_found"))
        member = member_of(services, tx, act.actor)
        roles = services.desks.roles_on(incident.desk, member)
        is_own = incident.person == act.actor
        refusal = permission.may_deal_with(roles, own=is_own)
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
