"""Role holders: Slack's events, and asking Slack again.

Events may come late, twice and in any order, so they only take roles away. A gained
role is read at the next refresh, which also finds every change without an event.
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
from bot.slack.payloads import list_in, next_cursor, object_in
from bot.usecases.context import Act, act_without_person
from bot.usecases.people import roles
from bot.usecases.services import Services
from storage.records import Membership, Origin

log = logging.getLogger(__name__)

# At the first start no person is known: users.info takes a hundred calls a minute,
# users.list twenty, each for a thousand people
# (https://docs.slack.dev/apis/web-api/rate-limits).
MANY = 30
PAGE = 1000
_GONE = {"user_not_found", "user_not_visible"}


def remove_from_group(delivery: SlackDelivery) -> None:
    """Handle subteam_members_changed: former members lose the role at once.

    New members gain it at the next refresh.
    """
    event = delivery.payload["event"]
    group_id = str(event.get("subteam_id", ""))
    if group_id in delivery.services.desks.groups():
        left = [str(user) for user in list_in(event, "removed_users")]
        roles.leave_group(delivery.services, _by_slack(delivery), group_id, left)
    delivery.ack()


def empty_disabled_group(delivery: SlackDelivery) -> None:
    """Handle subteam_updated: a group that was disabled has no members."""
    group = object_in(delivery.payload["event"], "subteam")
    group_id = str(group.get("id", ""))
    is_disabled = bool(group.get("date_delete"))
    if is_disabled and group_id in delivery.services.desks.groups():
        roles.set_group(delivery.services, _by_slack(delivery), group_id, ())
    delivery.ack()


def update_membership(delivery: SlackDelivery) -> None:
    """Handle user_change: a role holder was deactivated, made a guest, or is back."""
    user = object_in(delivery.payload["event"], "user")
    user_id = str(user.get("id", ""))
    known = roles.membership_of(delivery.services, user_id)
    present = _membership(delivery.services, user)
    if known is not None and known is not present:
        lost: Membership | None = present
        if present is Membership.MEMBER:
            # Events only take away: the next refresh confirms a gained membership.
            lost = None
        act = _by_slack(delivery)
        roles.set_membership(delivery.services, act, user_id, lost)
    delivery.ack()


def close_down(delivery: SlackDelivery) -> None:
    """Handle app_uninstalled."""
    roles.remove_app(delivery.services, _by_slack(delivery))
    delivery.ack()


def handle_revoked_tokens(delivery: SlackDelivery) -> None:
    """Handle tokens_revoked.

    A bot token means that the app is uninstalled, a user token that the person is
    signed out.
    """
    tokens = object_in(delivery.payload["event"], "tokens")
    if tokens.get("bot"):
        roles.remove_app(delivery.services, _by_slack(delivery))
    for user_id in list_in(tokens, "oauth"):
        roles.sign_out_everywhere(delivery.services, _by_slack(delivery), str(user_id))
    delivery.ack()


def refresh_roles(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
) -> None:
    """Read from Slack the groups that desks.toml names, then their members.

    Many unknown people are read page by page first; then each person without a recent
    membership is read alone.
    """
    for group_id in sorted(services.desks.groups()):
        _refresh_group(services, client, clock, group_id)
    holders, checked = roles.role_holders(services)
    unknown = holders - set(checked)
    if len(unknown) > MANY:
        _refresh_many(services, client, clock, unknown)
    for user_id in to_check(*roles.role_holders(services), clock()):
        try:
            present = _read_membership(services, client, user_id)
        except SlackApiError as error:
            # The known memberships stay until Slack answers; unknown people hold no
            # role.
            log.warning("people not refreshed: %s", error.response.get("error"))
            return
        roles.set_membership(services, _refreshed(clock), user_id, present)


def _read_membership(
    services: Services,
    client: WebClient,
    user_id: str,
) -> Membership:
    try:
        user = client.users_info(user=user_id)["user"]
    except SlackApiError as error:
        if error.response.get("error") in _GONE:
            return Membership.OUTSIDER
        raise
    return _membership(services, user)


def _refresh_many(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
    wanted: Set[str],
) -> None:
    """Read the people of the workspace page by page, and keep the wanted ones."""
    cursor: str | None = None
    while cursor != "":
        try:
            page = client.users_list(limit=PAGE, cursor=cursor)
        except SlackApiError as error:
            log.warning("people not read: %s", error.response.get("error"))
            return
        for user in page["members"]:
            if user["id"] in wanted:
                present = _membership(services, user)
                roles.set_membership(services, _refreshed(clock), user["id"], present)
        cursor = next_cursor(page)


def _refresh_group(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
    group_id: str,
) -> None:
    try:
        members = client.usergroups_users_list(usergroup=group_id)["users"]
    except SlackApiError as error:
        # The known members stay until Slack answers; a group that is gone has none.
        if error.response.get("error") != "no_such_subteam":
            log.warning("user group not refreshed: %s", error.response.get("error"))
            return
        members = []
    roles.set_group(services, _refreshed(clock), group_id, members)


def _membership(
    services: Services,
    user: Mapping[str, Any],
) -> Membership:
    return membership(user, services.team_id, services.enterprise_id)


def _by_slack(delivery: SlackDelivery) -> Act:
    # The events do not name the author of the change.
    return replace(delivery.act, person=None)


def _refreshed(clock: Callable[[], datetime]) -> Act:
    return act_without_person(Origin.WORKER, clock())
