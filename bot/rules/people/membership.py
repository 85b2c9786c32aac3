"""A person's membership, from Slack's user object."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.rules.organisation import Organisation
from storage.records import Account, Membership

_BOTS = ("is_bot", "is_workflow_bot", "is_connector_bot")
_GUESTS = ("is_restricted", "is_ultra_restricted")
# RFC 5646, section 4.4.1, recommends room for this many characters.
_LONGEST_LOCALE = 35
SLACKBOT = "USLACKBOT"


def membership(
    user: Mapping[str, Any],
    organisation: Organisation,
) -> Membership:
    """Return the membership that a user object of Slack shows.

    Only a plain full member of our workspace or organisation counts as a member.
    `is_stranger` is false for an outsider in a shared channel, so the team is compared
    too (https://docs.slack.dev/reference/objects/user-object).
    """
    if user.get("deleted") is not False:
        return Membership.DEACTIVATED
    if user.get("id") == SLACKBOT:
        return Membership.BOT
    if _has_any(user, _BOTS):
        return Membership.BOT
    if user.get("is_stranger"):
        return Membership.OUTSIDER
    enterprise_user = user.get("enterprise_user") or {}
    enterprise_id = enterprise_user.get("enterprise_id")
    if not organisation.includes(user.get("team_id"), enterprise_id):
        return Membership.OUTSIDER
    if _has_any(user, _GUESTS):
        return Membership.GUEST
    return Membership.MEMBER


def account_of(
    user: Mapping[str, Any],
    organisation: Organisation,
) -> Account:
    """Return the account that a user object of Slack shows."""
    enterprise_user = user.get("enterprise_user") or {}
    return Account(
        user_id=user["id"],
        membership=membership(user, organisation),
        team_id=user.get("team_id") or "",
        enterprise_id=enterprise_user.get("enterprise_id"),
        is_guest=_has_any(user, _GUESTS),
        is_stranger=bool(user.get("is_stranger")),
        is_app=bool(user.get("is_bot")),
        locale=_locale(user),
    )


def account_without_answer(user_id: str) -> Account:
    """Return the account of a person that Slack does not show to help-clip."""
    return Account(
        user_id=user_id,
        membership=Membership.OUTSIDER,
        team_id="",
        is_stranger=True,
    )


def counts(
    known: Account | None,
    seen: Account,
    team_ids: Collection[str],
) -> bool:
    """Return whether what a workspace shows of a person replaces what is known.

    Each of several workspaces (`team_ids`) shows a person as its own: a full member of
    one may be deactivated or a guest in another. A full member of any of them is one,
    until that workspace shows otherwise.
    """
    if known is None or not seen.team_id:
        return True
    if known.team_id == seen.team_id or known.team_id not in team_ids:
        return True
    is_gain = seen.membership is Membership.MEMBER
    return is_gain and known.membership is not Membership.MEMBER


def _locale(user: Mapping[str, Any]) -> str | None:
    """Return the locale such as `de-DE`, None if Slack shows none of a usual length."""
    locale = str(user.get("locale") or "")
    if not locale or len(locale) > _LONGEST_LOCALE:
        return None
    return locale


def _has_any(user: Mapping[str, Any], flags: Sequence[str]) -> bool:
    return any(user.get(flag) for flag in flags)
