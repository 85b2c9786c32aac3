"""The state in which a closed request goes on after a release."""

from collections.abc import Sequence

from bot.rules.requests.agreement import verdict
from storage.records import Answer, Proposal, RequestState


def state_to_resume(
    proposals: Sequence[Proposal],
    quorum: int,
    locale: str,
    *,
    spare_seats: int,
    has_snippet: bool,
    needs_lead: bool,
    is_appealed: bool,
) -> RequestState | None:
    """Return the state before it closed; None if retention has purged an answer.

    A question to which no lead has agreed waits again. Answers that settled the request
    before are weighed again by a lead, and so is a request that was appealed against.
    """
    if any(_is_purged(each) for each in proposals):
        return None
    if needs_lead:
        return RequestState.WAITING
    if not has_snippet:
        return RequestState.RENDERING
    if is_appealed:
        return RequestState.DISPUTED
    outcome = verdict(proposals, quorum, locale, spare_seats=spare_seats)
    if outcome.state is RequestState.OPEN:
        return RequestState.OPEN
    return RequestState.DISPUTED


def _is_purged(proposal: Proposal) -> bool:
    return proposal.answer is Answer.WORDS and proposal.text is None
