"""What returns clip text, sound, answers or names of people writes an event.

A new page or handler fails here until the table names its event, or the reason why it
returns nothing that is protected.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.routing import Route

from bot.rules.desks import Holders
from bot.slack.app import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS
from bot.usecases.context import Act
from bot.usecases.distress import officer, stop_clip
from bot.usecases.listening import elevated
from bot.usecases.people import role_mapping
from storage.records import Action, Elevation, IncidentKind, Origin, Role
from tests.desks import with_less_masked
from tests.pages.site import (
    ADMIN,
    AUDITOR,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SAFETY,
    Site,
    new_site,
)

Visit = Callable[[Site], str]
PRESS = "a1b2c3d4e5f6a7b8"

# A reason in the place of an action: the route returns nothing that is protected.
OWN = "what this person typed, chose or asked, and the names of requests"
DONE = "a redirect or a sentence; the act itself is on record"
NUMBERS = "numbers and states, without a word, a clip or a person"
GOES_ON = "goes on with a reading that is on record"

ROUTES: dict[str, Action | str] = {
    "GET /": Action.QUEUE_VIEWED,
    "GET /sign-in": DONE,
    "POST /sign-in": DONE,
    "GET /sign-in/done": DONE,
    "POST /sign-out": DONE,
    "GET /ask": Action.TRANSCRIPT_VIEWED,
    "POST /ask": Action.TRANSCRIPT_VIEWED,
    "POST /ask/words": DONE,
    "POST /ask/place": Action.TRANSCRIPT_VIEWED,
    "POST /ask/draft": DONE,
    "GET /asked": OWN,
    "GET /answer": OWN,
    "GET /answer/next": OWN,
    "GET /answered": OWN,
    "GET /quality": Action.QUALITY_VIEWED,
    "GET /quality/export": Action.QUALITY_VIEWED,
    "GET /practice": OWN,
    "POST /practice/skip": DONE,
    "GET /practice/{key}": OWN,
    "POST /practice/{key}/answer": DONE,
    "POST /practice/{key}/stop": DONE,
    "POST /practice/{key}/audio": Action.PRACTICE_HEARD,
    "POST /practice/{key}/played": DONE,
    "GET /practice/{key}/live": NUMBERS,
    "GET /sessions": OWN,
    "POST /sessions/end": DONE,
    "POST /sessions/language": DONE,
    "POST /sessions/end-all": DONE,
    "GET /rule": Action.QUEUE_VIEWED,
    "GET /rule/next": DONE,
    "GET /rule/{key}": Action.REQUEST_VIEWED,
    "POST /rule/{key}": Action.REQUEST_VIEWED,
    "POST /rule/{key}/question": DONE,
    "POST /rule/{key}/reason": OWN,
    "POST /rule/{key}/claim": DONE,
    "GET /r/{key}": Action.REQUEST_VIEWED,
    "POST /r/{key}/answer": DONE,
    "POST /r/{key}/take-back": DONE,
    "POST /r/{key}/not-me": DONE,
    "POST /r/{key}/withdraw": DONE,
    "POST /r/{key}/appeal": Action.REQUEST_VIEWED,
    "POST /r/{key}/stop": DONE,
    "POST /r/{key}/audio": Action.SNIPPET_HEARD,
    "POST /r/{key}/played": DONE,
    "GET /r/{key}/live": NUMBERS,
    "GET /mapping": Action.QUEUE_VIEWED,
    "POST /mapping": Action.QUEUE_VIEWED,
    "GET /case": NUMBERS,
    "GET /case/closed": NUMBERS,
    "GET /case/release": NUMBERS,
    "POST /case/release": DONE,
    "GET /case/{key}": Action.CASE_VIEWED,
    "POST /case/{key}/acknowledge": DONE,
    "POST /case/{key}/not-an-emergency": DONE,
    "POST /case/{key}/hand-over": DONE,
    "POST /case/{key}/step": DONE,
    "POST /case/{key}/close": Action.CASE_VIEWED,
    "GET /case/{key}/hold": Action.CASE_VIEWED,
    "POST /case/{key}/hold": Action.CASE_VIEWED,
    "POST /case/{key}/audio": Action.SNIPPET_HEARD,
    "POST /case/{key}/played": DONE,
    "GET /case/{key}/live": NUMBERS,
    "GET /stopped/{key}": OWN,
    "POST /stopped/{key}/grade": DONE,
    "POST /stopped/{key}/not-enough": DONE,
    "GET /care": OWN,
    "POST /care/break": DONE,
    "POST /care/back": DONE,
    "POST /care/choices": DONE,
    "POST /care/talk": DONE,
    "GET /closer": Action.QUEUE_VIEWED,
    "GET /closer/ask/{key}": Action.REQUEST_VIEWED,
    "POST /closer/ask/{key}": Action.REQUEST_VIEWED,
    "POST /closer/{key}/decide": Action.QUEUE_VIEWED,
    "POST /closer/{key}/audio": Action.SNIPPET_HEARD_CLOSER,
    "POST /closer/{key}/played": DONE,
    "GET /closer/{key}/live": NUMBERS,
    "GET /erase": Action.ERASURES_VIEWED,
    "POST /erase/again": DONE,
    "GET /waiting": Action.ERASURES_VIEWED,
    "POST /waiting/{key}/keep": DONE,
    "GET /erase/{what}/{key}": Action.ERASURES_VIEWED,
    "POST /erase/{what}/{key}": Action.ERASURES_VIEWED,
    "GET /audit": Action.LOG_QUERIED,
    "GET /audit/live": GOES_ON,
    "POST /audit": Action.LOG_QUERIED,
    "POST /audit/export": Action.LOG_EXPORTED,
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    desks = with_less_masked(built.services.desks, RAVI)
    built.services = replace(built.services, desks=desks)
    yield built
    built.services.store.close()


def routes_of(site: Site) -> set[str]:
    found = set()
    for route in site.application().routes:
        if isinstance(route, Route):
            for method in (route.methods or set()) - {"HEAD"}:
                found.add(f"{method} {route.path}")
    return found


def test_every_route_is_in_the_table(site: Site) -> None:
    assert routes_of(site) == set(ROUTES)


def get(user: str, path: str) -> Visit:
    def visit(site: Site) -> str:
        site.visitor(user).get(path)
        return user

    return visit


def see_home(site: Site) -> str:
    request = site.asked()
    with site.services.store.begin() as tx:
        who = site.act(RAVI).actor
        tx.incidents.add(
            IncidentKind.LISTENS_A_LOT,
            who,
            desk=request.desk,
            now=site.clock.now,
            request_id=request.id,
        )
    site.visitor(LENA).get("/")
    return LENA


def ask_in_the_wrong_form(site: Site) -> str:
    site.visitor(ROSA).post("/ask", clip="en-us-0001", seconds="nonsense")
    return ROSA


def look_at_loudness(site: Site) -> str:
    site.visitor(ROSA).post("/ask/place", clip="en-us-0001", seconds="1.2-1.9")
    return ROSA


def open_request(site: Site) -> str:
    site.visitor(RAVI).get(f"/r/{site.asked().key}")
    return RAVI


def play(site: Site) -> str:
    site.visitor(RAVI).send(f"/r/{site.asked().key}/audio", press=PRESS)
    return RAVI


def play_practice(site: Site) -> str:
    site.visitor(RAVI).send("/practice/en-1/audio", press=PRESS)
    return RAVI


def open_ruling(site: Site) -> str:
    site.visitor(LENA).get(f"/rule/{site.disputed().key}")
    return LENA


def appeal_without_a_reason(site: Site) -> str:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    site.visitor(ROSA).post(f"/r/{request.key}/appeal")
    return ROSA


def rule_without_a_choice(site: Site) -> str:
    site.visitor(LENA).post(f"/rule/{site.disputed().key}")
    return LENA


def see_mapping(site: Site) -> str:
    change_roles(site)
    site.visitor(ADMIN).get("/mapping")
    return ADMIN


def confirm_without_a_reason(site: Site) -> str:
    change_roles(site)
    site.visitor(ADMIN).post("/mapping")
    return ADMIN


def change_roles(site: Site) -> None:
    """desks.toml names one more reviewer at a start."""
    shell = Act(person=None, origin=Origin.CLI, now=site.clock.now)
    role_mapping.compare_file(site.services, shell)
    desks = site.services.desks
    desk = desks["english-us"]
    users = desk.holders[Role.REVIEWER].users | {"U0NOBODY2"}
    holders = {**desk.holders, Role.REVIEWER: Holders(users=users)}
    changed = replace(desk, holders=holders)
    site.services.desks = replace(desks, desks={**desks.desks, desk.id: changed})
    role_mapping.compare_file(site.services, shell)


def own_case(site: Site) -> str:
    """Return the key of a stopped clip's case that the officer looks after."""
    key = site.asked().key
    case = stop_clip.stop(site.services, site.act(JONAS), key).case
    officer.acknowledge(site.services, site.act(SAFETY), case.key)
    return case.key


