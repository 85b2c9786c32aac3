"""desks.toml, changed in a shell, takes away at once and gives when an administrator
agrees.
"""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.rules.desks import Desks, Holders
from bot.usecases.context import Act
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import role_mapping
from bot.usecases.people.sessions import session_of, start_session
from storage.audit.query.search import Question, answer
from storage.records import Action, Event, Origin, Outcome, Role, Task
from tests.product import ADA, AMIR, LENA, RAVI, ROSA, SOFIA, Product

DESK = "english-us"
NEWCOMER = "U0NOBODY1"
WHY = "Nadia joined the team"


def restart(
    product: Product, change: Callable[[Desks], Desks] = lambda desks: desks
) -> None:
    """help-clip is started with desks.toml as `change` leaves it."""
    written = product.services.desks.written or product.services.desks
    product.services.desks = change(replace(written, written=None))
    act = Act(person=None, origin=Origin.CLI, now=product.now)
    role_mapping.compare_file(product.services, act)


def reviewers(*users: str) -> Callable[[Desks], Desks]:
    def change(desks: Desks) -> Desks:
        desk = desks.desks[DESK]
        given = {**desk.holders, Role.REVIEWER: Holders(users=frozenset(users))}
        return replace(desks, desks={**desks.desks, DESK: replace(desk, holders=given)})

    return change


def officers(*users: str) -> Callable[[Desks], Desks]:
    who = Holders(users=frozenset(users))
    return lambda desks: replace(
        desks, holders={**desks.holders, Role.SAFETY_OFFICER: who}
    )


def mapped(product: Product) -> list[Event]:
    return [e for e in product.events() if e.action is Action.ROLES_MAPPED]


def beside(product: Product) -> dict[str, str]:
    """What is kept next to the last `roles.mapped`."""
    with product.services.store.read() as tx:
        last = answer(tx.log, Question(actions=(Action.ROLES_MAPPED,), limit=1)).events[
            0
        ]
        said = tx.log.detail(last.id)
    assert said is not None
    return dict(json.loads(said))


def may_ask(product: Product, user_id: str) -> bool:
    with product.services.store.read() as tx:
        held = product.services.desks.roles_on(DESK, tx.people.member_by_id(user_id))
    return Role.REVIEWER in held


def seen(product: Product) -> str:
    found = role_mapping.view_waiting(product.services, product.fresh(ADA))
    assert found is not None
    return found.seen


@pytest.fixture
def started(product: Product) -> Product:
    restart(product, reviewers(ROSA, RAVI))
    return product


def test_the_first_mapping_is_taken_as_it_is(started: Product) -> None:
    assert may_ask(started, ROSA)
    assert [e.outcome for e in mapped(started)] == [Outcome.ALLOWED]
    assert role_mapping.view_waiting(started.services, started.fresh(ADA)) is None
    restart(started)
    assert len(mapped(started)) == 1


