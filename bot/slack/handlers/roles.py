"""Role holders: Slack's events about user groups and accounts.

Events may come late, twice and in any order. The reader confirms each of them within
seconds, and finds every change without an event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.rules.people.membership import account_of
from bot.slack.delivery import SlackDelivery
from bot.slack.payloads import list_in, object_in, text_in
from bot.usecases.context import Act
from bot.usecases.people import roles
from storage.records import Membership


def change_group(delivery: SlackDelivery) -> None:
    """Handle subteam_members_changed: people join and leave the group at once."""
    event = delivery.payload["event"]
    group_id = str(event.get("subteam_id", ""))
    if group_id in delivery.services.desks.groups():
        roles.change_group(
            delivery.services,
            _by_slack(delivery),
            group_id,
            joined=[str(user) for user in list_in(event, "added_users")],
            left=[str(user) for user in list_in(event, "removed_users")],
        )
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
    services = delivery.services
    account = account_of(user, services.organisation)
    present = account.membership
    known = roles.membership_of(services, account.user_id)
    is_news = known is not None and known is not present
    if is_news and roles.is_counted(services, account):
        lost: Membership | None = present
        if present is Membership.MEMBER:
            # An event that is late would give a role back: the reader asks Slack.
            lost = None
        act = _by_slack(delivery)
        roles.set_membership(services, act, account.user_id, lost)
    delivery.ack()


def close_down(delivery: SlackDelivery) -> None:
    """Handle app_uninstalled."""
    _remove_app(delivery)
    delivery.ack()


def handle_revoked_tokens(delivery: SlackDelivery) -> None:
    """Handle tokens_revoked.

    A bot token means that the app is uninstalled, a user token that the person is
    signed out.
    """
    tokens = object_in(delivery.payload["event"], "tokens")
    if tokens.get("bot"):
        _remove_app(delivery)
    for user_id in list_in(tokens, "oauth"):
        roles.sign_out_everywhere(delivery.services, _by_slack(delivery), str(user_id))
    delivery.ack()


def _remove_app(delivery: SlackDelivery) -> None:
    """Remove the app from the workspace that the event is about, or from all."""
    team_id = removed_from(list_in(delivery.payload, "authorizations"))
    roles.remove_app(delivery.services, _by_slack(delivery), team_id)


def removed_from(authorizations: Sequence[Mapping[str, Any]]) -> str:
    """Return the id of the one workspace that the app leaves, empty for all of them.

    An installation for the whole organisation leaves all, whichever workspace Slack
    names beside it.
    """
    team_id = ""
    for authorization in authorizations:
        if authorization.get("is_enterprise_install"):
            return ""
        team_id = text_in(authorization, "team_id")
    return team_id


def _by_slack(delivery: SlackDelivery) -> Act:
    # The events do not name the author of the change.
    return replace(delivery.act, person=None)
