"""Channels and direct messages, with the messages in them, and their JSON."""

from dataclasses import dataclass, field

from bot.sandbox.config import TEAM_ID
from bot.sandbox.types import Json

_NEVER_READ = "0000000000.000000"


@dataclass
class Channel:
    """A conversation. `kind` is channel (public), group (private), im or mpim.

    `messages` maps ts to the message as Slack would return it; `ephemeral` holds
    messages that one person sees, each with the extra key `ephemeral_to`.
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
    """The ts of the newest message each member has read."""
    closed_for: list[str] = field(default_factory=list)
    """The members whose sidebar does not show this direct message."""
    team_id: str = TEAM_ID
    org_team_ids: list[str] = field(default_factory=list)
    """Further workspaces of the organisation that take part."""

    @property
    def is_public(self) -> bool:
        """Return whether any member of the workspace may find and join it."""
        return self.kind == "channel"

    @property
    def is_private(self) -> bool:
        """Return whether it is a private channel or a group direct message."""
        return self.kind in ("group", "mpim")

    @property
    def is_direct(self) -> bool:
        """Return whether it is a direct message, of two people or of a group."""
        return self.kind in ("im", "mpim")

    @property
    def is_ext_shared(self) -> bool:
        """Return whether another organisation takes part."""
        return bool(self.connected_team_ids)

    @property
    def own_team_ids(self) -> list[str]:
        """Return the workspaces of our company that it belongs to."""
        return [self.team_id, *self.org_team_ids]

    def is_open_to(self, user_id: str) -> bool:
        """Return whether a full member of the workspace may read it."""
        if self.is_public:
            return True
        return user_id in self.members

    def replies(self, thread_ts: str) -> list[Json]:
        """Return the replies of one thread, oldest first, without the parent."""
        return [
            message
            for ts, message in self.messages.items()
            if message.get("thread_ts") == thread_ts and ts != thread_ts
        ]

    def top_level(self) -> list[Json]:
        """Return the messages outside threads, and broadcast replies, oldest first."""
        return [message for message in self.messages.values() if _is_top_level(message)]

    def partner_of(self, user_id: str) -> str:
        """Return the other person of a direct message (oneself in a note to self)."""
        for member in self.members:
            if member != user_id:
                return member
        return user_id


def _is_top_level(message: Json) -> bool:
    if message.get("subtype") == "thread_broadcast":
        return True
    ts = message["ts"]
    return bool(message.get("thread_ts", ts) == ts)


def _remark(value: str, channel: Channel) -> Json:
    """Return a topic or purpose; the author and time of one never set are empty."""
    if not value:
        return {
            "value": "",
            "creator": "",
            "last_set": 0,
        }
    return {
        "value": value,
        "creator": channel.creator,
        "last_set": channel.created,
    }


def channel_json(
    channel: Channel,
    viewer: str,
    *,
    num_members: bool = False,
) -> Json:
    """Return the conversation object of conversations.info, as `viewer` sees it."""
    if channel.kind == "im":
        return _im_json(channel, viewer)
    answer: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.is_public,
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
        "is_shared": channel.is_ext_shared or bool(channel.org_team_ids),
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": bool(channel.org_team_ids),
        "is_pending_ext_shared": bool(channel.pending_team_ids),
        "pending_shared": [],
        "pending_connected_team_ids": list(channel.pending_team_ids),
        "shared_team_ids": [*channel.own_team_ids, *channel.connected_team_ids],
        "context_team_id": channel.team_id,
        "topic": _remark(channel.topic, channel),
        "purpose": _remark(channel.purpose, channel),
        "previous_names": [],
    }
    if channel.is_ext_shared:
        answer["connected_team_ids"] = list(channel.connected_team_ids)
        answer["internal_team_ids"] = channel.own_team_ids
        answer["conversation_host_id"] = channel.team_id
    if viewer in channel.members:
        answer["last_read"] = channel.last_read.get(viewer, _NEVER_READ)
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
        "context_team_id": channel.team_id,
        "user": channel.partner_of(viewer),
        "last_read": channel.last_read.get(viewer, _NEVER_READ),
    }