def test_who_is_added_waits_for_an_administrator(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    assert not may_ask(started, NEWCOMER)
    assert may_ask(started, ROSA)
    assert role_mapping.count_unconfirmed(started.services) == 1
    last = mapped(started)[-1]
    assert (last.outcome, last.rule, dict(last.numbers)) == (
        *(Outcome.DENIED, "unconfirmed"),
        {"given": 1, "taken": 0},
    )
    assert started.waiting().count(Task.NOTIFY_MAPPING_WAITING) == 1
    restart(started)
    assert started.waiting().count(Task.NOTIFY_MAPPING_WAITING) == 1
    assert len(mapped(started)) == 2


def test_an_administrator_confirms_with_a_reason_on_record(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    found = role_mapping.confirm(
        started.services, started.fresh(ADA), seen=seen(started), reason=WHY
    )
    assert [c.name for c in found.changes] == [f"{DESK}/reviewer"]
    assert may_ask(started, NEWCOMER)
    last = mapped(started)[-1]
    assert last.actor is not None
    assert (last.actor.user_id, last.role, last.outcome) == (
        *(ADA, Role.ADMINISTRATOR),
        Outcome.ALLOWED,
    )
    assert beside(started)["reason"] == WHY
    assert NEWCOMER in beside(started)["mapping"]
    assert started.last_event().action is Action.ROLE_CHANGED
    assert role_mapping.count_unconfirmed(started.services) == 0


def test_who_is_taken_out_hears_no_more_at_once_and_is_signed_out(
    started: Product,
) -> None:
    request = started.open()
    token = start_session(
        started.services, started.act(RAVI, origin=Origin.PAGE), browser="b"
    ).token
    restart(started, reviewers(ROSA, NEWCOMER))
    with pytest.raises(Refused):
        grant(
            started.services, started.act(RAVI), RequestSnippet(request.key), "a" * 32
        )
    assert session_of(started.services, token, started.now) is None
    assert not may_ask(started, NEWCOMER)
    taken, refused = mapped(started)[-2:]
    assert (taken.outcome, dict(taken.numbers)) == (
        Outcome.ALLOWED,
        {"given": 0, "taken": 1},
    )
    assert refused.outcome is Outcome.DENIED


def test_who_was_taken_out_comes_back_only_when_confirmed(started: Product) -> None:
    restart(started, reviewers(ROSA))
    restart(started, reviewers(ROSA, RAVI))
    assert not may_ask(started, RAVI)
    role_mapping.confirm(
        started.services, started.fresh(ADA), seen=seen(started), reason=WHY
    )
    assert may_ask(started, RAVI)


def test_a_file_that_is_put_back_leaves_nothing_to_confirm(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    before = seen(started)
    restart(started, reviewers(ROSA, RAVI))
    with pytest.raises(Conflict, match="No change"):
        role_mapping.confirm(
            started.services, started.fresh(ADA), seen=before, reason=WHY
        )


def test_what_was_not_looked_at_is_not_confirmed(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    before = seen(started)
    restart(started, reviewers(ROSA, RAVI, NEWCOMER, "U0NOBODY2"))
    with pytest.raises(Conflict, match="since you looked"):
        role_mapping.confirm(
            started.services, started.fresh(ADA), seen=before, reason=WHY
        )
    assert not may_ask(started, NEWCOMER)


@pytest.mark.parametrize("who", [ROSA, LENA, AMIR, SOFIA, NEWCOMER])
def test_nobody_but_an_administrator_sees_or_confirms_it(
    started: Product, who: str
) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    with pytest.raises(Refused):
        role_mapping.view_waiting(started.services, started.fresh(who))
    with pytest.raises(Refused):
        role_mapping.confirm(
            started.services, started.fresh(who), seen=None, reason=WHY
        )
    denied = [(e.outcome, e.rule) for e in mapped(started)[-2:]]
    assert denied == [(Outcome.DENIED, "not_administrator")] * 2
    assert not may_ask(started, NEWCOMER)


def test_an_administrator_the_file_adds_confirms_nothing(started: Product) -> None:
    def also(desks: Desks) -> Desks:
        both = Holders(users=frozenset({ADA, NEWCOMER}))
        return replace(desks, holders={**desks.holders, Role.ADMINISTRATOR: both})

    restart(started, also)
    with pytest.raises(Refused):
        role_mapping.confirm(
            started.services, started.fresh(NEWCOMER), seen=None, reason=WHY
        )


def test_it_takes_a_fresh_sign_in_and_a_reason(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    with pytest.raises(Refused) as refused:
        role_mapping.confirm(
            started.services, started.act(ADA), seen=seen(started), reason=WHY
        )
    assert refused.value.rule == "step_up"
    assert mapped(started)[-1].rule == "step_up"
    with pytest.raises(Invalid):
        role_mapping.confirm(
            started.services, started.fresh(ADA), seen=seen(started), reason=" "
        )
    assert not may_ask(started, NEWCOMER)


def test_a_shell_confirms_where_no_administrator_can(started: Product) -> None:
    restart(started, lambda desks: replace(desks, holders={}))
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    shell = Act(person=None, origin=Origin.CLI, now=started.now)
    role_mapping.confirm(started.services, shell, seen=None, reason=WHY)
    assert may_ask(started, NEWCOMER)
    last = mapped(started)[-1]
    assert (last.actor, last.origin, last.outcome) == (
        None,
        Origin.CLI,
        Outcome.ALLOWED,
    )


def test_another_replica_follows(started: Product) -> None:
    other = replace(started.services)
    restart(started, reviewers(ROSA, RAVI, NEWCOMER))
    role_mapping.apply_in_force(other)
    started.services, mine = other, started.services
    assert may_ask(started, RAVI)
    assert not may_ask(started, NEWCOMER)  # its own file does not know them
    started.services = mine
    restart(started, reviewers(ROSA))
    role_mapping.apply_in_force(other)
    started.services = other
    assert not may_ask(started, RAVI)


def test_replicas_that_start_together_say_it_once(started: Product) -> None:
    change = reviewers(ROSA, NEWCOMER)
    other = Product(replace(started.services), now=started.now)
    restart(started, change)
    restart(other, change)
    assert len(mapped(started)) == 3
    assert started.waiting().count(Task.NOTIFY_MAPPING_WAITING) == 1


def test_making_somebody_auditor_waits_and_then_ends_their_listening(
    started: Product,
) -> None:
    def auditor(desks: Desks) -> Desks:
        both = Holders(users=frozenset({RAVI}), groups=frozenset({"S0AUDITORS"}))
        return replace(
            reviewers(ROSA)(desks), holders={**desks.holders, Role.AUDITOR: both}
        )

    restart(started, auditor)
    with started.services.store.read() as tx:
        ravi = tx.people.member_by_id(RAVI)
    assert started.services.desks.roles_on(DESK, ravi) == frozenset()
    role_mapping.confirm(
        started.services, started.fresh(ADA), seen=seen(started), reason=WHY
    )
    assert started.services.desks.roles_on(DESK, ravi) == {Role.AUDITOR}


def test_officers_who_wait_are_not_called(started: Product) -> None:
    restart(started, officers(SOFIA, NEWCOMER))
    held = started.services.desks.holders[Role.SAFETY_OFFICER]
    assert NEWCOMER not in held.users
