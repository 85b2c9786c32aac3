"""Inspections of channels: their state and members, as Slack reports them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.backoff import RetryLater
from bot.rules.channels.fitness import PEOPLE_UNKNOWN, ChannelMember, ChannelSnapshot
from bot.rules.organisation import Organisation
from bot.rules.people.membership import account_of, account_without_answer
from bot.slack.payloads import list_in, pages, text_in
from bot.slack.retry import error_code, retry_after_error
from bot.task_handlers import TaskHandlers
from bot.usecases.channels import inspect
from bot.usecases.context import act_without_person
from bot.usecases.people import roles
from bot.usecases.services import Services
from storage.records import Account, Origin, OutboxRow
from storage.records.outbox import InspectChannel

_PAGE = 1000
# More unknown people than these wait for the reader's pages, a thousand a call.
_ASKED_AT_ONCE = 30
_LOOK_AGAIN_AFTER = timedelta(seconds=10)
_NO_SUCH_PERSON = {"user_not_found", "user_not_visible"}
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


class People(Protocol):
    """The accounts of a channel's members."""

    def accounts(
        self,
        channel_id: str,
        user_ids: list[str],
        changed_user_id: str | None,
    ) -> Mapping[str, Account]:
        """Return the account of each person; that of `changed_user_id` is read anew.

        Raises `RetryLater` while people are unknown, `SlackApiError` and `OSError`.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class SharedPeople:
    """The people that the reader keeps for all replicas; Slack is asked about others."""

    services: Services
    client: WebClient
    clock: Callable[[], datetime]

    def accounts(
        self,
        channel_id: str,
        user_ids: list[str],
        changed_user_id: str | None,
    ) -> Mapping[str, Account]:
        """Return the account of each person. See `People`."""
        with self.services.store.read() as tx:
            known = tx.people.known(user_ids)
        # A person that Slack did not show may be visible by this channel now.
        shown = {user_id for user_id, account in known.items() if account.team_id}
        unknown = [user_id for user_id in user_ids if user_id not in shown]
        if len(unknown) > _ASKED_AT_ONCE:
            # The reader reads first those people that it knows to be in a channel.
            inspect.remember_members(self.services, channel_id, user_ids)
            raise RetryLater(_LOOK_AGAIN_AFTER, PEOPLE_UNKNOWN, tried=False)
        if changed_user_id in shown:
            unknown.append(changed_user_id)
        for user_id in unknown:
            account = read_account(
                self.client,
                user_id,
                self.services.organisation,
            )
            act = act_without_person(Origin.WORKER, self.clock())
            roles.set_accounts(self.services, act, [account])
            known[user_id] = account
        return known


def read_account(
    client: WebClient,
    user_id: str,
    organisation: Organisation,
) -> Account:
    """Return a person's account as Slack describes it now."""
    try:
        user = client.users_info(user=user_id, include_locale=True)["user"]
    except SlackApiError as error:
        if error_code(error) not in _NO_SUCH_PERSON:
            raise
        return account_without_answer(user_id)
    return account_of(user, organisation)


@dataclass(frozen=True, kw_only=True)
class ChannelInspector:
    """Asks Slack about channels, and `people` about their members.

    `own_bots` are the user ids of help-clip, one for each of its installations.
    """

    client: WebClient
    people: People
    own_bots: frozenset[str]

    def inspect(
        self,
        channel_id: str,
        changed_user_id: str | None = None,
    ) -> ChannelSnapshot:
        """Return the channel as it is now; `changed_user_id` is looked up again.

        Raises `SlackApiError` and `OSError` if Slack gives no answer, and `RetryLater`
        while its members are unknown.
        """
        try:
            channel = self.client.conversations_info(channel=channel_id)["channel"]
            has_bot = bool(channel.get("is_member", True))
            archived = bool(channel.get("is_archived"))
            user_ids: list[str] = []
            if has_bot and not archived:
                user_ids = self._members_of(channel_id)
        except SlackApiError as error:
            if error_code(error) in _GONE:
                return ChannelSnapshot(channel_id=channel_id, reachable=False)
            raise
        accounts = self.people.accounts(channel_id, user_ids, changed_user_id)
        return ChannelSnapshot(
            channel_id=channel_id,
            private=bool(channel.get("is_private")),
            shared=_is_shared(channel),
            share_pending=any(channel.get(key) for key in _SHARE_PENDING),
            archived=archived,
            has_bot=has_bot,
            team_ids=_teams_of(channel),
            members=tuple(member_of(accounts[user_id]) for user_id in user_ids),
        )

    def _members_of(self, channel_id: str) -> list[str]:
        found = []

        def read_page(cursor: str | None) -> SlackResponse:
            return self.client.conversations_members(
                channel=channel_id,
                limit=_PAGE,
                cursor=cursor,
            )

        for page in pages(read_page):
            found += [user for user in page["members"] if user not in self.own_bots]
        return found


def member_of(account: Account) -> ChannelMember:
    """Return the facts of an account that decide on a channel's fitness."""
    return ChannelMember(
        user_id=account.user_id,
        team_id=account.team_id,
        enterprise_id=account.enterprise_id,
        guest=account.is_guest,
        stranger=account.is_stranger,
        app=account.is_app,
    )


def _teams_of(channel: dict[str, Any]) -> frozenset[str]:
    """Return the workspaces that a channel belongs to, of ours and of others."""
    named = {*list_in(channel, "shared_team_ids"), text_in(channel, "context_team_id")}
    return frozenset(str(team_id) for team_id in named if team_id)


def _is_shared(channel: dict[str, Any]) -> bool:
    """Return whether a channel is shared beyond the organisation."""
    # `is_shared` is also true of channels that stay inside the organisation.
    shared_outside = channel.get("is_shared") and not channel.get("is_org_shared")
    return bool(channel.get("is_ext_shared") or shared_outside)


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
