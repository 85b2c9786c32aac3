"""Looking at channels: what Slack says of them and of the people in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.channels.fitness import Look, Member
from bot.slack.retry import code_of, later
from bot.usecases.channels import inspect
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Origin, OutboxRow

PEOPLE_BELIEVED_FOR = timedelta(hours=1)
_PAGE = 1000
# https://docs.slack.dev/reference/methods/conversations.info#errors
_GONE = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "method_not_supported_for_channel_type",
}


@dataclass
class Looker:
    """Looks at channels. Remembers people for a while: most looks ask about nobody
    anew.
    """

    client: WebClient
    clock: Callable[[], datetime]
    me: str | None  # our own user id: no other app
    _people: dict[str, tuple[datetime, Member]] = field(default_factory=dict)

    def look(self, channel_id: str, changed: str | None = None) -> Look:
        """What Slack says of a channel now; `changed` is somebody to ask about anew.

        Raises `SlackApiError` and `OSError` when Slack does not say.
        """
        if changed:
            self._people.pop(changed, None)
        try:
            channel = self.client.conversations_info(channel=channel_id)["channel"]
            here = channel.get("is_member", True) and not channel.get("is_archived")
            members = tuple(self._members(channel_id)) if here else ()
        except SlackApiError as error:
            if code_of(error) in _GONE:
                return Look(channel_id=channel_id, reachable=False)
            raise
        return Look(
            channel_id=channel_id,
            private=bool(channel.get("is_private")),
            # is_org_shared alone stays inside the organisation.
            shared=bool(
                channel.get("is_ext_shared")
                or (channel.get("is_shared") and not channel.get("is_org_shared"))
            ),
            share_pending=any(
                channel.get(key)
                for key in (
                    "is_pending_ext_shared",
                    "pending_shared",
                    "pending_connected_team_ids",
                )
            ),
            archived=bool(channel.get("is_archived")),
            has_bot=bool(channel.get("is_member", True)),
            members=members,
        )

    def _members(self, channel_id: str) -> Iterator[Member]:
        cursor: str | None = None
        while cursor != "":
            page = self.client.conversations_members(
                channel=channel_id, limit=_PAGE, cursor=cursor
            )
            for user_id in page["members"]:
                if user_id != self.me:
                    yield self._member(user_id)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _member(self, user_id: str) -> Member:
        at, known = self._people.get(user_id, (None, None))
        now = self.clock()
        if known is not None and at is not None and now - at < PEOPLE_BELIEVED_FOR:
            return known
        member = member_of(self.client.users_info(user=user_id)["user"])
        self._people[user_id] = (now, member)
        return member


def member_of(user: dict[str, Any]) -> Member:
    """Slack's user object, as far as the guard wants to know it."""
    return Member(
        user_id=user["id"],
        team_id=user.get("team_id", ""),
        enterprise_id=(user.get("enterprise_user") or {}).get("enterprise_id"),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")),
        app=bool(user.get("is_bot")),
    )


def perform_checks(
    services: Services, looker: Looker, clock: Callable[[], datetime]
) -> Callable[[OutboxRow], None]:
    """Does CHECK_CHANNEL rows. Raises `RetryLater`."""

    def perform(row: OutboxRow) -> None:
        assert row.argument is not None
        channel_id, _, changed = row.argument.partition(" ")
        try:
            seen = looker.look(channel_id, changed or None)
        except (SlackApiError, OSError) as error:
            raise later(row, error) from error
        act = Act(person=None, origin=Origin.WORKER, now=clock())
        inspect.saw(services, act, seen)
        with services.store.begin() as tx:
            tx.outbox.drop(
                row.id
            )  # one a minute and channel: nobody asks for them later

    return perform
