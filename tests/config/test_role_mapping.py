"""A changed mapping takes away at once, and gives nothing before it is confirmed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.desks_file import parse_desks
from bot.config.role_mapping import (
    VENDORS,
    at_once,
    changes,
    find_roles,
    from_json,
    limit,
    to_json,
)
from bot.config.role_mapping import read_mapping as given_by
from bot.rules.desks import Desks, Holders
from storage.records import Member, Role

PEOPLE, GROUPS = ("U1", "U2", "U3"), ("S1", "S2")
NAMES = ("administrator", "auditor", "a/reviewer", "a/lead", "b/reviewer", VENDORS)

holders = st.builds(
    Holders,
    users=st.frozensets(st.sampled_from(PEOPLE)),
    groups=st.frozensets(st.sampled_from(GROUPS)),
).filter(lambda who: who != Holders())
mappings = st.dictionaries(st.sampled_from(NAMES), holders)
members = st.builds(
    Member,
    user_id=st.sampled_from(PEOPLE),
    groups=st.frozensets(st.sampled_from(GROUPS)),
)


def desks(**more: object) -> Desks:
    return parse_desks(
        {
            "administrators": {"users": ["U1"]},
            "auditors": {"groups": ["S2"]},
            "safety": {"stages": [{"users": ["U7"]}, {"users": ["U8"]}]},
            "desks": {
                "a": {
                    "locale": "en",
                    "channel": "C1",
                    "reviewers": {"users": ["U2"], "groups": ["S1"]},
                    "leads": {"users": ["U3"]},
                }
            },
            **more,
        }
    )


@given(before=mappings, after=mappings)
def test_before_it_is_confirmed_nobody_may_do_more(
    before: dict[str, Holders], after: dict[str, Holders]
) -> None:
    counts = at_once(before, after)
    for name, who in counts.items():
        if name != VENDORS:
            assert who.users <= before[name].users
            assert who.groups <= before[name].groups
    closed_out, was = counts.get(VENDORS, Holders()), before.get(VENDORS, Holders())
    assert was.users <= closed_out.users
    assert was.groups <= closed_out.groups


@given(before=mappings, after=mappings)
def test_what_is_taken_away_counts_at_once(
    before: dict[str, Holders], after: dict[str, Holders]
) -> None:
    counts = at_once(before, after)
    for change in changes(counts, after):
        if change.name != VENDORS:
            assert change.lost == Holders()


@given(mapping=mappings)
def test_an_unchanged_mapping_waits_for_nobody(mapping: dict[str, Holders]) -> None:
    assert at_once(mapping, mapping) == mapping
    assert changes(mapping, mapping) == ()
    assert from_json(to_json(mapping)) == mapping


@given(before=mappings, after=mappings)
def test_taking_away_twice_is_taking_away_once(
    before: dict[str, Holders], after: dict[str, Holders]
) -> None:
    once = at_once(before, after)
    assert at_once(once, after) == once


@given(member=members)
def test_a_mapping_gives_what_the_desks_give(member: Member) -> None:
    assert find_roles(given_by(desks()), member) == desks().held_by(member)


@given(member=members, before=mappings)
def test_limited_desks_give_what_is_in_force_of_the_file(
    member: Member, before: dict[str, Holders]
) -> None:
    limited = limit(desks(), before)
    counts = at_once(before, given_by(desks()))
    assert limited.held_by(member) == find_roles(counts, member)
    assert limited.vendors == counts.get(VENDORS, Holders())


def test_a_confirmed_mapping_brings_the_whole_file_back() -> None:
    nothing = limit(desks(), {})
    assert given_by(nothing) == {}
    whole = limit(nothing, given_by(desks()))
    assert given_by(whole) == given_by(desks())
    assert replace(whole, written=None) == desks()


def test_a_stage_calls_nobody_who_is_no_officer_yet() -> None:
    officers = {"safety_officer": Holders(users=frozenset({"U7"}))}
    first, second = limit(desks(), officers).safety.stages
    assert first.users == {"U7"}
    assert second.users == frozenset()


@pytest.mark.parametrize("kept", [{}, {"a/reviewer": Holders(users=frozenset({"U2"}))}])
def test_a_new_desk_has_its_channel_but_no_people(kept: dict[str, Holders]) -> None:
    limited = limit(desks(), kept)
    assert limited["a"].channel_id == "C1"
    assert limited["a"].holders[Role.LEAD] == Holders()
