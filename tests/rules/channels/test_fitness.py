"""Whether a channel is fit for a desk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.desks_file import parse_desks
from bot.rules.channels.fitness import (
    BELIEVED_FOR,
    ChannelMember,
    ChannelSnapshot,
    for_uses,
    is_doubtful,
    judge,
    may_use,
    purposes,
    what_to_do,
)
from bot.rules.organisation import Organisation
from storage.records import Channel, ChannelProblem

ROSA = ChannelMember(user_id="U1", team_id="T1")
ALONE = Organisation(team_ids=frozenset({"T1"}))
GRID = Organisation(team_ids=frozenset({"T1"}), enterprise_id="E1")
LOOK = ChannelSnapshot(channel_id="C1", members=(ROSA,))


def test_a_private_channel_of_our_own_people_is_fit() -> None:
    assert judge(LOOK, ALONE).problems == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"private": False}, ChannelProblem.PUBLIC),
        ({"shared": True}, ChannelProblem.SHARED),
        ({"share_pending": True}, ChannelProblem.SHARE_PENDING),
        ({"archived": True}, ChannelProblem.ARCHIVED),
        ({"has_bot": False}, ChannelProblem.BOT_REMOVED),
        ({"reachable": False}, ChannelProblem.UNREACHABLE),
    ],
)
def test_each_thing_that_is_wrong_is_named(
    change: dict[str, bool], problem: ChannelProblem
) -> None:
    assert judge(replace(LOOK, **change), ALONE).problems == (problem,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        (ChannelMember(user_id="U2", team_id="T1", guest=True), ChannelProblem.GUESTS),
        (ChannelMember(user_id="U2", team_id="T2"), ChannelProblem.OUTSIDERS),
        (
            ChannelMember(user_id="U2", team_id="T1", stranger=True),
            ChannelProblem.OUTSIDERS,
        ),
        (
            ChannelMember(user_id="U2", team_id="T2", guest=True),
            ChannelProblem.OUTSIDERS,
        ),
        (
            ChannelMember(user_id="U2", team_id="T2", enterprise_id="E2"),
            ChannelProblem.OUTSIDERS,
        ),
        (ChannelMember(user_id="U2", team_id=""), ChannelProblem.OUTSIDERS),
    ],
)
def test_a_guest_or_outsider_is_named(
    member: ChannelMember, problem: ChannelProblem
) -> None:
    verdict = judge(replace(LOOK, members=(ROSA, member)), GRID)
    assert (verdict.problems, verdict.people) == ((problem,), ("U2",))


def test_a_colleague_of_another_workspace_of_our_organisation_is_no_outsider() -> None:
    colleague = ChannelMember(user_id="U2", team_id="T2", enterprise_id="E1")
    look = replace(LOOK, members=(ROSA, colleague))
    assert judge(look, GRID).problems == ()
    # An absent organisation is nobody's: two workspaces without one have nothing in
    # common.
    outsider = replace(colleague, enterprise_id=None)
    assert judge(replace(LOOK, members=(outsider,)), ALONE).problems != ()


def channel(*problems: ChannelProblem, people: tuple[str, ...] = ()) -> Channel:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Channel(id="C1", problems=problems, people=people, checked_at=now)


def test_what_nobody_has_looked_at_may_not_be_used() -> None:
    refusal = may_use(None)
    assert refusal is not None
    assert refusal.rule == "channel_not_seen_yet"


def test_the_gravest_problem_is_the_rule() -> None:
    assert may_use(channel()) is None
    refusal = may_use(
        channel(ChannelProblem.PUBLIC, ChannelProblem.GUESTS, people=("U1",))
    )
    assert refusal is not None
    assert refusal.rule == "channel_public"
    assert "public" not in refusal.sentence, "who listens need not know what is wrong"


@pytest.mark.parametrize("problem", list(ChannelProblem))
def test_every_problem_says_what_to_do(problem: ChannelProblem) -> None:
    (sentence,) = what_to_do(channel(problem), str)
    assert sentence.endswith(".")
    assert len(sentence) > 20


def test_people_are_named_the_way_the_reader_can_use() -> None:
    many = channel(ChannelProblem.GUESTS, people=tuple(f"U{n}" for n in range(23)))
    line = what_to_do(many, lambda user: f"<@{user}>")[-1]
    assert line.startswith("They are: <@U0>, <@U1>")
    assert line.endswith("and 3 more.")


def test_each_channel_is_known_by_what_it_is_for() -> None:
    desk = {"locale": "en", "channel": "C1"}
    more = {"safety_channel": "C2", "audit_channel": "C3"}
    desks = parse_desks({"desks": {"a": desk, "b": desk}, **more})
    assert purposes(desks) == {"C1": ("a", "b"), "C2": ("safety",), "C3": ("audit",)}


def test_a_channel_for_checkpoints_only_may_be_read_by_others() -> None:
    public = judge(replace(LOOK, private=False, archived=True), ALONE)
    assert for_uses(public, ["audit"]).problems == (ChannelProblem.ARCHIVED,)
    assert for_uses(public, ["audit", "safety"]) == public


def test_slacks_limits_alone_pause_no_desk() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    channel = Channel(id="C1", problems=(), people=(), checked_at=now)
    later = now + BELIEVED_FOR
    for reason in ("paced", "ratelimited", "people_unknown"):
        assert not is_doubtful(channel, later, reason)
    assert is_doubtful(channel, later, "TimeoutError")
    assert is_doubtful(channel, later, None)
    assert not is_doubtful(channel, later - timedelta(seconds=1), "TimeoutError")
