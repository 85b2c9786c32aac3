"""Stops of recordings that their reporter neither heard nor was offered.

Such a stop closes the recording at once, like any other. The first within an hour pages
the officers like any other; further ones are paged about together.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.rules.refusals import Refusal, refuse
from storage.records import Case, CaseState, Person, Request, Severity, StopBundle

# A bundle takes the stops of one reporter for this long.
WINDOW = timedelta(hours=1)
# So many stops of a bundle are paged about one by one.
_PAGED_ALONE = 1
# A message about a bundle waits this long for further stops, and the next one about the
# same bundle and stage comes so much later.
GATHER = timedelta(minutes=2)
AGAIN = timedelta(minutes=15)


def is_known_to(
    person: Person,
    *,
    has_listened: bool,
    requests: Iterable[Request],
    desks: Collection[str],
) -> bool:
    """Return whether the person heard a recording, asked about it or was offered it.

    `requests` are all those about the recording; those at one of `desks`, where the
    person is a reviewer or a lead, were offered.
    """
    if has_listened:
        return True
    for request in requests:
        if request.asker == person:
            return True
        if request.desk in desks:
            return True
    return False


def is_paged_alone(case: Case, n_cases: int) -> bool:
    """Return whether a case of a bundle of `n_cases` is paged about by itself.

    A person in danger, and a reply that was not enough, never wait for others.
    """
    if n_cases <= _PAGED_ALONE:
        return True
    if case.severity is Severity.DANGER:
        return True
    return case.former_officer is not None


def is_asked_about(n_cases: int) -> bool:
    """Return whether the reporter is asked for the reason with this stop: once."""
    return n_cases == _PAGED_ALONE + 1


def page_of_stop_at(bundle: StopBundle, now: datetime) -> datetime | None:
    """Return when to page about a further stop; None if a message that waits counts it."""
    if bundle.paged_at is None:
        return now + GATHER
    if bundle.paged_at > now:
        return None
    return max(now + GATHER, bundle.paged_at + AGAIN)


def page_of_stage_at(
    bundle: StopBundle,
    stage: int,
    now: datetime,
) -> datetime | None:
    """Return when to page this stage about expired clocks; None if it was just paged."""
    if bundle.paged_stage is None or bundle.paged_at is None:
        return now
    if stage > bundle.paged_stage:
        return now
    if now < bundle.paged_at + AGAIN:
        return None
    return now


def awaits_officer(case: Case) -> bool:
    """Return whether a case waits for an officer to come, or for an overdue reply."""
    if case.state is CaseState.OPEN:
        return True
    is_looked_after = case.state is CaseState.ACKNOWLEDGED
    return is_looked_after and case.overdue_since is not None


def may_release_together(case: Case) -> Refusal | None:
    """A case may be released together with others, but for a drill or a danger."""
    if case.is_drill:
        return refuse("drill_alone")
    if case.severity is Severity.DANGER:
        return refuse("danger_alone")
    return None
