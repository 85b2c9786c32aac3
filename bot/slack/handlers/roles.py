"""Who holds which role: Slack's events, and asking Slack again.

Events may come late, twice and in any order, so they only take away; what they give is
read anew at the next refresh, which also finds what no event told.
"""

import logging
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.people.membership import membership, to_check
from bot.slack.delivery import SlackDelivery
from bot.usecases.context import Act
from bot.usecases.people import roles
from bot.usecases.services import Services
from storage.records import Membership, Origin

log = logging.getLogger(__name__)

# At the first start nobody is known: users.info takes a hundred calls a minute,
# users.list twenty, each for a thousand people
# (https://docs.slack.dev/apis/web-api/rate-limits).
MANY = 30
PAGE = 1000
_GONE = {"user_not_found", "user_not_visible"}


def on_group_changed(delivery: SlackDelivery) -> None:
    """subteam_members_changed: whoever left loses the role now; who joined is read
    soon.
    """
    event = delivery.payload["event"]
    group_id = str(event.get("subteam_id", ""))
    if group_id in delivery.services.desks.groups():
        left = [str(user) for user in event.get("removed_users") or ()]
        roles.leave_group(delivery.services, _by_slack(delivery), group_id, left)
    delivery.ack()


def on_group_updated(delivery: SlackDelivery) -> None:
    """subteam_updated: a group that was disabled has no members."""
    group = delivery.payload["event"].get("subteam") or {}
    if group.get("date_delete") and group.get("id") in delivery.services.desks.groups():
        roles.set_group(delivery.services, _by_slack(delivery), str(group["id"]), ())
    delivery.ack()


def on_person_changed(delivery: SlackDelivery) -> None:
    """user_change: deactivated, made a guest, or back. People without a role are left
    alone.
    """
    user = delivery.payload["event"].get("user") or {}
    user_id = str(user.get("id", ""))
    known = roles.membership_of(delivery.services, user_id)
    now = _membership(delivery.services, user)
    if known is not None and known is not now:
        roles.set_membership(
            delivery.services,
            _by_slack(delivery),
            user_id,
            None if now is Membership.MEMBER else now,
        )
    delivery.ack()


def on_app_removed(delivery: SlackDelivery) -> None:
    """app_uninstalled."""
    roles.remove_app(delivery.services, _by_slack(delivery))
    delivery.ack()


def on_tokens_revoked(delivery: SlackDelivery) -> None:
    """tokens_revoked: the bot's means the app is gone; a person's, that they are signed
    out.
    """
    tokens = delivery.payload["event"].get("tokens") or {}
    if tokens.get("bot"):
        roles.remove_app(delivery.services, _by_slack(delivery))
    for user_id in tokens.get("oauth") or ():
        roles.sign_out_everywhere(delivery.services, _by_slack(delivery), str(user_id))
    delivery.ack()


def refresh_roles(
    services: Services, client: WebClient, clock: Callable[[], datetime]
) -> None:
    """Ask Slack who is in each group that desks.toml names, and what these people
    are.
    """
    for group_id in sorted(services.desks.groups()):
        _refresh_group(services, client, clock, group_id)
    holders, checked = roles.role_holders(services)
    if len(holders - set(checked)) > MANY:
        _read_everybody(services, client, clock, holders - set(checked))
    for user_id in to_check(*roles.role_holders(services), clock()):
        try:
            user = client.users_info(user=user_id)["user"]
        except SlackApiError as error:
            code = error.response.get("error")
            if code not in _GONE:
                # What was known stays until Slack answers; who was not known holds no
                # role.
                log.warning("people not refreshed: %s", code)
                return
            user = {}
        now = _membership(services, user) if user else Membership.OUTSIDER
        roles.set_membership(services, _refreshed(clock), user_id, now)


def _read_everybody(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
    wanted: Set[str],
) -> None:
    """Read the workspace's people page by page, and keep what Slack says of those
    wanted.
    """
    cursor: str | None = None
    while cursor != "":
        try:
            page = client.users_list(limit=PAGE, cursor=cursor)
        except SlackApiError as error:
            log.warning("people not read: %s", error.response.get("error"))
            return
        for user in page["members"]:
            if user["id"] in wanted:
                now = _membership(services, user)
                roles.set_membership(services, _refreshed(clock), user["id"], now)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""


def _refresh_group(
    services: Services, client: WebClient, clock: Callable[[], datetime], group_id: str
) -> None:
    try:
        members = client.usergroups_users_list(usergroup=group_id)["users"]
    except SlackApiError as error:
        # What was known stays until Slack answers; a group that is gone has no members.
        if error.response.get("error") != "no_such_subteam":
            log.warning("user group not refreshed: %s", error.response.get("error"))
            return
        members = []
    roles.set_group(services, _refreshed(clock), group_id, members)


def _membership(services: Services, user: Mapping[str, Any]) -> Membership:
    return membership(user, services.team_id, services.enterprise_id)


def _by_slack(delivery: SlackDelivery) -> Act:
    # The events do not say who changed it.
    return replace(delivery.act, person=None)


def _refreshed(clock: Callable[[], datetime]) -> Act:
    return Act(person=None, origin=Origin.WORKER, now=clock())
