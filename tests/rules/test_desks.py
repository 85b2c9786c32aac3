"""desks.toml."""

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.refusals import Refusal
from bot.rules.requests.routing import desk_for
from storage.records import NOBODY, Member, Role

DESK = {
    "locale": "en-US",
    "channel": "C1",
    "reviewers": {"groups": ["S1"], "users": ["U9"]},
}


def test_a_role_is_held_through_a_group_or_by_name() -> None:
    desks = parse_desks({"desks": {"en": DESK}})
    assert desks.roles_on("en", Member(user_id="U1", groups=frozenset({"S1"}))) == {
        Role.REVIEWER
    }
    assert desks.roles_on("en", Member(user_id="U9")) == {Role.REVIEWER}
    assert desks.roles_on("en", Member(user_id="U1")) == frozenset()


def test_who_is_no_member_holds_no_role() -> None:
    assert parse_desks({"desks": {"en": DESK}}).held_by(NOBODY) == frozenset()


def test_an_auditor_by_group_loses_the_desk_and_stays_auditor() -> None:
    desks = parse_desks({"auditors": {"groups": ["S2"]}, "desks": {"en": DESK}})
    both = Member(user_id="U1", groups=frozenset({"S1", "S2"}))
    assert desks.held_by(both) == {(Role.AUDITOR, None)}
    assert desks.where(Role.REVIEWER, both) == []
    assert desks.has_conflicting_roles(both)
    assert not desks.has_conflicting_roles(
        Member(user_id="U1", groups=frozenset({"S2"}))
    )


def test_a_desk_that_does_not_exist_gives_no_role() -> None:
    desks = parse_desks({"desks": {"en": DESK}})
    assert desks.roles_on("xx", Member(user_id="U9")) == frozenset()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "no desk"),
        ({"desks": {"EN": DESK}}, "lower-case"),
        ({"desks": {"en": {"channel": "C1"}}}, "needs locale"),
        ({"desks": {"en": {**DESK, "quorum": 1}}}, "quorum"),
        ({"desks": {"en": {**DESK, "quorum": "2"}}}, "quorum"),
        ({"desks": {"en": {**DESK, "settle": "1 of 1"}}}, "settle must be .2 of 2"),
        (
            {"desks": {"en": {**DESK, "settle": "2 of 3", "quorum": 2}}},
            "both settle and quorum",
        ),
        ({"desks": {"en": {**DESK, "filler": "bleep"}}}, "filler"),
        ({"desks": {"en": {**DESK, "reviewer": {}}}}, "unknown key"),
        ({"desks": {"en": {**DESK, "keep_hours": 0}}}, "keep_hours"),
        ({"desks": {"en": DESK}, "keep_drafts_days": 0}, "keep_drafts_days"),
        ({"desks": {"en": DESK}, "keep_drafts_days": 32}, "keep_drafts_days"),
        ({"desks": {"en": {**DESK, "leads": ["U1"]}}}, "users"),
        ({"desks": {"en": {**DESK, "leads": {"users": "U1"}}}}, "list"),
        ({"desks": {"en": DESK}, "auditors": {"users": ["U9"]}}, "auditor"),
        ({"desks": {"en": DESK}, "auditors": {"groups": ["S1"]}}, "auditor"),
        ({"desks": {"en": DESK}, "audit": {}}, "unknown key"),
        ({"desks": {"en": {**DESK, "locale": "english"}}}, "language code"),
        ({"desks": {"en": {**DESK, "channel": "#help-english"}}}, "channel's id"),
        (
            {"desks": {"en": DESK}, "safety_channel": 5},
            "safety_channel must be a channel's id",
        ),
        (
            {"desks": {"en": {**DESK, "leads": {"users": ["S1"]}}}},
            "user ids, .*not 'S1'",
        ),
        (
            {"desks": {"en": DESK}, "auditors": {"groups": ["U5"]}},
            "group ids, .*not 'U5'",
        ),
    ],
)
def test_a_mistake_is_named(data: dict[str, object], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        parse_desks(data)


@pytest.mark.parametrize(
    ("keys", "quorum", "spare_seats"),
    [
        ({}, 2, 1),
        ({"settle": "2 of 2"}, 2, 0),
        ({"settle": "2 of 3"}, 2, 1),
        ({"settle": "3 of 5"}, 3, 2),
        ({"quorum": 4}, 4, 0),
    ],
)
def test_a_desk_states_how_many_must_agree_and_of_how_many(
    keys: dict[str, object], quorum: int, spare_seats: int
) -> None:
    desk = parse_desks({"desks": {"en": {**DESK, **keys}}})["en"]
    assert (desk.quorum, desk.spare_seats) == (quorum, spare_seats)


@pytest.mark.parametrize(
    ("locale", "desk"),
    [
        ("en-US", "us"),
        ("en_us", "us"),
        ("en-AU", "us"),
        ("en", "us"),
        ("en-GB-oed", "gb"),
    ],
)
def test_a_clip_goes_to_the_desk_that_fits_best(locale: str, desk: str) -> None:
    both = parse_desks({"desks": {"us": DESK, "gb": {**DESK, "locale": "en-GB"}}})
    found = desk_for(locale, both.desks.values())
    assert not isinstance(found, Refusal)
    assert found.id == desk


def test_a_language_without_a_desk_is_refused_with_what_to_do() -> None:
    found = desk_for("fi-FI", parse_desks({"desks": {"us": DESK}}).desks.values())
    assert isinstance(found, Refusal)
    assert "Ask your lead" in found.sentence
