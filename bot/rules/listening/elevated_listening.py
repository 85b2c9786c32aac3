"""Hearing a span closer: no default role, a second person, one play, half an hour."""

from datetime import datetime, timedelta

from bot.rules.people.permission import Relation, may_listen
from bot.rules.people.permission_table import Deed, Refusal
from storage.records import Closeness, CloserListen, Request

LASTS = timedelta(minutes=30)  # to be decided, and then again to be played

_NOT_APPROVED = Refusal(
    rule="not_approved",
    sentence="A second person has to agree first. You will find the player here when they have.",
)
_REFUSED = Refusal(
    rule="approval_refused",
    sentence='The second person did not agree. Answer by what you hear, or say "can\'t tell".',
)
_USED = Refusal(
    rule="closer_used",
    sentence="It was played. Once is all there is; ask anew if you must.",
)
NOT_YOURS = Refusal(
    rule="not_yours",
    sentence="Somebody else asked for this. What you ask for is on your own page.",
)
_OVER = Refusal(
    rule="closer_over",
    sentence="Half an hour has passed, so this has ended. Ask anew if you must.",
)
_OWN_APPROVAL = Refusal(
    rule="own_approval",
    sentence="Nobody agrees to their own asking: a second person has to.",
)
_DECIDED = Refusal(rule="decided", sentence="This has been decided already.")
_CHILD = Refusal(
    rule="child_unmasked",
    sentence="Where a child speaks, masked words stay masked. Answer by what you hear.",
)


def may_ask_closer(
    relation: Relation,
    request: Request,
    closeness: Closeness = Closeness.LESS_DISGUISED,
) -> Refusal | None:
    """A holder of `less_masked` on the desk who may hear the request as everybody does.

    Nobody hears a child's recording unmasked.
    """
    if refusal := relation.decide(Deed.LISTEN_LESS, request) or may_listen(
        relation, request
    ):
        return refusal
    return _CHILD if closeness is Closeness.UNMASKED and relation.of_child else None


def may_decide(
    relation: Relation, request: Request, asked: CloserListen, now: datetime
) -> Refusal | None:
    """Another holder, or a lead of the desk; never the one who asks."""
    if refusal := relation.decide(Deed.APPROVE_LESS, request):
        return refusal
    if asked.listener == relation.person:
        return _OWN_APPROVAL
    if asked.decided_at is not None:
        return _DECIDED
    return _OVER if now - asked.asked_at > LASTS else None


def may_play_closer(
    relation: Relation, request: Request, asked: CloserListen, now: datetime
) -> Refusal | None:
    """The one who asked, once, within half an hour of the other's agreement."""
    if refusal := may_ask_closer(relation, request, asked.closeness):
        return refusal
    if asked.decided_at is None:
        return _NOT_APPROVED
    if not asked.approved:
        return _REFUSED
    if asked.used_at is not None:
        return _USED
    return _OVER if now - asked.decided_at > LASTS else None
