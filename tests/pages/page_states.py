"""Requests, cases and changes in the states that the pages show."""

from dataclasses import replace

from bot.usecases.context import act_without_person
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import waiting
from bot.usecases.listening import elevated
from bot.usecases.people import role_mapping
from bot.usecases.requests import propose
from storage.records import Answer, Elevation, Origin, Role
from tests.desks import with_less_masked
from tests.pages.shift_site import add_requests
from tests.pages.site import LENA, RAVI, Site


def prepare_mapping(site: Site) -> None:
    """Let Ravi hear closer; a reviewer more in the file waits for an administrator."""
    services = site.services
    services.desks = with_less_masked(services.desks, RAVI)
    system = act_without_person(Origin.CLI, site.clock.now)
    role_mapping.compare_file(services, system)
    desk = services.desks.desks["english-us"]
    reviewers = desk.holders[Role.REVIEWER]
    more = replace(reviewers, users=reviewers.users | {"U0NOBODY1"})
    changed = replace(desk, holders={**desk.holders, Role.REVIEWER: more})
    desks = {**services.desks.desks, desk.id: changed}
    services.desks = replace(services.desks, desks=desks, written=None)
    role_mapping.compare_file(services, system)


def reach_states(site: Site) -> dict[str, str]:
    """Return the keys of requests in several states, and of a case."""
    opened, answered, disputed, settled, stopped, accidental, muffled = add_requests(
        site, 7
    )
    elevated.ask(
        site.services,
        site.fresh(RAVI),
        muffled.key,
        closeness=Elevation.LESS_DISGUISED,
        reason="too muffled",
    )
    act = site.act(RAVI)
    case = stop_clip.stop(site.services, act, stopped.key).case
    for user_id in (RAVI, "U0REVIEW3"):
        site.hear(accidental, user_id)
        propose.propose(
            site.services,
            site.act(user_id),
            accidental.key,
            answer=Answer.NOT_FOR_ASSISTANT,
            text=None,
            confidence=3,
        )
    waiting.close_accidental(
        site.services, act_without_person(Origin.WORKER, act.now), accidental.id
    )
    site.answer(settled, RAVI, "lamp")
    site.answer(settled, "U0REVIEW3", "lamp")
    site.hear(opened, RAVI)
    site.answer(answered, RAVI, "lamp")
    site.answer(disputed, RAVI, "lamp")
    site.answer(disputed, "U0REVIEW3", "lamb")
    site.hear(disputed, LENA)
    return {
        "open": opened.key,
        "answered": answered.key,
        "disputed": disputed.key,
        "settled": settled.key,
        "case": case.key,
        "stopped": stopped.key,
    }
