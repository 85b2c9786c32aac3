"""Whether a channel is fit for a desk: private, ours alone, without guests and
outsiders.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.rules.desks import Desks
from bot.rules.refusals import Refusal, refuse
from storage.records import Channel, ChannelProblem

BELIEVED_FOR = timedelta(
    hours=1
)  # what Slack said counts this long when it says no more
START_UP = timedelta(
    minutes=5
)  # what was known before a stop counts this long after it
MAX_PAUSE = timedelta(days=7)  # so long the time of a waiting request stands still
_NAMED = 20

SAFETY, AUDIT = "safety", "audit"
# Others may read along there: a checkpoint says nothing but the log's size and its
# hash.
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
    """Somebody in a channel, as Slack's user object tells."""

    user_id: str
    team_id: str
    enterprise_id: str | None = None
    guest: bool = False
    stranger: bool = False
    app: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelSnapshot:
    """What Slack says of a channel. `reachable` False: it says there is none."""

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
    """What is wrong, gravest first, and the people it is about."""

    problems: tuple[ChannelProblem, ...] = ()
    people: tuple[str, ...] = ()
    apps: tuple[
        str, ...
    ] = ()  # others than help-clip; they are no problem, but worth knowing


def judge(look: ChannelSnapshot, team_id: str, enterprise_id: str | None) -> Verdict:
    """Hold what Slack says against what a desk needs. `enterprise_id`: ours, if we have
    one.
    """
    if not look.reachable:
        return Verdict(problems=(ChannelProblem.UNREACHABLE,))
    outsiders = [
        m.user_id for m in look.members if is_outsider(m, team_id, enterprise_id)
    ]
    guests = [m.user_id for m in look.members if m.guest and m.user_id not in outsiders]
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
        apps=tuple(sorted(m.user_id for m in look.members if m.app)),
    )


def check_every(n_channels: int) -> timedelta:
    """How long a look counts until the next: a minute for up to 20 channels.

    A look costs one conversations.info (50 a minute, Tier 3) and one page of
    conversations.members.
    """
    return max(timedelta(minutes=1), n_channels * timedelta(seconds=3))


def is_outsider(member: Member, team_id: str, enterprise_id: str | None) -> bool:
    """Whether somebody belongs to another house than ours."""
    # is_stranger is False for an external person in a shared channel, so the team
    # decides: https://docs.slack.dev/reference/objects/user-object
    if member.stranger:
        return True
    same_house = enterprise_id is not None and member.enterprise_id == enterprise_id
    return member.team_id != team_id and not same_house


def may_use(channel: Channel | None) -> Refusal | None:
    """Whether a desk with this channel may play and post. What nobody has looked at may
    not.
    """
    if channel is None:
        return refuse(NOT_SEEN_YET)
    if channel.fit:
        return None
    return refuse(channel.problems[0], "refusals.channel_unfit")


def purposes(desks: Desks) -> Mapping[str, tuple[str, ...]]:
    """Every channel we answer for, by id, with the desks (or `safety`, `audit`) it
    serves.
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
    """What of a verdict matters for what the channel is used for."""
    if set(uses) != {AUDIT}:
        return verdict
    matters = tuple(p for p in verdict.problems if p in _MATTERS_FOR_AUDIT)
    return Verdict(problems=matters, apps=verdict.apps)


def desks_in(desks: Desks, channel_id: str) -> list[str]:
    """The desks that work in this channel."""
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
    """One sentence a problem; `mention` writes a person's id the way the reader can use
    it.
    """
    said = [_WHAT_TO_DO[problem] for problem in verdict.problems]
    if verdict.people:
        said.append(f"They are: {_listed(verdict.people, mention)}.")
    return said


def other_apps(verdict: Verdict | Channel, mention: Callable[[str], str]) -> str | None:
    """A calm sentence about the other apps in a channel; None where there are none."""
    if not verdict.apps:
        return None
    return (
        f"Other apps here: {_listed(verdict.apps, mention)}. They can read what is posted, which "
        "never holds a recording or a clip's words. Remove those nobody needs."
    )


def _listed(people: Collection[str], mention: Callable[[str], str]) -> str:
    named = [mention(person) for person in list(people)[:_NAMED]]
    more = len(people) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
