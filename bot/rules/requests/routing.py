"""Choose the desk of a clip by its language."""

from collections.abc import Iterable

from bot.rules.desks import Desk
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
    language = locale.lower().replace("_", "-").partition("-")[0]
    for desk in candidates:
        if desk.locale.lower().partition("-")[0] == language:
            return desk
    if child:
        return refuse("no_children_desk")
    return refuse("no_desk")
