"""The life of a request: random walks, refused steps, and one place for its states."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.lifecycle import (
    CLOSED,
    GROUPS,
    LIVE,
    PURGED_AT_ONCE,
    PURGED_LATER,
    SETTLED,
    TRANSITIONS,
    ForbiddenMove,
    move,
)
from storage.records import RequestState
from tests.rules.people.test_permission import request
from tools.lifecycle_page import page

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "bot/rules/requests/lifecycle.py"
RECORDS = ROOT / "storage/records/requests.py"
# A release takes a stop back, a lead an erasure that waits, an appeal a settled word.
CAN_RESUME = {RequestState.QUARANTINED, RequestState.ACCIDENTAL} | SETTLED
EVERY_PAIR = [(start, end) for start in RequestState for end in RequestState]
REFUSED = [(start, end) for start, end in EVERY_PAIR if end not in TRANSITIONS[start]]


def test_the_page_is_printed_from_the_table() -> None:
    printed = (ROOT / "docs/lifecycle.md").read_text("utf-8")
    assert printed == page(), "run python -m tools.lifecycle_page > docs/lifecycle.md"


@given(picks=st.lists(st.integers(min_value=0), max_size=12))
def test_only_a_release_a_keeping_or_an_appeal_brings_a_walk_back_to_life(
    picks: list[int],
) -> None:
    walker = request(RequestState.RENDERING)
    for pick in picks:
        targets = sorted(TRANSITIONS[walker.state])
        target = targets[pick % len(targets)]
        is_final = walker.state in CLOSED - CAN_RESUME
        walker = move(walker, target)
        assert walker.state is target
        if is_final:
            assert walker.state in CLOSED


@pytest.mark.parametrize(("start", "end"), REFUSED)
def test_every_step_outside_the_table_is_refused(
    start: RequestState, end: RequestState
) -> None:
    with pytest.raises(ForbiddenMove, match=f"is {start} and cannot become {end}"):
        move(request(start), end)


def test_every_state_is_reached_from_the_first() -> None:
    reached = {RequestState.WAITING}
    for _ in RequestState:
        reached |= {target for state in reached for target in TRANSITIONS[state]}
    assert reached == set(RequestState)


def test_nothing_leads_out_of_erased() -> None:
    assert TRANSITIONS[RequestState.ERASED] == {RequestState.ERASED}


def test_each_closed_state_is_purged_at_one_time() -> None:
    assert PURGED_AT_ONCE | PURGED_LATER == CLOSED
    assert not PURGED_AT_ONCE & PURGED_LATER
    assert not SETTLED & LIVE


def test_evolve_does_not_change_the_state() -> None:
    with pytest.raises(TypeError, match=r"lifecycle\.move"):
        request(RequestState.OPEN).evolve(state=RequestState.AGREED)


def test_no_other_module_collects_states() -> None:
    found = []
    for folder in ("bot", "storage", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            if path not in (TABLE, RECORDS):
                found += [
                    f"{path.relative_to(ROOT)}:{line}" for line in collections(path)
                ]
    assert not found, f"name these groups of states in {TABLE.name}: {found}"


def test_every_group_is_on_the_page_and_has_a_reader() -> None:
    tree = ast.parse(TABLE.read_text("utf-8"))
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert len(assigned) == len(GROUPS)
    elsewhere = "\n".join(
        path.read_text("utf-8")
        for path in (ROOT / "bot").rglob("*.py")
        if path != TABLE
    )
    unread = {name for name in assigned if name not in elsewhere}
    assert unread <= {"CLOSED"}, f"no module reads {unread}"


def collections(path: Path) -> list[int]:
    """Return the lines of collections with two or more states of a request."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Set | ast.List | ast.Tuple)
        and sum(is_state(element) for element in node.elts) > 1
    ]


def is_state(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "RequestState"
    )
