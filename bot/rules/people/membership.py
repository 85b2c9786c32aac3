"""A person's membership, from Slack's user object."""

import math
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from storage.records import Membership

_BOTS = ("is_bot", "is_workflow_bot", "is_connector_bot")
_GUESTS = ("is_restricted", "is_ultra_restricted")
SLACKBOT = "USLACKBOT"

# Slack is asked again about every role holder within a minute, as far as its limit of a
# hundred calls of users.info a minute allows
# (https://docs.slack.dev/apis/web-api/rate-limits).
CHECK_AGAIN = timedelta(seconds=40)
# Rounds of housekeeping in that time.
_ROUNDS = 3
_MOST_AT_ONCE = 24


def membership(
    user: Mapping[str, Any],
    team_id: str,
    enterprise_id: str | None,
) -> Membership:
    """Return the membership that a user object of Slack shows.

    Only a plain full member of our workspace or organisation counts as a member. `is_stranger` is false for an outsider in a shared channel, so the team
    is compared too (https://docs.slack.dev/reference/objects/user-object).
    """
    if user.get("deleted") is not False:
        return Membership.DEACTIVATED
    if user.get("id") == SLACKBOT:
        return Membership.BOT
    if _has_any(user, _BOTS):
        return Membership.BOT
    if user.get("is_stranger"):
        return Membership.OUTSIDER
    if not _is_ours(user, team_id, enterprise_id):
        return Membership.OUTSIDER
    if _has_any(user, _GUESTS):
        return Membership.GUEST
    return Membership.MEMBER


def to_check(
    holders: Set[str],
    checked: Mapping[str, datetime],
    now: datetime,
) -> list[str]:
    """Return the people to ask Slack about in this round.

    People never asked about come first, then those asked about longest ago.
    """
    oldest_first = sorted(checked, key=lambda user_id: checked[user_id])
    due = [user_id for user_id in oldest_first if now - checked[user_id] >= CHECK_AGAIN]
    share = min(_MOST_AT_ONCE, math.ceil(len(holders) / _ROUNDS))
    return [*sorted(holders - set(checked)), *due[:share]]


def _has_any(user: Mapping[str, Any], flags: Sequence[str]) -> bool:
    return any(user.get(flag) for flag in flags)


def _is_ours(
    user: Mapping[str, Any],
    team_id: str,
    enterprise_id: str | None,
) -> bool:
    if user.get("team_id") == team_id:
        return True
    organisation = user.get("enterprise_user")
    if not organisation:
        return False
    if not enterprise_id:
        return False
    return bool(organisation.get("enterprise_id") == enterprise_id)
