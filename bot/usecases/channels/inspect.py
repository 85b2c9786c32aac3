"""Guarding the desks' channels: an unfit channel pauses its desk, a fit one resumes it.

No function here calls Slack: `bot.slack.channel_inspector` inspects, and reports here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.rules.channels.fitness import (
    ChannelSnapshot,
    Fitness,
    channels_to_inspect,
    check_every,
    desks_in,
    for_uses,
    is_doubtful,
    judge,
    purposes,
)
from bot.rules.people import permission
from bot.usecases.channels.pause import bring_home, freeze, report_unfit, thaw
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import company_roles
from bot.usecases.services import Services
from storage.records import Action, Channel, ChannelProblem, Role, Task
from storage.records.outbox import InspectChannel, NotifySetupResult
from storage.store import Transaction

# From then on Slack only reports "no such channel"; the earlier problem is more exact.
_MORE_EXACT = {ChannelProblem.DELETED, ChannelProblem.BOT_REMOVED}
_UNREACHABLE = (ChannelProblem.UNREACHABLE,)


def check_soon(
    services: Services,
    act: Act,
    channel_ids: Iterable[str],
    person: str | None = None,
) -> None:
    """Enqueue inspections of channels; `person` is a user id with a changed account."""
    ours = purposes(services.desks)
    with services.store.begin() as tx:
        for channel_id in channel_ids:
            if channel_id in ours:
                _enqueue(
                    tx,
                    act,
                    channel_id,
                    person,
                )


def check_all(services: Services, act: Act) -> None:
    """Enqueue an inspection of every channel of the desks."""
    check_soon(services, act, purposes(services.desks))


def check_due(services: Services, act: Act) -> None:
    """Enqueue inspections of the channels that were not inspected lately."""
    ours = purposes(services.desks)
    stale = act.now - check_every(channels_to_inspect(services.desks))
    with services.store.read() as tx:
        known = tx.channels.by_ids(ours)
    fresh = {each.id for each in known.values() if each.checked_at > stale}
    due = [channel_id for channel_id in ours if channel_id not in fresh]
    if due:
        check_soon(services, act, due)


def check_changed(
    services: Services,
    act: Act,
    user_id: str,
    *,
    unwelcome: bool,
) -> None:
    """Enqueue inspections of the channels to which a person's changed account matters.

    `unwelcome`: the person is a guest or an outsider now. Most changes are a new status
    or picture, and matter to no channel.
    """
    with services.store.read() as tx:
        known = tx.channels.by_ids(tx.channels.with_person(user_id))
    news = [each.id for each in known.values() if unwelcome != (user_id in each.people)]
    if news:
        check_soon(
            services,
            act,
            news,
            user_id,
        )


def doubt_stale(services: Services, act: Act) -> None:
    """Pause the desks of channels about which Slack has not answered for too long."""
    with services.store.read() as tx:
        known = tx.channels.by_ids(purposes(services.desks))
        reasons = tx.outbox.reasons(Task.INSPECT_CHANNEL)
    for channel in known.values():
        lane = InspectChannel(channel_id=channel.id, changed_user_id=None).lane
        if is_doubtful(channel, act.now, reasons.get(lane)):
            with services.store.begin() as tx:
                verdict = Fitness(problems=(ChannelProblem.UNCHECKED,))
                _save(
                    services,
                    tx,
                    act,
                    channel.id,
                    verdict,
                    is_inspected=False,
                )


def save_inspection(
    services: Services,
    act: Act,
    look: ChannelSnapshot,
) -> Channel:
    """Store an inspection, and pause or resume the desks of the channel.

    Returns the channel as stored.
    """
    uses = purposes(services.desks).get(look.channel_id, ())
    verdict = for_uses(judge(look, services.organisation), uses)
    teams = {member.user_id: member.team_id for member in look.members}
    with services.store.begin() as tx:
        channel = _save(
            services,
            tx,
            act,
            look.channel_id,
            verdict,
            teams,
        )
        tx.channels.set_members(look.channel_id, teams)
    return channel


def remember_members(
    services: Services,
    channel_id: str,
    user_ids: Iterable[str],
) -> None:
    """Store the members of a channel whose accounts have to be read."""
    with services.store.begin() as tx:
        tx.channels.set_members(channel_id, user_ids)


def mark_lost(
    services: Services,
    act: Act,
    channel_id: str,
    problem: ChannelProblem,
) -> None:
    """Store that a channel is out of reach; Slack's event needs no inspection."""
    if channel_id in purposes(services.desks):
        with services.store.begin() as tx:
            _save(
                services,
                tx,
                act,
                channel_id,
                Fitness(problems=(problem,)),
            )


