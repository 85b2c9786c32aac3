"""The whole lists: the requests to answer, and those that a person asked or answered.

The filter is in the address, so that a list can be bookmarked and its pages be linked.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.responses import redirect_to, render_page
from bot.pages.routing import page_route
from bot.pages.shift import ANSWERED, done_here, read_shift
from bot.rules.desks import Desk
from bot.rules.numbers import whole_number
from bot.rules.requests.lifecycle import CLOSED, LIVE
from bot.usecases.history.answered import list_answered
from bot.usecases.history.asked import list_asked
from bot.usecases.practice.exercises import needs_practice
from bot.usecases.requests import lists
from bot.usecases.requests.lists import ListFilter
from bot.usecases.shift.next_request import next_to_answer
from storage.records import RequestState

# The ages that a filter offers, in hours.
AGES = (1, 8, 24, 72)
# Chosen part of the asked requests -> their states; no part means all states.
PARTS: Mapping[str, frozenset[RequestState]] = {
    "live": frozenset(LIVE),
    "closed": frozenset(CLOSED),
}


def routes(context: PageContext) -> list[BaseRoute]:
    """Return the routes of the lists. The queue is beside the rulings."""
    return [
        page_route(context, "/answer", show_to_answer),
        page_route(context, "/answer/next", go_to_next),
        page_route(context, "/asked", show_asked),
        page_route(context, "/answered", show_answered),
    ]


def show_to_answer(visit: Visit) -> Response:
    """GET /answer: the requests that this person can answer, oldest first."""
    chosen = read_filter(visit)
    found = lists.list_to_answer(visit.services, visit.act, chosen)
    return render_page(
        visit,
        "to_answer.html",
        found=found,
        now=visit.act.now,
        **filter_values(visit, chosen, found.desks, found.page.next_after),
    )


def go_to_next(visit: Visit) -> Response:
    """GET /answer/next: the page of the next request to answer.

    Without a next one, an answer leads to its own page, and all else to a page that
    reports the end of the list. A new reviewer's shift begins with the practice.
    """
    shift = read_shift(visit)
    if not shift.last and needs_practice(visit.services, visit.act):
        return redirect_to("/practice")
    following = next_to_answer(
        visit.services,
        visit.act,
        shift.last,
        shift.skipped_ids,
    )
    if following is not None:
        return redirect_to(f"/r/{following.key}?{shift.here()}")
    done = done_here(visit, shift)
    if done is not None and shift.did == ANSWERED:
        return redirect_to(f"/r/{done.request.key}")
    return render_page(
        visit,
        "shift_end.html",
        shift=shift,
        done=done,
    )


def show_asked(visit: Visit) -> Response:
    """GET /asked: the requests that this person asked, newest first."""
    chosen = read_filter(visit)
    found = list_asked(visit.services, visit.act, chosen)
    return render_page(
        visit,
        "asked.html",
        found=found,
        parts=PARTS,
        now=visit.act.now,
        **filter_values(visit, chosen, found.desks, found.page.next_after),
    )


def show_answered(visit: Visit) -> Response:
    """GET /answered: the requests that this person answered, and their outcome."""
    chosen = read_filter(visit)
    found = list_answered(visit.services, visit.act, chosen)
    return render_page(
        visit,
        "answered.html",
        found=found,
        parts=PARTS,
        now=visit.act.now,
        **filter_values(visit, chosen, found.desks, found.next_after),
    )


def read_filter(visit: Visit) -> ListFilter:
    """Return the filter of the address; a malformed value narrows nothing."""
    given = visit.request.query_params
    hours = whole_number(given.get("hours"), max(AGES)) or 0
    if hours not in AGES:
        hours = 0
    desk = given.get("desk", "")
    if desk not in visit.services.desks.desks:
        desk = ""
    return ListFilter(
        desk=desk,
        hours=hours,
        states=PARTS.get(given.get("part", ""), frozenset()),
        after=whole_number(given.get("after")),
    )


def hides_own(visit: Visit) -> bool:
    """Return whether the lead wants to see only what the lead may rule on."""
    return visit.request.query_params.get("own") == "hidden"


def filter_values(
    visit: Visit,
    chosen: ListFilter,
    desks: Sequence[Desk],
    next_after: int | None,
) -> dict[str, Any]:
    """Return what the template of the filter and of the pager needs."""
    names = {desk.id: desk.name for desk in visit.services.desks.desks.values()}
    kept = _address_of(visit, chosen)
    next_page = None
    if next_after is not None:
        next_page = "?" + urlencode({**kept, "after": str(next_after)})
    return {
        "chosen": chosen,
        "is_narrowed": bool(kept),
        "hides_own": hides_own(visit),
        "chosen_part": kept.get("part", ""),
        "ages": AGES,
        "filter_desks": desks,
        "desks": names,
        "first_page": "?" + urlencode(kept),
        "next_page": next_page,
    }


def _address_of(
    visit: Visit,
    chosen: ListFilter,
) -> dict[str, str]:
    """Return the filter as the parameters of an address, without empty ones."""
    kept = {}
    if chosen.desk:
        kept["desk"] = chosen.desk
    if chosen.hours:
        kept["hours"] = str(chosen.hours)
    if chosen.states:
        kept["part"] = visit.request.query_params["part"]
    if hides_own(visit):
        kept["own"] = "hidden"
    return kept