def on_case(method: str, path: str) -> Visit:
    def visit(site: Site) -> str:
        address = f"/case/{own_case(site)}{path}"
        officers = site.visitor(SAFETY)
        if method == "GET":
            officers.get(address)
        else:
            officers.post(address, press=PRESS)
        return SAFETY

    return visit


def asked_closer(site: Site, *, approved: bool = False) -> tuple[str, str]:
    """Return the keys of a request and of an elevated listen that Ravi asked for."""
    request = site.asked()
    asked = elevated.ask(
        site.services,
        site.fresh(RAVI),
        request.key,
        closeness=Elevation.LESS_DISGUISED,
        reason="a lorry drives by",
    )
    if approved:
        elevated.decide(
            site.services,
            site.fresh(LENA),
            asked.key,
            reason="it helps",
            approve=True,
        )
    return request.key, asked.key


def see_elevated_queue(site: Site) -> str:
    asked_closer(site)
    site.visitor(LENA).get("/closer")
    return LENA


def decide_without_a_reason(site: Site) -> str:
    _, key = asked_closer(site)
    site.visitor(LENA).post(f"/closer/{key}/decide", decision="approve")
    return LENA


def see_elevated(site: Site) -> str:
    request, _ = asked_closer(site)
    site.visitor(RAVI).get(f"/closer/ask/{request}")
    return RAVI


