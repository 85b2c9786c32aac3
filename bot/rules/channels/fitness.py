"""The fitness of a channel for a desk.

It is fit if it is private and not shared, without guests and outsiders.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.rules.desks import Desks
from bot.rules.refusals import Refusal, refuse
from storage.records import Channel, ChannelProblem

# An inspection counts this long while Slack does not answer.
BELIEVED_FOR = timedelta(hours=1)
# An inspection from before a stop counts this long after it.
START_UP = timedelta(minutes=5)
# The time of a waiting request stands still at most this long.
MAX_PAUSE = timedelta(days=7)
_NAMED = 20

SAFETY = "safety"
AUDIT = "audit"
# Other people may read the audit channel, because a checkpoint holds nothing but the
# log's size and its hash.
_MATTERS_FOR_AUDIT = {
    ChannelProblem.DELETED,
    ChannelProblem.BOT_REMOVED,
    ChannelProblem.UNREACHABLE,
    ChannelProblem.UNCHECKED,
    ChannelProblem.ARCHIVED,
}
NOT_SEEN_YET = "channel_not_seen_yet"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of a channel, from Slack's user object."""

    user_id: str
    team_id: str
    enterprise_id: str | None = None
    guest: bool = False
    stranger: bool = False
    app: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelSnapshot:
    """The state of a channel in Slack.

    `reachable` is False for a channel that Slack does not show.
    """

    channel_id: str
    reachable: bool = True
    private: bool = True
    shared: bool = False
    share_pending: bool = False
    archived: bool = False
    has_bot: bool = True
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The problems of a channel, gravest first, and the people they are about.

    `apps` are the apps other than help-clip. They are no problem, but worth knowing.
    """

    problems: tuple[ChannelProblem, ...] = ()
    people: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()


def judge(
    look: ChannelSnapshot,
    team_id: str,
    enterprise_id: str | None,
) -> Verdict:
    """Return the problems of a channel.

    Outsiders and guests are collected first, then each problem is tested.
    `enterprise_id` is that of our organisation, if there is one.
    """
    if not look.reachable:
        return Verdict(problems=(ChannelProblem.UNREACHABLE,))
    outsiders = []
    guests = []
    for member in look.members:
        if is_outsider(member, team_id, enterprise_id):
            outsiders.append(member.user_id)
        elif member.guest:
            guests.append(member.user_id)
    apps = [member.user_id for member in look.members if member.app]
    wrong = {
        ChannelProblem.BOT_REMOVED: not look.has_bot,
        ChannelProblem.ARCHIVED: look.archived,
        ChannelProblem.PUBLIC: not look.private,
        ChannelProblem.SHARED: look.shared,
        ChannelProblem.SHARE_PENDING: look.share_pending,
        ChannelProblem.OUTSIDERS: bool(outsiders),
        ChannelProblem.GUESTS: bool(guests),
    }
    return Verdict(
        problems=tuple(problem for problem, is_so in wrong.items() if is_so),
        people=tuple(sorted(outsiders) + sorted(guests)),
        apps=tuple(sorted(apps)),
    )


def check_every(n_channels: int) -> timedelta:
    """Return the time between two inspections: a minute for up to 20 channels.

    An inspection costs one conversations.info (50 a minute, Tier 3) and one page of
    conversations.members.
    """
    return max(timedelta(minutes=1), n_channels * timedelta(seconds=3))


def is_outsider(
    member: Member,
    team_id: str,
    enterprise_id: str | None,
) -> bool:
    """Return whether the member belongs to another organisation."""
    # is_stranger is False for an external person in a shared channel, so the team
    # decides: https://docs.slack.dev/reference/objects/user-object
    if member.stranger:
        return True
    if member.team_id == team_id:
        return False
    if enterprise_id is None:
        return True
    return member.enterprise_id != enterprise_id


def may_use(channel: Channel | None) -> Refusal | None:
    """A desk may play and post in a fit channel.

    A channel that was never inspected may not be used.
    """
    if channel is None:
        return refuse(NOT_SEEN_YET)
    if channel.fit:
        return None
    return refuse(channel.problems[0], "refusals.channel_unfit")


def purposes(desks: Desks) -> Mapping[str, tuple[str, ...]]:
    """Return the desks of every channel of desks.toml, by channel id.

    The safety channel and the audit channel have `safety` and `audit` in place of a
    desk.
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


def for_uses(verdict: Verdict, uses: Collection[str]) -> Verdict:
    """Return the part of a verdict that matters for these uses of the channel."""
    if set(uses) != {AUDIT}:
        return verdict
    matters = tuple(p for p in verdict.problems if p in _MATTERS_FOR_AUDIT)
    return Verdict(problems=matters, apps=verdict.apps)


def desks_in(desks: Desks, channel_id: str) -> list[str]:
    """Return the desks of this channel."""
    return [desk.id for desk in desks.desks.values() if desk.channel_id == channel_id]


_WHAT_TO_DO = {
    ChannelProblem.DELETED: "It was deleted. Make a new private channel, put its id into "
    "desks.toml and restart help-clip.",
    ChannelProblem.BOT_REMOVED: "help-clip is not in it. Type /invite @help-clip there.",
    ChannelProblem.UNREACHABLE: "Slack does not show it to help-clip: it was deleted, or help-clip "
    "is not in it. Type /invite @help-clip there, or name another channel in desks.toml.",
    ChannelProblem.UNCHECKED: "Slack has not said for an hour whether it is fit. Nothing to do "
    "unless Slack works for you: then look whether help-clip is still installed.",
    ChannelProblem.ARCHIVED: "It is archived. Unarchive it, or name another channel in desks.toml.",
    ChannelProblem.PUBLIC: "It is public. Make it private in the channel's settings.",
    ChannelProblem.SHARED: "It is shared with another organisation. End the share in the channel's "
    "settings, or name a channel of your own in desks.toml.",
    ChannelProblem.SHARE_PENDING: "Another organisation is invited to it. Withdraw the invitation "
    "in the channel's settings.",
    ChannelProblem.OUTSIDERS: "People from outside are in it. Remove them.",
    ChannelProblem.GUESTS: "Guests are in it. Remove them, or make them full members.",
}


def what_to_do(verdict: Verdict | Channel, mention: Callable[[str], str]) -> list[str]:
    """Return one sentence for each problem, and one that names the people.

    `mention` writes a person's id in the form of the reader's medium.
    """
    said = [_WHAT_TO_DO[problem] for problem in verdict.problems]
    if verdict.people:
        said.append(f"They are: {_listed(verdict.people, mention)}.")
    return said


def other_apps(verdict: Verdict | Channel, mention: Callable[[str], str]) -> str | None:
    """Return a sentence about the other apps in a channel, or None without any."""
    if not verdict.apps:
        return None
    return (
        f"Other apps here: {_listed(verdict.apps, mention)}. They can read what is posted, which "
        "never holds a recording or a clip's words. Remove those nobody needs."
    )


def _listed(people: Collection[str], mention: Callable[[str], str]) -> str:
    named = [mention(person) for person in list(people)[:_NAMED]]
    more = len(people) - len(named)
    names = ", ".join(named)
    if more:
        return f"{names} and {more} more"
    return names
