"""An open page is answered from memory, and never later than what ends its access."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.pages.app import exception_handlers, middleware, pages
from bot.pages.live.memory import LOOK_EVERY_S
from bot.rules.desks import Holders
from bot.rules.listening.access_conditions import Shift
from bot.rules.listening.live_answers import Reach, reach_of
from bot.rules.people.idle import IdleLimits
from bot.usecases.channels import inspect
from bot.usecases.context import Act
from bot.usecases.distress import officer, stop_clip
from bot.usecases.erasure import consent
from bot.usecases.erasure.erase import erase_clip
from bot.usecases.listening.report_personal import report_personal
from bot.usecases.people import roles, sessions
from bot.usecases.requests import expire, withdraw
from storage.records import (
    Action,
    ChannelProblem,
    Membership,
    Origin,
    Request,
    Side,
)
from storage.store import Store
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.site import (
    ADMIN,
    JONAS,
    RAVI,
    ROSA,
    SAFETY,
    STRANGER,
    Site,
    TestClient,
    new_site,
    nowhere,
)

PROMISED_S = 2.0
PLAYER_ENDS_AFTER_S = 1.7


@dataclass
class Ticks:
    """A clock that never goes back, and stands still until a test moves it."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Replica:
    """A second process on the same database, and the browser of a listener."""

    site: Site
    ticks: Ticks = field(default_factory=Ticks)
    n_statements: int = 0

    def __post_init__(self) -> None:
        services = self.site.services
        # Whatever changes, another process has done it.
        self.services = replace(services, store=Store(services.store.url))
        self.application = Starlette(
            routes=pages(
                self.services, nowhere(), clock=self.site.clock, ticks=self.ticks
            ),
            middleware=middleware(),
            exception_handlers=exception_handlers(),
        )
        event.listen(self.services.store.engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.n_statements += 1

    def browser(self, user_id: str, **headers: str) -> TestClient:
        client = TestClient(self.application, headers=headers)
        self.token = sessions.start_session(
            self.site.services, self.site.act(user_id), browser=self.site.browser()
        ).token
        client.cookies.set("help_clip_session", self.token)
        return client

    def pass_one_look(self) -> None:
        self.ticks.now_s += LOOK_EVERY_S
        self.site.clock.pass_time(seconds=LOOK_EVERY_S)


@pytest.fixture(params=["sqlite", "postgresql"])
def replica(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Replica]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    site = new_site(tmp_path, database_url=url)
    built = Replica(site)
    store = site.services.store
    yield built
    built.services.store.close()
    store.close()


def may_play(answer: Response) -> bool:
    return answer.status_code == 200 and bool(answer.json()["may_play"])


def live(browser: TestClient, request: Request) -> Response:
    script = {"accept": "application/json"}
    return browser.get(f"/r/{request.key}/live", headers=script)


def worker(site: Site) -> Act:
    return replace(site.act(RAVI), person=None, origin=Origin.WORKER)


def end_session(replica: Replica, request: Request) -> None:
    del request
    site = replica.site
    sessions.end_session(site.services, site.act(RAVI), replica.token)


def end_all_sessions(replica: Replica, request: Request) -> None:
    del request
    sessions.end_my_sessions(replica.site.services, replica.site.act(RAVI))


def use_cookie_elsewhere(replica: Replica, request: Request) -> None:
    del request
    site = replica.site
    sessions.end_session_elsewhere(site.services, site.act(JONAS), replica.token)


def deactivate(replica: Replica, request: Request) -> None:
    del request
    site = replica.site
    roles.set_membership(site.services, worker(site), RAVI, Membership.DEACTIVATED)


def sign_out(replica: Replica, request: Request) -> None:
    del request
    roles.sign_out_everywhere(replica.site.services, worker(replica.site), RAVI)


def remove_app(replica: Replica, request: Request) -> None:
    del request
    roles.remove_app(replica.site.services, worker(replica.site))


def stop(replica: Replica, request: Request) -> None:
    site = replica.site
    stop_clip.stop(site.services, site.act(JONAS), request.key)


def stop_by_clip(replica: Replica, request: Request) -> None:
    site = replica.site
    stop_clip.stop_clip(site.services, site.act(JONAS), request.clip_id)


def withdraw_request(replica: Replica, request: Request) -> None:
    site = replica.site
    withdraw.withdraw(site.services, site.act(ROSA), request.key)


def let_expire(replica: Replica, request: Request) -> None:
    site = replica.site
    later = replace(worker(site), now=request.expires_at + timedelta(seconds=1))
    expire.expire(site.services, later)


def settle(replica: Replica, request: Request) -> None:
    replica.site.answer(request, JONAS, "lamp")
    replica.site.answer(request, RAVI, "lamp")


def pause_channel(replica: Replica, request: Request) -> None:
    del request
    site = replica.site
    problem = ChannelProblem.BOT_REMOVED
    inspect.mark_lost(site.services, worker(site), "C0HELPENUS", problem)


def erase(replica: Replica, request: Request) -> None:
    site = replica.site
    erase_clip(site.services, site.fresh(ADMIN), request.clip_id, reason="It was asked")


def withdraw_consent(replica: Replica, request: Request) -> None:
    site = replica.site
    consent.withdraw_clip(site.services, worker(site), request.clip_id)


def report_personal_information(replica: Replica, request: Request) -> None:
    site = replica.site
    site.hear(request, JONAS)
    report_personal(site.services, site.act(JONAS), request.key, Side.BEFORE)


WAYS = (
    end_session,
    end_all_sessions,
    use_cookie_elsewhere,
    deactivate,
    sign_out,
    remove_app,
    stop,
    stop_by_clip,
    withdraw_request,
    let_expire,
    settle,
    pause_channel,
    erase,
    withdraw_consent,
    report_personal_information,
)


def test_a_page_learns_of_an_event_within_two_seconds() -> None:
    assert LOOK_EVERY_S + PLAYER_ENDS_AFTER_S < PROMISED_S


@pytest.mark.parametrize("end_access", WAYS)
def test_an_answer_ends_with_the_access_that_another_process_ends(
    replica: Replica, end_access: Callable[[Replica, Request], None]
) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    end_access(replica, request)
    replica.ticks.now_s += LOOK_EVERY_S
    assert not may_play(live(browser, request))


@pytest.mark.parametrize("replica", ["sqlite"], indirect=True)
@pytest.mark.parametrize("end_access", WAYS)
def test_an_answer_ends_at_once_with_the_access_that_its_own_process_ends(
    replica: Replica, end_access: Callable[[Replica, Request], None]
) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    replica.site.services = replica.services
    end_access(replica, request)
    assert not may_play(live(browser, request))


def test_pages_are_answered_without_a_statement_while_nothing_changes(
    replica: Replica,
) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    before = replica.n_statements
    for _ in range(50):
        assert may_play(live(browser, request))
    assert replica.n_statements == before


def test_one_look_serves_all_pages(replica: Replica) -> None:
    request = replica.site.asked()
    browsers = [replica.browser(user) for user in (RAVI, JONAS, RAVI, JONAS)]
    for browser in browsers:
        assert may_play(live(browser, request))
    before = replica.n_statements
    replica.pass_one_look()
    replica.site.hear(request, JONAS)
    for browser in browsers:
        assert may_play(live(browser, request))
    # PostgreSQL begins its transaction with a statement of its own.
    assert replica.n_statements - before <= 2


def test_the_answer_to_one_page_is_not_given_to_another(replica: Replica) -> None:
    request = replica.site.asked()
    assert may_play(live(replica.browser(RAVI), request))
    thief = TestClient(replica.application, headers={"user-agent": "another"})
    thief.cookies.set("help_clip_session", replica.token)
    assert live(thief, request).status_code == 401
    assert live(TestClient(replica.application), request).status_code == 401
    assert not may_play(live(replica.browser(STRANGER), request))


def test_a_page_behind_another_address_is_judged_by_that_address(
    replica: Replica,
) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    change_conditions(replica, networks=(ip_network("10.0.0.0/8"),))
    assert not may_play(live(browser, request))


def test_an_answer_ends_with_the_working_hours(replica: Replica) -> None:
    request = replica.site.asked()
    now = replica.site.clock.now.replace(hour=16, minute=59, second=58)
    replica.site.clock.now = now
    shift = Shift(days=frozenset(range(7)), start=time(8), end=time(17))
    change_conditions(replica, shifts=(shift,), hours="Mon-Sun 08:00-17:00")
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    replica.site.clock.pass_time(seconds=2)
    assert not may_play(live(browser, request))


def test_an_answer_ends_with_the_time_of_its_session(replica: Replica) -> None:
    replica.services.idle = IdleLimits(other=timedelta(minutes=5))
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    replica.site.clock.pass_time(minutes=4, seconds=59)
    assert may_play(live(browser, request))
    replica.site.clock.pass_time(seconds=2)
    assert live(browser, request).status_code == 401


def test_a_listener_who_joins_another_company_is_out_within_a_second(
    replica: Replica,
) -> None:
    change_conditions(replica, vendors=False)
    vendors = Holders(groups=frozenset({"S0VENDORS"}))
    replica.services.desks = replace(replica.services.desks, vendors=vendors)
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    site = replica.site
    roles.set_group(site.services, worker(site), "S0VENDORS", [RAVI])
    replica.site.clock.pass_time(seconds=1)
    assert not may_play(live(browser, request))


def test_an_answer_is_forgotten_after_five_seconds_without_any_event(
    replica: Replica,
) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    with replica.site.services.store.begin() as tx:
        # No help-clip does this.
        tx.sessions.end_all(replica.site.clock.now)
    for _ in range(20):
        replica.pass_one_look()
    assert live(browser, request).status_code == 401


def test_without_its_database_no_page_is_answered_from_memory(replica: Replica) -> None:
    request = replica.site.asked()
    browser = replica.browser(RAVI)
    assert may_play(live(browser, request))
    replica.ticks.now_s += LOOK_EVERY_S

    def fail(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    event.listen(replica.services.store.engine, "before_cursor_execute", fail)
    with pytest.raises(OperationalError):
        live(browser, request)


def test_an_officer_who_closed_a_case_hears_no_more(replica: Replica) -> None:
    site = replica.site
    request = site.asked()
    stop(replica, request)
    with site.services.store.read() as tx:
        (case,) = tx.cases.live()
    officer.acknowledge(site.services, site.act(SAFETY), case.key)
    browser = replica.browser(SAFETY)
    path = f"/case/{case.key}/live"
    assert may_play(browser.get(path))
    officer.close(
        site.services,
        site.fresh(SAFETY),
        case.key,
        reply="Thank you.",
        release=False,
    )
    replica.ticks.now_s += LOOK_EVERY_S
    assert not may_play(browser.get(path))


def change_conditions(replica: Replica, **changes: Any) -> None:
    """Change when and where the desk is open, as a restart with another file does."""
    desks = replica.services.desks
    desk = desks["english-us"]
    conditions = replace(desk.access_conditions, **changes)
    changed = replace(desk, access_conditions=conditions)
    replica.services.desks = replace(desks, desks={**desks.desks, desk.id: changed})


def test_only_actions_that_end_no_access_leave_the_answers() -> None:
    """The ways above reach the answers; these are all others that do not."""
    unreached = {action for action in Action if reach_of(action) is Reach.NONE}
    reading = (
        "viewed",
        "heard",
        "heard_closer",
        "heard_unmasked",
        "played",
        "seen",
        "queried",
        "exported",
        "verified",
        "disclosed",
        "traced",
        "published",
        "explained",
        "delivered",
        "checked",
    )
    others = {each for each in unreached if not each.value.endswith(reading)}
    assert others == {
        Action.REQUEST_ASKED,
        Action.PRACTICE_DONE,
        Action.SHARING_REMOVED,
        Action.INCIDENT_CLOSED,
        Action.DATABASE_RESTORED,
        Action.TASK_RETRIED,
        Action.TASK_DROPPED,
        Action.SESSION_STARTED,
        Action.LOG_PRUNED,
        Action.PACK_MADE,
        Action.PACK_SIGNED,
    }