def ask_closer_without_a_reason(site: Site) -> str:
    key = site.asked().key
    site.visitor(RAVI).post(f"/closer/ask/{key}", closeness="unmasked")
    return RAVI


def play_elevated(site: Site) -> str:
    _, key = asked_closer(site, approved=True)
    site.visitor(RAVI).send(f"/closer/{key}/audio", press=PRESS)
    return RAVI


def erase_without_a_reason(site: Site) -> str:
    site.visitor(ADMIN).post("/erase/clip/en-us-0001")
    return ADMIN


def query_the_log(site: Site) -> str:
    site.visitor(AUDITOR).post("/audit", user=RAVI)
    return AUDITOR


def export_the_log(site: Site) -> str:
    site.visitor(AUDITOR).post("/audit/export", format="csv")
    return AUDITOR


VISITS: dict[str, Visit] = {
    "GET /": see_home,
    "GET /ask": get(ROSA, "/ask?clip=en-us-0001"),
    "POST /ask": ask_in_the_wrong_form,
    "POST /ask/place": look_at_loudness,
    "GET /quality": get(LENA, "/quality"),
    "GET /quality/export": get(LENA, "/quality/export?table=figures"),
    "GET /rule": get(LENA, "/rule"),
    "GET /rule/{key}": open_ruling,
    "POST /rule/{key}": rule_without_a_choice,
    "GET /r/{key}": open_request,
    "POST /r/{key}/appeal": appeal_without_a_reason,
    "POST /practice/{key}/audio": play_practice,
    "POST /r/{key}/audio": play,
    "GET /mapping": see_mapping,
    "POST /mapping": confirm_without_a_reason,
    "GET /case/{key}": on_case("GET", ""),
    "POST /case/{key}/close": on_case("POST", "/close"),
    "GET /case/{key}/hold": on_case("GET", "/hold"),
    "POST /case/{key}/hold": on_case("POST", "/hold"),
    "POST /case/{key}/audio": on_case("POST", "/audio"),
    "GET /closer": see_elevated_queue,
    "GET /closer/ask/{key}": see_elevated,
    "POST /closer/ask/{key}": ask_closer_without_a_reason,
    "POST /closer/{key}/decide": decide_without_a_reason,
    "POST /closer/{key}/audio": play_elevated,
    "GET /erase": get(ADMIN, "/erase"),
    "GET /erase/{what}/{key}": get(ADMIN, "/erase/clip/en-us-0001"),
    "POST /erase/{what}/{key}": erase_without_a_reason,
    "GET /waiting": get(LENA, "/waiting"),
    "GET /audit": get(AUDITOR, "/audit"),
    "POST /audit": query_the_log,
    "POST /audit/export": export_the_log,
}


