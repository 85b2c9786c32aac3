"""Sharing a channel with another organisation (Slack Connect)."""

from __future__ import annotations

from bot.sandbox.activity.membership import leave
from bot.sandbox.config import TEAM_ID
from bot.sandbox.delivery.events import publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.channels import Channel


def invite(sandbox: Sandbox, channel: Channel, team_id: str) -> None:
    """Invite an organisation, which has not accepted yet. Slack has no event for it."""
    _refuse_own(team_id)
    if team_id not in (*channel.pending_team_ids, *channel.connected_team_ids):
        channel.pending_team_ids.append(team_id)
    _redraw(sandbox)


def share(sandbox: Sandbox, channel: Channel, team_id: str) -> None:
    """The organisation accepted."""
    _refuse_own(team_id)
    channel.pending_team_ids = [t for t in channel.pending_team_ids if t != team_id]
    if team_id not in channel.connected_team_ids:
        channel.connected_team_ids.append(team_id)
    event = {
        "type": "channel_shared",
        "connected_team_id": team_id,
        "channel": channel.id,
    }
    publish(sandbox, event | {"event_ts": sandbox.clock.next_ts()}, channel)
    _redraw(sandbox)


def unshare(sandbox: Sandbox, channel: Channel, team_id: str) -> None:
    """End a share, or withdraw an invitation; the organisation's people leave."""
    was_shared = team_id in channel.connected_team_ids
    channel.pending_team_ids = [t for t in channel.pending_team_ids if t != team_id]
    channel.connected_team_ids = [t for t in channel.connected_team_ids if t != team_id]
    if was_shared:
        event = {
            "type": "channel_unshared",
            "previously_connected_team_id": team_id,
            "channel": channel.id,
            "is_ext_shared": channel.is_ext_shared,
            "event_ts": sandbox.clock.next_ts(),
        }
        publish(sandbox, event, channel)
    for user_id in list(channel.members):
        person = sandbox.person(user_id)
        if person is not None and person.team_id == team_id:
            leave(sandbox, channel, user_id)
    _redraw(sandbox)


def _refuse_own(team_id: str) -> None:
    if not team_id or team_id == TEAM_ID:
        raise ValueError(
            "a channel is shared with another organisation, such as T0OTHERCO"
        )


def _redraw(sandbox: Sandbox) -> None:
    sandbox.changed()
    sandbox.hub.tell({"type": "channels"})
