"""Share a channel with another organisation (Slack Connect)."""

from __future__ import annotations

from bot.sandbox.activity.channel_changes import leave
from bot.sandbox.config import TEAM_ID
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.channels import Channel


def invite(
    sandbox: Sandbox,
    channel: Channel,
    team_id: str,
) -> None:
    """Invite an organisation, which has not accepted yet. Slack has no event for it."""
    _refuse_own(team_id)
    known = [*channel.pending_team_ids, *channel.connected_team_ids]
    if team_id not in known:
        channel.pending_team_ids.append(team_id)
    _redraw(sandbox)


def share(
    sandbox: Sandbox,
    channel: Channel,
    team_id: str,
) -> None:
    """Accept for the organisation: from now on it takes part."""
    _refuse_own(team_id)
    _remove(channel.pending_team_ids, team_id)
    if team_id not in channel.connected_team_ids:
        channel.connected_team_ids.append(team_id)
    event = new_event(
        sandbox,
        "channel_shared",
        connected_team_id=team_id,
        channel=channel.id,
    )
    publish(sandbox, event, channel)
    _redraw(sandbox)


def unshare(
    sandbox: Sandbox,
    channel: Channel,
    team_id: str,
) -> None:
    """End a share, or withdraw an invitation; the organisation's people leave."""
    was_shared = team_id in channel.connected_team_ids
    _remove(channel.pending_team_ids, team_id)
    _remove(channel.connected_team_ids, team_id)
    if was_shared:
        event = new_event(
            sandbox,
            "channel_unshared",
            previously_connected_team_id=team_id,
            channel=channel.id,
            is_ext_shared=channel.is_ext_shared,
        )
        publish(sandbox, event, channel)
    # The list is a copy, since leaving changes the members.
    for user_id in list(channel.members):
        person = sandbox.person(user_id)
        if person is not None and person.team_id == team_id:
            leave(sandbox, channel, user_id)
    _redraw(sandbox)


def _remove(team_ids: list[str], team_id: str) -> None:
    if team_id in team_ids:
        team_ids.remove(team_id)


def _refuse_own(team_id: str) -> None:
    if team_id in ("", TEAM_ID):
        raise ValueError(
            "a channel is shared with another organisation, such as T0OTHERCO"
        )


def _redraw(sandbox: Sandbox) -> None:
    sandbox.mark_changed()
    sandbox.feed.send({"type": "channels"})
