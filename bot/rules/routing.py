"""Which desk a clip belongs to."""

from collections.abc import Iterable

from bot.rules.desks import Desk
from bot.rules.permission import Refusal

_NO_DESK = Refusal(
    rule="no_desk",
    sentence="You work on no desk for this language, so there is nobody to ask. "
    "Ask your lead to add you, or your administrator to open a desk.",
)


def desk_for(locale: str, desks: Iterable[Desk]) -> Desk | Refusal:
    """The desk among `desks` whose locale fits best: the same tag, then the same language.

    BCP 47 lookup (RFC 4647 section 3.4), then the first desk of the language.
    """
    candidates = list(desks)
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
    return _NO_DESK