def test_every_route_with_an_event_is_visited() -> None:
    assert {name for name, what in ROUTES.items() if what in list(Action)} == set(
        VISITS
    )


@pytest.mark.parametrize("route", sorted(VISITS))
def test_a_reading_is_on_record_under_the_person_who_read(
    site: Site, route: str
) -> None:
    user = VISITS[route](site)
    action = ROUTES[route]
    assert isinstance(action, Action)
    assert user in [event.user_id for event in site.events(action)]


# The same for Slack: what a handler shows to the acting person.
HANDLERS: dict[str, Action | str] = {
    "/help-clip": Action.TRANSCRIPT_VIEWED,
    "/clip-queue": Action.QUEUE_VIEWED,
    "/clip-audit": Action.LOG_QUERIED,
    "/clip-distress": DONE,
    "/clip-talk": DONE,
    "/clip-setup": DONE,
    "ask_clip": OWN,
    "ask_about_message": Action.TRANSCRIPT_VIEWED,
    "clip": Action.TRANSCRIPT_VIEWED,
    "listen": DONE,
    "rule": DONE,
    "open_page": DONE,
    "not_me": DONE,
    "stop": DONE,
    "stop_from_home": DONE,
    "grade": DONE,
    "not_enough": DONE,
    "explain_stops": DONE,
    "take_break": DONE,
    "back_from_break": DONE,
    "talk_to_someone": "the site's contacts from desks.toml",
    "call_colleague": DONE,
    "have_time": DONE,
    "no_time": DONE,
    "im_fine": DONE,
    "withdraw": Action.QUEUE_VIEWED,
    "close_unclear": DONE,
    "approve_ask": DONE,
    "refuse_ask": DONE,
    "ask_from_home": OWN,
    "audit_page": Action.LOG_QUERIED,
    "incident": Action.QUEUE_VIEWED,
    "ask": DONE,
    "stop_clip": DONE,
    "audit": Action.LOG_QUERIED,
    "app_home_opened": Action.QUEUE_VIEWED,
}


def test_every_slack_handler_that_answers_is_in_the_table() -> None:
    named = {*COMMANDS, *SHORTCUTS, *ACTIONS, *VIEWS}
    # Other events are not answered to a person.
    assert "app_home_opened" in EVENTS
    assert named | {"app_home_opened"} == set(HANDLERS)