def set_up(
    services: Services,
    act: Act,
    channel_id: str,
) -> None:
    """Enqueue an inspection for an administrator, and a direct message of its result.

    Raises `Refused`.
    """
    desk = next(iter(desks_in(services.desks, channel_id)), None)
    with services.store.begin() as tx:
        refusal = permission.may_set_up(company_roles(services, tx, act.actor))
        event = act.event(
            Action.CHANNEL_CHECKED,
            refusal=refusal,
            desk=desk,
            role=None if refusal else Role.ADMINISTRATOR,
        )
        tx.log.record(event)
        if refusal is None:
            _enqueue(
                tx,
                act,
                channel_id,
                None,
            )
            result = NotifySetupResult(
                user_id=act.actor.user_id,
                channel_id=channel_id,
            )
            tx.outbox.enqueue(result, now=act.now)
    raise_refusal(refusal)


def _enqueue(
    tx: Transaction,
    act: Act,
    channel_id: str,
    person: str | None,
) -> None:
    inspection = InspectChannel(
        channel_id=channel_id,
        changed_user_id=person,
    )
    tx.outbox.enqueue(inspection, now=act.now)


def _save(
    services: Services,
    tx: Transaction,
    act: Act,
    channel_id: str,
    verdict: Fitness,
    teams: Mapping[str, str] | None = None,
    *,
    is_inspected: bool = True,
) -> Channel:
    """Store a channel's fitness, and pause, report or resume its desks."""
    before = tx.channels.by_id(channel_id, lock=True)
    if before is not None and _was_more_exact(before, verdict):
        verdict = Fitness(problems=before.problems)
    # /clip-setup may be typed in a channel that no desk uses: it has nothing to pause.
    is_ours = channel_id in purposes(services.desks)
    paused = None
    if before is not None and before.unfit_since is not None:
        paused = before
    channel = Channel(
        id=channel_id,
        problems=verdict.problems,
        people=verdict.people,
        apps=verdict.apps,
        checked_at=act.now,
        unfit_since=None,
    )
    if before is not None and not is_inspected:
        channel = replace(channel, checked_at=before.checked_at)
    if verdict.problems and is_ours:
        since = act.now
        if paused is not None:
            since = paused.unfit_since or act.now
        channel = replace(channel, unfit_since=since)
    tx.channels.put(channel)
    if not is_ours:
        return channel
    if channel.fit:
        _resume(
            services,
            tx,
            act,
            channel,
            paused,
        )
    else:
        _pause(
            services,
            tx,
            act,
            channel,
            paused,
            teams or {},
        )
    return channel


def _was_more_exact(before: Channel, verdict: Fitness) -> bool:
    """Return whether the stored problem is more exact than "unreachable"."""
    if verdict.problems != _UNREACHABLE:
        return False
    return bool(set(before.problems) & _MORE_EXACT)


def _resume(
    services: Services,
    tx: Transaction,
    act: Act,
    channel: Channel,
    paused: Channel | None,
) -> None:
    if paused is not None:
        thaw(
            services,
            tx,
            act,
            paused,
        )
    bring_home(
        services,
        tx,
        act,
        channel.id,
    )


def _pause(
    services: Services,
    tx: Transaction,
    act: Act,
    channel: Channel,
    paused: Channel | None,
    teams: Mapping[str, str],
) -> None:
    """Pause the desks, unless they are paused, and report new problems or people."""
    if paused is None:
        freeze(
            services,
            tx,
            act,
            channel,
        )
        report_unfit(
            services,
            tx,
            act,
            channel,
            teams,
            (),
        )
        return
    problems_changed = paused.problems != channel.problems
    if problems_changed or paused.people != channel.people:
        report_unfit(
            services,
            tx,
            act,
            channel,
            teams,
            paused.people,
        )
