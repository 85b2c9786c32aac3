"""Keeping what we know of Slack user groups fresh."""

import logging
from collections.abc import Callable
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.usecases.services import Services

log = logging.getLogger(__name__)


def refresh_groups(services: Services, client: WebClient, clock: Callable[[], datetime]) -> None:
    """Ask Slack who is in each group that desks.toml names."""
    for group_id in sorted(services.desks.groups()):
        try:
            members = client.usergroups_users_list(usergroup=group_id)["users"]
        except SlackApiError as error:
            # What was known stays until Slack answers; a group that is gone has no members.
            if error.response.get("error") != "no_such_subteam":
                log.warning("user group not refreshed: %s", error.response.get("error"))
                continue
            members = []
        with services.store.begin() as tx:
            tx.set_group(group_id, members, clock())
