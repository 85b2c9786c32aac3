"""Choose the desk of a clip by its language."""

from collections.abc import Iterable
from datetime import datetime

from bot.rules.desks import Desk
from bot.rules.listening.access_conditions import is_open
from bot.rules.refusals import Refusal, refuse


def desk_for(
    locale: str,
    desks: Iterable[Desk],
    *,
    child: bool = False,
) -> Desk | Refusal:
    """Return the desk among `desks` with the best locale for a clip, or a refusal.

    A clip in which a child speaks goes only to desks for children's recordings, and no
    other clip does. The lookup is that of BCP 47 (RFC 4647 section 3.4): the same tag,
    then shorter prefixes of it; after that the first desk of the language.
    """
    candidates = [desk for desk in desks if desk.children == child]
    wanted = locale.lower().replace("_", "-")
    while wanted:
        for desk in candidates:
            if desk.locale.lower() == wanted:
                return desk
        wanted = wanted.rpartition("-")[0]
    language = _language(locale)
    for desk in candidates:
        if _language(desk.locale) == language:
            return desk
    if child:
        return refuse("no_children_desk")
    return refuse("no_desk")


def helping_desk(
    desk: Desk,
    desks: Iterable[Desk],
    now: datetime,
) -> Desk | None:
    """Return the first other desk of the language that is within its hours, or None.

    A desk for children's recordings helps its own kind only. In-house desks are helped
    by in-house desks.
    """
    language = _language(desk.locale)
    for other in desks:
        if other.id == desk.id:
            continue
        if _language(other.locale) != language:
            continue
        if other.children != desk.children:
            continue
        lets_vendors_in = other.access_conditions.vendors
        if lets_vendors_in and not desk.access_conditions.vendors:
            continue
        if is_open(other.access_conditions, now):
            return other
    return None


def _language(locale: str) -> str:
    return locale.lower().replace("_", "-").partition("-")[0]
