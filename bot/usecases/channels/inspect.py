"""Guarding the desks' channels: what is unfit pauses the desk, what is mended lets it
go on.

Nothing here asks Slack: `bot.slack.channel_inspector` looks, and says here what it saw.
"""

from collections.abc import Iterable, Mapping

from bot.rules.channels.fitness import (
    BELIEVED_FOR,
    Look,
    Verdict,
    check_every,
    desks_in,
    for_uses,
    judge,
    purposes,
)
from bot.rules.people import permission
from bot.usecases.channels.pause import bring_home, freeze, report, thaw
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import company_roles
from bot.usecases.services import Services
from storage.records import (
    Action,
    Channel,
    ChannelProblem,
    Role,
)
from storage.records.outbox import InspectChannel, NotifySetupResult
from storage.store import Transaction

# Slack only says "no such channel" from then on; what we were told before says more.
_KNOWN_BETTER = {ChannelProblem.DELETED, ChannelProblem.BOT_REMOVED}


def check_soon(
    services: Services, act: Act, channel_ids: Iterable[str], person: str | None = None
) -> None:
    """Have channels looked at; `person` is somebody whose account has changed."""
    ours = purposes(services.desks)
    with services.store.begin() as tx:
        for channel_id in channel_ids:
            if channel_id in ours:
                _check(tx, act, channel_id, person)


def check_all(services: Services, act: Act) -> None:
    """Have every channel of ours looked at."""
    check_soon(services, act, purposes(services.desks))


def check_due(services: Services, act: Act) -> None:
    """Have those looked at that nobody has looked at lately."""
    ours = purposes(services.desks)
    with services.store.read() as tx:
        known = tx.channels.by_ids(ours)
    stale = act.now - check_every(len(ours))
    due = [
        channel_id
        for channel_id in ours
        if channel_id not in known or known[channel_id].checked_at <= stale
    ]
    if due:
        check_soon(services, act, due)


def check_changed(
    services: Services, act: Act, user_id: str, *, unwelcome: bool
) -> None:
    """Somebody's account has changed: have the channels looked at for which that is
    news.

    `unwelcome`: they are a guest or an outsider now. Most changes are a new status or
    picture.
    """
    with services.store.read() as tx:
        known = tx.channels.by_ids(tx.channels.with_person(user_id))
    news = [c.id for c in known.values() if unwelcome != (user_id in c.people)]
    if news:
        check_soon(services, act, news, user_id)


def doubt_stale(services: Services, act: Act) -> None:
    """Pause what Slack has said nothing about for too long."""
    with services.store.read() as tx:
        known = tx.channels.by_ids(purposes(services.desks))
    for channel in known.values():
        if channel.fit and channel.checked_at <= act.now - BELIEVED_FOR:
            with services.store.begin() as tx:
                verdict = Verdict(problems=(ChannelProblem.UNCHECKED,))
                _remember(services, tx, act, channel.id, verdict, looked=False)


def saw(services: Services, act: Act, look: Look) -> Channel:
    """Remember what Slack says of a channel, and pause its desks or let them go on."""
    uses = purposes(services.desks).get(look.channel_id, ())
    verdict = for_uses(judge(look, services.team_id, services.enterprise_id), uses)
    teams = {member.user_id: member.team_id for member in look.members}
    with services.store.begin() as tx:
        channel = _remember(services, tx, act, look.channel_id, verdict, teams)
        tx.channels.set_members(look.channel_id, teams)
    return channel


def lost(
    services: Services, act: Act, channel_id: str, problem: ChannelProblem
) -> None:
    """Slack has told that a channel is gone for us: no look could say it better."""
    if channel_id in purposes(services.desks):
        with services.store.begin() as tx:
            _remember(services, tx, act, channel_id, Verdict(problems=(problem,)))


def set_up(services: Services, act: Act, channel_id: str) -> None:
    """Have a channel looked at for an administrator, who is told by direct message.

    Raises `Refused`.
    """
    desk = next(iter(desks_in(services.desks, channel_id)), None)
    with services.store.begin() as tx:
        refusal = permission.may_set_up(company_roles(services, tx, act.actor))
        role = None if refusal else Role.ADMINISTRATOR
        tx.log.record(
            act.event(Action.CHANNEL_CHECKED, refusal=refusal, desk=desk, role=role)
        )
        if refusal is None:
            _check(tx, act, channel_id, None)
            result = NotifySetupResult(user_id=act.actor.user_id, channel_id=channel_id)
            tx.outbox.enqueue(result, now=act.now)
    raise_refusal(refusal)


def _check(tx: Transaction, act: Act, channel_id: str, person: str | None) -> None:
    inspection = InspectChannel(channel_id=channel_id, changed_user_id=person)
    tx.outbox.enqueue(inspection, now=act.now)


def _remember(
    services: Services,
    tx: Transaction,
    act: Act,
    channel_id: str,
    verdict: Verdict,
    teams: Mapping[str, str] | None = None,
    *,
    looked: bool = True,
) -> Channel:
    before = tx.channels.by_id(channel_id, lock=True)
    unreachable = verdict.problems == (ChannelProblem.UNREACHABLE,)
    if unreachable and before is not None and set(before.problems) & _KNOWN_BETTER:
        verdict = Verdict(problems=before.problems)
    # A channel that /clip-setup was typed in, and no desk works in, has nothing to
    # pause.
    ours = channel_id in purposes(services.desks)
    paused = before if before is not None and before.unfit_since is not None else None
    since = (paused.unfit_since if paused else None) or act.now
    channel = Channel(
        id=channel_id,
        problems=verdict.problems,
        people=verdict.people,
        apps=verdict.apps,
        checked_at=act.now if looked or before is None else before.checked_at,
        unfit_since=since if verdict.problems and ours else None,
    )
    tx.channels.put(channel)
    if not ours:
        return channel
    if not channel.fit:
        if paused is None:
            freeze(services, tx, act, channel)
        if paused is None or (paused.problems, paused.people) != (
            channel.problems,
            channel.people,
        ):
            report(
                services, tx, act, channel, teams or {}, paused.people if paused else ()
            )
    elif paused is not None:
        thaw(services, tx, act, paused)
    if channel.fit:
        bring_home(services, tx, act, channel_id)
    return channel
