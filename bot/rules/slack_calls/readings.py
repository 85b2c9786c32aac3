"""When Slack is read again: user groups, and the people of the workspace.

Events of Slack come first. These readings find what no event reported, and what was so
before help-clip started.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.rules.desks import Desks
from storage.records import Reading, Role

# One call lists every group with its members: 4 of the 20 calls a minute.
LIST_GROUPS_EVERY = timedelta(seconds=15)
# The name of the list of the workspace's people, and the people of one of its pages.
PEOPLE_LIST = "people"
PEOPLE_A_PAGE = 1_000
# While all people are known, a page is read every six seconds, which leaves half of the
# 20 calls a minute. A company of 10,000 people is read anew within two minutes.
NEXT_PAGE_AFTER = timedelta(seconds=6)
READ_PEOPLE_AGAIN_AFTER = timedelta(seconds=40)
# The list leaves out people of other companies in shared channels. They are read one by
# one, the longest unread first.
CHECK_UNLISTED_AFTER = timedelta(minutes=10)
# While more people than these are unknown, pages of the list come before single people.
MANY = 30
_FIRST_ROLES = (Role.SAFETY_OFFICER, Role.ADMINISTRATOR)


def people_lists(team_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of the list of people of each workspace, by workspace.

    Without several workspaces there is one list, of the workspace "".
    """
    found = {team_id: f"{PEOPLE_LIST} {team_id}" for team_id in sorted(team_ids)}
    return found or {"": PEOPLE_LIST}


def page_due_at(reading: Reading | None, now: datetime) -> datetime:
    """Return when the next page of the list of people is due."""
    if reading is None:
        return now
    if reading.complete_at is None:
        return now
    if not reading.cursor:
        return reading.read_at + READ_PEOPLE_AGAIN_AFTER
    return reading.read_at + NEXT_PAGE_AFTER


def after_page(
    reading: Reading | None,
    next_cursor: str,
    now: datetime,
) -> Reading:
    """Return how far the list was read after one more page."""
    complete_at = None
    if reading is not None:
        complete_at = reading.complete_at
    if not next_cursor:
        complete_at = now
    return Reading(
        cursor=next_cursor,
        read_at=now,
        complete_at=complete_at,
    )


def groups_in_turn(
    desks: Desks,
    groups: Iterable[str],
    read_at: Mapping[str, datetime],
) -> list[str]:
    """Return the groups in the order in which they are read one by one.

    Groups never read come first, then the group that was read longest ago. Of those
    that are equal, the groups of safety officers and leads come first.
    """
    ranks = _ranks(desks)
    groups = sorted(groups, key=lambda group: (ranks[group], group))
    unknown = [group for group in groups if group not in read_at]
    known = [group for group in groups if group in read_at]
    return [*unknown, *sorted(known, key=read_at.__getitem__)]


def _ranks(desks: Desks) -> dict[str, int]:
    """Return the rank of each group: that of the most important role it gives."""
    company = [desks.holders.get(role) for role in _FIRST_ROLES]
    leads = [desk.holders.get(Role.LEAD) for desk in desks.desks.values()]
    ranks = dict.fromkeys(desks.groups(), len(company) + 1)
    for holders in leads:
        if holders is not None:
            ranks |= dict.fromkeys(holders.groups, len(company))
    for rank, holders in reversed(list(enumerate(company))):
        if holders is not None:
            ranks |= dict.fromkeys(holders.groups, rank)
    return ranks
