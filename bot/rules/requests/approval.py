"""A lead's agreement to one more question about a recording."""

from bot.rules.people.permission import Relation, find_bar
from bot.rules.people.permission_table import Capability
from bot.rules.refusals import Refusal, refuse
from storage.records import Request, RequestState


def may_approve_ask(relation: Relation, request: Request) -> Refusal | None:
    """Leads of the desk may decide on a question that waits, never on their own."""
    if refusal := relation.decide(Capability.APPROVE_ASK, request):
        return refusal
    if relation.quarantined:
        return refuse("quarantined")
    if refusal := find_bar(relation.barred):
        return refusal
    if request.state is RequestState.WAITING:
        return None
    return refuse("decided")
