"""Channels, direct messages and what was said in them."""

from dataclasses import dataclass, field

from bot.sandbox.config import TEAM_ID
from bot.sandbox.types import Json


@dataclass
class Channel:
    """A conversation. `kind` is channel (public), group (private), im or mpim.

    `messages` maps ts to the message as Slack would return it; `ephemeral` holds
    messages only one person sees, each with the extra key `ephemeral_to`.
    """

    id: str
    name: str
    kind: str = "channel"
    members: list[str] = field(default_factory=list)
    creator: str = ""
    created: int = 1_700_000_000
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    general: bool = False
    connected_team_ids: list[str] = field(default_factory=list)
    pending_team_ids: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    ephemeral: list[Json] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    closed_for: list[str] = field(default_factory=list)

    @property
    def is_ext_shared(self) -> bool:
        return bool(self.connected_team_ids)

    @property
    def is_private(self) -> bool:
        return self.kind in ("group", "mpim")

    def replies(self, thread_ts: str) -> list[Json]:
        """Replies of one thread, oldest first, without the parent."""
        return [
            m
            for ts, m in self.messages.items()
            if m.get("thread_ts") == thread_ts and ts != thread_ts
        ]

    def top_level(self) -> list[Json]:
        """What the channel itself shows, oldest first: parents, and replies broadcast
        to it.
        """
        return [
            m
            for ts, m in self.messages.items()
            if m.get("thread_ts", ts) == ts or m.get("subtype") == "thread_broadcast"
        ]

    def partner_of(self, user_id: str) -> str:
        """The other person of a direct message (oneself, in a note to self)."""
        return next((m for m in self.members if m != user_id), user_id)


def _remark(value: str, channel: Channel) -> Json:
    return {
        "value": value,
        "creator": channel.creator if value else "",
        "last_set": channel.created if value else 0,
    }


def channel_json(channel: Channel, viewer: str, *, num_members: bool = False) -> Json:
    """The conversation object of conversations.info and conversations.list, seen by
    `viewer`.
    """
    if channel.kind == "im":
        return _im_json(channel, viewer)
    answer: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "created": channel.created,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": channel.general,
        "unlinked": 0,
        "is_member": viewer in channel.members,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": bool(channel.pending_team_ids),
        "pending_shared": [],
        "pending_connected_team_ids": list(channel.pending_team_ids),
        "shared_team_ids": [TEAM_ID, *channel.connected_team_ids],
        "context_team_id": TEAM_ID,
        "topic": _remark(channel.topic, channel),
        "purpose": _remark(channel.purpose, channel),
        "previous_names": [],
    }
    if channel.is_ext_shared:
        answer["connected_team_ids"] = list(channel.connected_team_ids)
        answer["internal_team_ids"] = [TEAM_ID]
        answer["conversation_host_id"] = TEAM_ID
    if viewer in channel.members:
        answer["last_read"] = channel.last_read.get(viewer, "0000000000.000000")
    if num_members:
        answer["num_members"] = len(channel.members)
    return answer


def _im_json(channel: Channel, viewer: str) -> Json:
    return {
        "id": channel.id,
        "created": channel.created,
        "updated": channel.created * 1000,
        "is_archived": channel.archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "user": channel.partner_of(viewer),
        "last_read": channel.last_read.get(viewer, "0000000000.000000"),
    }
