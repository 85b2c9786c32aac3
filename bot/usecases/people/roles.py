"""Who holds which role, as Slack tells it: every change is on record and takes effect
at once.

Whoever loses a role is signed out; a player that is open stops at its next question.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action, Member, Membership, Person, Role
from storage.records.outbox import NotifyRoleConflict
from storage.store import Transaction

Held = frozenset[tuple[Role, str | None]]


def set_group(
    services: Services, act: Act, group_id: str, user_ids: Iterable[str]
) -> None:
    """Slack has said who is in a user group."""
    now_in = frozenset(user_ids)
    with services.store.begin() as tx:
        tx.groups.lock(group_id, act.now)
        changed = tx.groups.members([group_id]) ^ now_in
        if changed:
            _change(
                services,
                tx,
                act,
                changed,
                lambda: tx.groups.put(group_id, now_in, act.now),
            )


def leave_group(
    services: Services, act: Act, group_id: str, user_ids: Iterable[str]
) -> None:
    """Slack has said who left a user group. Who joined is read at the next refresh."""
    with services.store.begin() as tx:
        tx.groups.lock(group_id, act.now)
        before = tx.groups.members([group_id])
        left = before & frozenset(user_ids)
        if left:
            _change(
                services,
                tx,
                act,
                left,
                lambda: tx.groups.put(group_id, before - left, act.now),
            )


def set_membership(
    services: Services, act: Act, user_id: str, membership: Membership | None
) -> None:
    """Slack has said what somebody is: a member, a guest, deactivated ...; None: ask it
    again.
    """
    with services.store.begin() as tx:
        _change(
            services,
            tx,
            act,
            [user_id],
            lambda: tx.people.set_membership(user_id, membership, act.now),
        )


def known_as(services: Services, user_id: str) -> Membership | None:
    """What Slack last said of this person; None for people it was never asked about."""
    with services.store.read() as tx:
        return tx.people.membership_of(user_id)


def holders(services: Services) -> tuple[frozenset[str], dict[str, datetime]]:
    """Everybody a role is given to, and when Slack was last asked what they are."""
    with services.store.read() as tx:
        everybody = services.desks.people() | tx.groups.members(services.desks.groups())
        return everybody, tx.people.last_checked(everybody)


def sign_out_everywhere(services: Services, act: Act, user_id: str) -> None:
    """End every session of one person."""
    with services.store.begin() as tx:
        _end_sessions(tx, act, Person(team_id=services.team_id, user_id=user_id))


def close_down(services: Services, act: Act) -> None:
    """The Slack app is gone: everybody is signed out, and nobody holds a role until it
    is back.
    """
    with services.store.begin() as tx:
        n_ended = tx.sessions.end_all(act.now)
        tx.people.forget_all()
        tx.log.record(act.event(Action.APP_REMOVED, numbers={"sessions": n_ended}))


def _change(
    services: Services,
    tx: Transaction,
    act: Act,
    user_ids: Iterable[str],
    apply: Callable[[], None],
) -> None:
    everybody = sorted(user_ids)
    before = {user_id: tx.people.member_by_id(user_id) for user_id in everybody}
    apply()
    for user_id in everybody:
        _record(
            services, tx, act, user_id, before[user_id], tx.people.member_by_id(user_id)
        )


def note_roles(
    services: Services, tx: Transaction, act: Act, user_id: str, had: Held, has: Held
) -> None:
    """Record each role that somebody holds now or no longer; who lost one is signed
    out.
    """
    person = Person(team_id=services.team_id, user_id=user_id)
    for role, desk in sorted(had ^ has, key=str):
        held = int((role, desk) in has)
        tx.log.record(
            act.event(
                Action.ROLE_CHANGED,
                subject=person,
                role=role,
                desk=desk,
                numbers={"held": held},
            )
        )
    if had - has:
        _end_sessions(tx, act, person)


def _record(
    services: Services,
    tx: Transaction,
    act: Act,
    user_id: str,
    before: Member,
    after: Member,
) -> None:
    had, has = services.desks.held_by(before), services.desks.held_by(after)
    note_roles(services, tx, act, user_id, had, has)
    if services.desks.has_conflicting_roles(
        after
    ) and not services.desks.has_conflicting_roles(before):
        _tell_administrators(services, tx, act)


def _end_sessions(tx: Transaction, act: Act, person: Person) -> None:
    n_ended = tx.sessions.end_of_person(person, act.now)
    if n_ended:
        tx.log.record(
            act.event(
                Action.SESSION_ENDED, subject=person, numbers={"sessions": n_ended}
            )
        )


def _tell_administrators(services: Services, tx: Transaction, act: Act) -> None:
    who = services.desks.holders.get(Role.ADMINISTRATOR)
    if who is None:
        return
    for user_id in sorted(who.users | tx.groups.members(who.groups)):
        tx.outbox.enqueue(NotifyRoleConflict(user_id=user_id), now=act.now)
