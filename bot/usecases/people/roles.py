"""Role holders as Slack reports them: every change is on record and applies at once.

A lost role signs the person out; an open player stops at its next question.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.rules.people.membership import counts
from bot.usecases.context import Act
from bot.usecases.lookup import people_of
from bot.usecases.services import Services
from storage.records import Account, Action, Member, Membership, Person, Role
from storage.records.outbox import NotifyRoleConflict
from storage.store import Transaction

# A transaction holds the write lock of SQLite, and people wait for it.
_ACCOUNTS_AT_ONCE = 200

Held = frozenset[tuple[Role, str | None]]


def set_group(
    services: Services,
    act: Act,
    group_id: str,
    user_ids: Iterable[str],
) -> None:
    """Store the people of a user group, as Slack reports them."""
    now_in = frozenset(user_ids)
    with services.store.begin() as tx:
        tx.groups.lock(group_id, act.now)
        changed = tx.groups.members([group_id]) ^ now_in
        if changed:
            _change_group(
                services,
                tx,
                act,
                group_id,
                changed,
                now_in,
            )


def set_groups(
    services: Services,
    act: Act,
    groups: Mapping[str, frozenset[str]],
) -> None:
    """Store the people of many user groups; most are the same as before."""
    with services.store.read() as tx:
        before = tx.groups.by_group(groups)
    changed = {group for group, members in groups.items() if members != before[group]}
    for group_id in sorted(changed):
        set_group(
            services,
            act,
            group_id,
            groups[group_id],
        )
    with services.store.begin() as tx:
        tx.groups.mark_read(groups.keys() - changed, act.now)


def change_group(
    services: Services,
    act: Act,
    group_id: str,
    *,
    joined: Iterable[str] = (),
    left: Iterable[str] = (),
) -> None:
    """Let people join and leave a user group at once, as an event of Slack reports."""
    with services.store.begin() as tx:
        tx.groups.lock_unread(group_id)
        before = tx.groups.members([group_id])
        now_in = (before | frozenset(joined)) - frozenset(left)
        changed = before ^ now_in
        if not changed:
            return
        members = _members(tx, changed)
        tx.groups.change(group_id, joined=now_in - before, left=before - now_in)
        _record_differences(
            services,
            tx,
            act,
            members,
        )


def set_accounts(
    services: Services,
    act: Act,
    accounts: Sequence[Account],
) -> None:
    """Store accounts as Slack describes them, and the roles that change by them."""
    for start in range(0, len(accounts), _ACCOUNTS_AT_ONCE):
        _set_some_accounts(
            services,
            act,
            accounts[start : start + _ACCOUNTS_AT_ONCE],
        )


def _set_some_accounts(
    services: Services,
    act: Act,
    accounts: Sequence[Account],
) -> None:
    ids = [account.user_id for account in accounts]
    with services.store.begin() as tx:
        known = tx.people.known(ids)
        changed = []
        for account in accounts:
            before = known.get(account.user_id)
            if before != account and counts(before, account, services.team_ids):
                changed.append(account)
        changed_ids = {account.user_id for account in changed}
        tx.people.mark_checked(set(ids) - changed_ids, act.now)
        # No other person can gain or lose a role.
        holders = services.desks.people() | tx.groups.in_any_group(changed_ids)
        members = _members(tx, holders & changed_ids)
        tx.people.put(changed, act.now)
        _record_differences(
            services,
            tx,
            act,
            members,
        )


def set_membership(
    services: Services,
    act: Act,
    user_id: str,
    membership: Membership | None,
) -> None:
    """Store a person's membership, as Slack reports it: member, guest, deactivated ...

    None: it is unknown, and Slack is asked again.
    """
    with services.store.begin() as tx:
        before = _members(tx, [user_id])
        tx.people.set_membership(user_id, membership, act.now)
        _record_differences(
            services,
            tx,
            act,
            before,
        )


def is_counted(services: Services, account: Account) -> bool:
    """Return whether what a workspace shows of a person decides on the membership."""
    if not services.team_ids:
        return True
    with services.store.read() as tx:
        known = tx.people.known([account.user_id]).get(account.user_id)
    return counts(known, account, services.team_ids)


def membership_of(services: Services, user_id: str) -> Membership | None:
    """Return the membership that Slack last reported, or None if it never did."""
    with services.store.read() as tx:
        return tx.people.membership_of(user_id)


def role_holders(services: Services) -> tuple[frozenset[str], dict[str, datetime]]:
    """Return all holders of roles, and when Slack last described each of them."""
    with services.store.read() as tx:
        in_groups = tx.groups.members(services.desks.groups())
        holders = services.desks.people() | in_groups
        return holders, tx.people.last_checked(holders)


def sign_out_everywhere(
    services: Services,
    act: Act,
    user_id: str,
) -> None:
    """End every session of one person."""
    with services.store.begin() as tx:
        _end_sessions(
            tx,
            act,
            Person(
                team_id=services.team_id,
                user_id=user_id,
            ),
        )


def remove_app(
    services: Services,
    act: Act,
    team_id: str = "",
) -> None:
    """End sessions and forget memberships: the Slack app was removed.

    No person holds a role until the app is back. Where only one of several workspaces
    (`team_id`) removed it, its people are forgotten; members of another one hold their
    roles again once that was read.
    """
    is_one = team_id in services.team_ids
    with services.store.begin() as tx:
        if is_one:
            n_ended = tx.sessions.end_of_team(team_id, act.now)
            tx.people.forget_team(team_id)
        else:
            n_ended = tx.sessions.end_all(act.now)
            tx.people.forget_all()
        # They are read anew, page by page.
        for name in services.people_lists.values():
            tx.readings.forget(name)
        tx.log.record(act.event(Action.APP_REMOVED, numbers={"sessions": n_ended}))


def record_role_changes(
    services: Services,
    tx: Transaction,
    act: Act,
    user_id: str,
    had: Held,
    has: Held,
) -> None:
    """Record each role that a person gained or lost; a loss ends their sessions."""
    person = Person(
        team_id=services.team_id,
        user_id=user_id,
    )
    for role, desk in sorted(had ^ has, key=str):
        is_held = int((role, desk) in has)
        event = act.event(
            Action.ROLE_CHANGED,
            subject=person,
            role=role,
            desk=desk,
            numbers={"held": is_held},
        )
        tx.log.record(event)
    if had - has:
        _end_sessions(tx, act, person)


def _change_group(
    services: Services,
    tx: Transaction,
    act: Act,
    group_id: str,
    changed: Iterable[str],
    now_in: frozenset[str],
) -> None:
    before = _members(tx, changed)
    tx.groups.put(group_id, now_in, act.now)
    _record_differences(
        services,
        tx,
        act,
        before,
    )


def _members(tx: Transaction, user_ids: Iterable[str]) -> dict[str, Member]:
    return {user_id: tx.people.member_by_id(user_id) for user_id in sorted(user_ids)}


def _record_differences(
    services: Services,
    tx: Transaction,
    act: Act,
    before: dict[str, Member],
) -> None:
    """Record how the roles of these people differ from those of `before`."""
    desks = services.desks
    for user_id, member_before in before.items():
        member = tx.people.member_by_id(user_id)
        had = desks.held_by(member_before)
        has = desks.held_by(member)
        record_role_changes(
            services,
            tx,
            act,
            user_id,
            had,
            has,
        )
        if desks.has_conflicting_roles(member) and not desks.has_conflicting_roles(
            member_before
        ):
            _notify_administrators(services, tx, act)


def _end_sessions(
    tx: Transaction,
    act: Act,
    person: Person,
) -> None:
    n_ended = tx.sessions.end_of_person(person, act.now)
    if n_ended:
        numbers = {"sessions": n_ended}
        event = act.event(
            Action.SESSION_ENDED,
            subject=person,
            numbers=numbers,
        )
        tx.log.record(event)


def _notify_administrators(
    services: Services,
    tx: Transaction,
    act: Act,
) -> None:
    holders = services.desks.holders.get(Role.ADMINISTRATOR)
    for user_id in sorted(people_of(tx, holders)):
        tx.outbox.enqueue(NotifyRoleConflict(user_id=user_id), now=act.now)
