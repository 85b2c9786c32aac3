"""Inspections of channels: their state and members, as Slack reports them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.channels.fitness import ChannelMember, ChannelSnapshot
from bot.slack.payloads import next_cursor, object_in
from bot.slack.retry import error_code, retry_after_error
from bot.task_handlers import TaskHandlers
from bot.usecases.channels import inspect
from bot.usecases.context import act_without_person
from bot.usecases.services import Services
from storage.records import Origin, OutboxRow
from storage.records.outbox import InspectChannel

MEMBER_CACHED_FOR = timedelta(hours=1)
_PAGE = 1000
# https://docs.slack.dev/reference/methods/conversations.info#errors
_GONE = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "method_not_supported_for_channel_type",
}
_SHARE_PENDING = (
    "is_pending_ext_shared",
    "pending_shared",
    "pending_connected_team_ids",
)


@dataclass
class ChannelInspector:
    """Asks Slack about channels. Members are cached: most inspections ask for none."""

    client: WebClient
    clock: Callable[[], datetime]
    bot_user_id: str | None
    _members: dict[str, tuple[datetime, ChannelMember]] = field(default_factory=dict)

    def inspect(
        self,
        channel_id: str,
        changed_user_id: str | None = None,
    ) -> ChannelSnapshot:
        """Return the channel as it is now; `changed_user_id` is looked up again.

        Raises `SlackApiError` and `OSError` if Slack gives no answer.
        """
        if changed_user_id:
            self._members.pop(changed_user_id, None)
        try:
            channel = self.client.conversations_info(channel=channel_id)["channel"]
            has_bot = bool(channel.get("is_member", True))
            archived = bool(channel.get("is_archived"))
            members: tuple[ChannelMember, ...] = ()
            if has_bot and not archived:
                members = tuple(self._members_of(channel_id))
        except SlackApiError as error:
            if error_code(error) in _GONE:
                return ChannelSnapshot(channel_id=channel_id, reachable=False)
            raise
        return ChannelSnapshot(
            channel_id=channel_id,
            private=bool(channel.get("is_private")),
            shared=_is_shared(channel),
            share_pending=any(channel.get(key) for key in _SHARE_PENDING),
            archived=archived,
            has_bot=has_bot,
            members=members,
        )

    def _members_of(self, channel_id: str) -> Iterator[ChannelMember]:
        cursor: str | None = None
        while cursor != "":
            page = self.client.conversations_members(
                channel=channel_id,
                limit=_PAGE,
                cursor=cursor,
            )
            for user_id in page["members"]:
                if user_id != self.bot_user_id:
                    yield self._member(user_id)
            cursor = next_cursor(page)

    def _member(self, user_id: str) -> ChannelMember:
        now = self.clock()
        cached = self._members.get(user_id)
        if cached is not None:
            cached_at, member = cached
            if now - cached_at < MEMBER_CACHED_FOR:
                return member
        member = member_of(self.client.users_info(user=user_id)["user"])
        self._members[user_id] = (now, member)
        return member


def _is_shared(channel: dict[str, Any]) -> bool:
    """Return whether a channel is shared beyond the organisation."""
    # `is_shared` is also true of channels that stay inside the organisation.
    shared_outside = channel.get("is_shared") and not channel.get("is_org_shared")
    return bool(channel.get("is_ext_shared") or shared_outside)


def member_of(user: dict[str, Any]) -> ChannelMember:
    """Return the facts of Slack's user object that decide on a channel's fitness."""
    enterprise_user = object_in(user, "enterprise_user")
    is_guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return ChannelMember(
        user_id=user["id"],
        team_id=user.get("team_id", ""),
        enterprise_id=enterprise_user.get("enterprise_id"),
        guest=bool(is_guest),
        stranger=bool(user.get("is_stranger")),
        app=bool(user.get("is_bot")),
    )


def inspection_handlers(
    services: Services,
    inspector: ChannelInspector,
    clock: Callable[[], datetime],
) -> TaskHandlers:
    """Return the handler that inspects channels."""

    def inspect_channel(
        row: OutboxRow,
        payload: InspectChannel,
    ) -> None:
        try:
            snapshot = inspector.inspect(payload.channel_id, payload.changed_user_id)
        except (SlackApiError, OSError) as error:
            raise retry_after_error(row, error) from error
        act = act_without_person(Origin.WORKER, clock())
        inspect.save_inspection(services, act, snapshot)
        with services.store.begin() as tx:
            # Inspections are frequent, and the record of them is the channel's row.
            tx.outbox.drop(row.id)

    handlers = TaskHandlers()
    handlers.add(InspectChannel, inspect_channel)
    return handlers
