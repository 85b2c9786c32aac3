"""Elevated listens: a role of its own, a second person, one play, half an hour."""

from datetime import datetime, timedelta

from bot.rules.people.permission import Relation, may_listen
from bot.rules.people.permission_table import Capability
from bot.rules.refusals import Refusal, refuse
from storage.records import ElevatedListen, Elevation, Request

# The time for a decision, and after it the time for the play.
LASTS = timedelta(minutes=30)

NOT_YOURS = refuse("not_yours")


def may_ask_elevated(
    relation: Relation,
    request: Request,
    closeness: Elevation = Elevation.LESS_DISGUISED,
) -> Refusal | None:
    """Holders of `less_masked` on the desk may ask, if they may hear the request.

    A child's recording is never heard unmasked.
    """
    if refusal := relation.decide(Capability.LISTEN_LESS, request):
        return refusal
    if refusal := may_listen(relation, request):
        return refusal
    is_unmasked = closeness is Elevation.UNMASKED
    if all((is_unmasked, relation.of_child)):
        return refuse("child_unmasked")
    return None


def may_decide(
    relation: Relation,
    request: Request,
    asked: ElevatedListen,
    now: datetime,
) -> Refusal | None:
    """Another holder or a lead of the desk may decide, never the asking person."""
    if refusal := relation.decide(Capability.APPROVE_LESS, request):
        return refusal
    if asked.listener == relation.person:
        return refuse("own_approval")
    if asked.decided_at is not None:
        return refuse("decided")
    if now - asked.asked_at > LASTS:
        return refuse("closer_over")
    return None


def may_play_elevated(
    relation: Relation,
    request: Request,
    asked: ElevatedListen,
    now: datetime,
) -> Refusal | None:
    """The asking person may play it once, within half an hour of the approval."""
    if refusal := may_ask_elevated(relation, request, asked.closeness):
        return refusal
    if asked.decided_at is None:
        return refuse("not_approved")
    if not asked.approved:
        return refuse("approval_refused")
    if asked.used_at is not None:
        return refuse("closer_used")
    if now - asked.decided_at > LASTS:
        return refuse("closer_over")
    return None
