"""Channels as Slack last described them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChannelProblem(StrEnum):
    """Why a channel is not fit for a desk. The gravest problem stands first."""

    DELETED = "channel_deleted"
    BOT_REMOVED = "bot_removed"
    # Slack knows no such channel, or hides it from the bot.
    UNREACHABLE = "channel_unreachable"
    # Slack has not answered for too long.
    UNCHECKED = "channel_unchecked"
    ARCHIVED = "channel_archived"
    PUBLIC = "channel_public"
    SHARED = "channel_shared"
    SHARE_PENDING = "channel_share_pending"
    OUTSIDERS = "outsiders_in_channel"
    GUESTS = "guests_in_channel"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel at its last inspection.

    `people` holds the user ids of guests and outsiders, `apps` the ids of other apps.
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
