"""What a person is, from Slack's user object."""

import math
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from typing import Any

from storage.records import Membership

_BOTS = ("is_bot", "is_workflow_bot", "is_connector_bot")
SLACKBOT = "USLACKBOT"

# Everybody with a role is asked about anew within a minute, as far as Slack's limit
# allows: users.info takes a hundred calls a minute
# (https://docs.slack.dev/apis/web-api/rate-limits).
CHECK_AGAIN = timedelta(seconds=40)
_ROUNDS = 3  # of housekeeping in that time
_MOST_AT_ONCE = 24


def membership(
    user: Mapping[str, Any], team_id: str, enterprise_id: str | None
) -> Membership:
    """Only whoever is plainly a full member of our workspace or organisation is one.

    `is_stranger` is false for an outsider in a shared channel, so the team counts too
    (https://docs.slack.dev/reference/objects/user-object).
    """
    if user.get("deleted") is not False:
        return Membership.DEACTIVATED
    if user.get("id") == SLACKBOT or any(user.get(key) for key in _BOTS):
        return Membership.BOT
    if user.get("is_stranger") or not _is_ours(user, team_id, enterprise_id):
        return Membership.OUTSIDER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Membership.GUEST
    return Membership.MEMBER


def to_check(
    holders: Set[str], checked: Mapping[str, datetime], now: datetime
) -> list[str]:
    """Whom to ask Slack about in this round: people never asked about, then the longest
    ago.
    """
    due = [
        who
        for who in sorted(checked, key=lambda w: checked[w])
        if now - checked[who] >= CHECK_AGAIN
    ]
    share = min(_MOST_AT_ONCE, math.ceil(len(holders) / _ROUNDS))
    return [*sorted(holders - set(checked)), *due[:share]]


def _is_ours(user: Mapping[str, Any], team_id: str, enterprise_id: str | None) -> bool:
    if user.get("team_id") == team_id:
        return True
    organisation = user.get("enterprise_user") or {}
    return bool(enterprise_id) and organisation.get("enterprise_id") == enterprise_id
