"""No administrator confirms a change that gives a right to that administrator."""

from bot.rules.refusals import Refusal, refuse

OWN_GIFT = refuse("own_gift")
OWN_GIFT_ALONE = refuse("own_gift", "refusals.own_gift_alone")


def may_confirm(
    *,
    is_own_gift: bool,
    is_only_administrator: bool,
) -> Refusal | None:
    """Return None unless the change gives a right to the person who would confirm it."""
    if not is_own_gift:
        return None
    if is_only_administrator:
        return OWN_GIFT_ALONE
    return OWN_GIFT
