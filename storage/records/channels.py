"""What Slack last said of a channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChannelProblem(StrEnum):
    """Why a channel is not fit for a desk. The gravest is named first."""

    DELETED = "channel_deleted"
    BOT_REMOVED = "bot_removed"
    UNREACHABLE = (
        "channel_unreachable"  # Slack knows no such channel, or hides it from the bot
    )
    UNCHECKED = "channel_unchecked"  # Slack has not answered for too long
    ARCHIVED = "channel_archived"
    PUBLIC = "channel_public"
    SHARED = "channel_shared"
    SHARE_PENDING = "channel_share_pending"
    OUTSIDERS = "outsiders_in_channel"
    GUESTS = "guests_in_channel"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What was seen at the last look. `people` are the ids of its guests and outsiders,
    `apps` of other apps.
    """

    id: str
    problems: tuple[ChannelProblem, ...]
    people: tuple[str, ...]
    checked_at: datetime
    unfit_since: datetime | None = None
    apps: tuple[str, ...] = ()

    @property
    def fit(self) -> bool:
        return not self.problems
