"""What follows from reports of personal information in a snippet."""

from collections.abc import Sequence
from enum import Enum, auto

from storage.records import PersonalReport, Request, Side

# So many different people end a request, because the masking has failed.
PEOPLE_TO_END = 2
_BOTH = frozenset({Side.BEFORE, Side.AFTER})


class Consequence(Enum):
    """What happens to a request after a report."""

    MASK_AGAIN = auto()
    ASK_LEAD = auto()
    END = auto()


def masked_sides(reports: Sequence[PersonalReport]) -> frozenset[Side]:
    """Return the sides of the span to mask: BEFORE, AFTER or both."""
    sides: set[Side] = set()
    for report in reports:
        if report.side is Side.UNSURE:
            return _BOTH
        sides.add(report.side)
    return frozenset(sides)


def consequence(
    request: Request,
    reports: Sequence[PersonalReport],
) -> Consequence:
    """Return what follows from all `reports` about the request, the newest included.

    One person ends nothing. Once both sides are masked, only the word itself is left,
    and a lead decides.
    """
    people = {report.reporter for report in reports}
    if len(people) >= PEOPLE_TO_END:
        return Consequence.END
    if request.masked_sides == _BOTH:
        return Consequence.ASK_LEAD
    return Consequence.MASK_AGAIN
