"""Which desk a clip belongs to."""

from collections.abc import Iterable

from bot.rules.desks import Desk
from bot.rules.people.permission_table import Refusal

_NO_DESK = Refusal(
    rule="no_desk",
    sentence="You work on no desk for this language, so there is nobody to ask. "
    "Ask your lead to add you, or your administrator to open a desk.",
)

_NO_CHILDREN_DESK = Refusal(
    rule="no_children_desk",
    sentence="A child speaks here, and you work on no desk for children's recordings. Skip it, "
    "or ask your administrator who may take it.",
)


def desk_for(
    locale: str, desks: Iterable[Desk], *, child: bool = False
) -> Desk | Refusal:
    """The desk among `desks` whose locale fits best: the same tag, then the same
    language.

    A child's recording goes to desks for children only, and nothing else does.

    BCP 47 lookup (RFC 4647 section 3.4), then the first desk of the language.
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
    return _NO_CHILDREN_DESK if child else _NO_DESK
