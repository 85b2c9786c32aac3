"""Fitness of a channel for a desk: private, of this workspace, without outsiders."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.desks import Desks
from bot.rules.organisation import Organisation
from bot.rules.refusals import Refusal, refuse
from bot.text import text
from bot.text.lists import in_a_row
from storage.records import Channel, ChannelProblem

# How long a cached answer stays valid if Slack stops responding.
BELIEVED_FOR = timedelta(hours=1)
# How long the answers of an earlier run stay valid after a start.
START_UP = timedelta(minutes=5)
# The longest time for which a request's expiry clock may be paused.
MAX_PAUSE = timedelta(days=7)
_NAMED = 20

SAFETY, AUDIT = "safety", "audit"
# Outsiders may read an audit channel, because a checkpoint reveals only the log's size
# and its hash.
_MATTERS_FOR_AUDIT = {
    ChannelProblem.DELETED,
    ChannelProblem.BOT_REMOVED,
    ChannelProblem.UNREACHABLE,
    ChannelProblem.UNCHECKED,
    ChannelProblem.ARCHIVED,
}
NOT_SEEN_YET = "channel_not_seen_yet"
# Why an inspection waits: members of the channel are not known yet.
PEOPLE_UNKNOWN = "people_unknown"
# With these reasons an inspection waits for Slack's limits, while Slack answers.
_SHORT_OF_CALLS = {PEOPLE_UNKNOWN, "paced", "ratelimited"}


@dataclass(frozen=True, kw_only=True)
class ChannelMember:
    """A member of a channel, as Slack's user object describes the person."""

    user_id: str
    team_id: str
    enterprise_id: str | None = None
    guest: bool = False
    stranger: bool = False
    app: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelSnapshot:
    """A channel as Slack describes it. `reachable` is False for an unknown channel.

    `team_ids` are the workspaces that it belongs to, empty where Slack names none.
    """

    channel_id: str
    reachable: bool = True
    private: bool = True
    shared: bool = False
    share_pending: bool = False
    archived: bool = False
    has_bot: bool = True
    team_ids: frozenset[str] = frozenset()
    members: tuple[ChannelMember, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fitness:
    """The problems of a channel, gravest first, and the people they are about.

    `apps` holds the ids of other apps, which are no problem but worth knowing.
    """

    problems: tuple[ChannelProblem, ...] = ()
    people: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()


def judge(
    snapshot: ChannelSnapshot,
    organisation: Organisation,
) -> Fitness:
    """Return the problems of a channel for a desk."""
    if not snapshot.reachable:
        return Fitness(problems=(ChannelProblem.UNREACHABLE,))
    outsiders = []
    guests = []
    for member in snapshot.members:
        if is_outsider(member, organisation):
            outsiders.append(member.user_id)
        elif member.guest:
            guests.append(member.user_id)
    wrong = {
        ChannelProblem.BOT_REMOVED: not snapshot.has_bot,
        ChannelProblem.ARCHIVED: snapshot.archived,
        ChannelProblem.PUBLIC: not snapshot.private,
        ChannelProblem.SHARED: snapshot.shared,
        ChannelProblem.SHARE_PENDING: snapshot.share_pending,
        ChannelProblem.OUTSIDERS: bool(outsiders),
        ChannelProblem.GUESTS: bool(guests),
    }
    return Fitness(
        problems=tuple(problem for problem, is_so in wrong.items() if is_so),
        people=tuple(sorted(outsiders) + sorted(guests)),
        apps=tuple(sorted(member.user_id for member in snapshot.members if member.app)),
    )


def check_every(n_channels: int) -> timedelta:
    """Return how long an inspection stays valid: a minute for up to 20 channels.

    An inspection costs one conversations.info (50 a minute, Tier 3) and one page of
    conversations.members.
    """
    return max(timedelta(minutes=1), n_channels * timedelta(seconds=3))


def channels_to_inspect(desks: Desks) -> int:
    """Return the number of channels in the workspace that has most of them.

    Each workspace has limits of its own.
    """
    teams = Counter(desks.team_of_channel(channel) for channel in purposes(desks))
    return max(teams.values(), default=0)


def is_doubtful(
    channel: Channel,
    now: datetime,
    waits_because: str | None,
) -> bool:
    """Return whether a fit channel pauses, because Slack gives no answer about it.

    `waits_because` is why the inspection under way waits. Slack's limits alone pause no
    desk: events of Slack still report every change.
    """
    if not channel.fit:
        return False
    if now - channel.checked_at < BELIEVED_FOR:
        return False
    return waits_because not in _SHORT_OF_CALLS


def is_outsider(
    member: ChannelMember,
    organisation: Organisation,
) -> bool:
    """Return whether a member belongs to another company than ours."""
    # is_stranger is False for an external person in a shared channel, so the team
    # decides: https://docs.slack.dev/reference/objects/user-object
    if member.stranger:
        return True
    return not organisation.includes(member.team_id, member.enterprise_id)


def may_use(channel: Channel | None) -> Refusal | None:
    """A desk may play and post only in a channel that was inspected and is fit."""
    if channel is None:
        return refuse(NOT_SEEN_YET)
    if channel.fit:
        return None
    return refuse(channel.problems[0], "refusals.channel_unfit")


def purposes(desks: Desks) -> Mapping[str, tuple[str, ...]]:
    """Return every channel of desks.toml with its uses.

    A use is the id of a desk, `safety` or `audit`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for desk in desks.desks.values():
        found[desk.channel_id] = (*found.get(desk.channel_id, ()), desk.id)
    for use, channel_id in (
        (SAFETY, desks.safety_channel_id),
        (AUDIT, desks.audit_channel_id),
    ):
        if channel_id is not None:
            found[channel_id] = (*found.get(channel_id, ()), use)
    return found


def for_uses(verdict: Fitness, uses: Collection[str]) -> Fitness:
    """Return the part of a verdict that matters for the channel's uses."""
    if set(uses) != {AUDIT}:
        return verdict
    matters = tuple(p for p in verdict.problems if p in _MATTERS_FOR_AUDIT)
    return Fitness(problems=matters, apps=verdict.apps)


def desks_in(desks: Desks, channel_id: str) -> list[str]:
    """Return the ids of desks that work in this channel."""
    return [desk.id for desk in desks.desks.values() if desk.channel_id == channel_id]


def what_to_do(verdict: Fitness | Channel, mention: Callable[[str], str]) -> list[str]:
    """Return one sentence for each problem.

    `mention` formats a user id for the reader.
    """
    sentences = [text(f"channels.problem.{problem}") for problem in verdict.problems]
    if verdict.people:
        people = _list(verdict.people, mention)
        sentences.append(text("channels.people", people=people))
    return sentences


def other_apps(verdict: Fitness | Channel, mention: Callable[[str], str]) -> str | None:
    """Return a sentence about other apps in a channel, or None without any."""
    if not verdict.apps:
        return None
    return text("channels.other_apps", apps=_list(verdict.apps, mention))


def _list(people: Collection[str], mention: Callable[[str], str]) -> str:
    """Return the first people by name, and the number of the others."""
    named = in_a_row([mention(person) for person in list(people)[:_NAMED]])
    n_more = len(people) - _NAMED
    if n_more <= 0:
        return named
    return text("channels.and_more", named=named, count=n_more)
