"""A large company is known as soon as Slack's limits allow, and none is left out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.rules.desks import Desk, Desks, Holders
from bot.rules.slack_calls.limits import calls_per_minute
from bot.slack.calls.pacer import Pacer
from bot.slack.reading.groups import GroupReading
from bot.slack.reading.people import PageReading, SingleReading
from bot.slack.reading.reader import Reader
from storage.records import Membership, Role
from tests.product import GROUPS, TEAM, Product, build_product

N_GROUPS = 202
N_PEOPLE = 2_400
OFFICERS = "S999SAFETY"


def user(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"U{number:05}",
        "team_id": TEAM,
        "deleted": False,
        **more,
    }


class Company:
    """Slack's answers to four methods, within its limits, on the product's clock."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.pacer: Pacer | None = None
        self.groups: dict[str, list[str]] = {}
        self.lists_groups = True
        self.refused: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self._times: dict[str, list[Any]] = {}
        names = [f"S{number:03}" for number in range(N_GROUPS - 1)]
        for number, name in enumerate([*names, OFFICERS]):
            start = number * N_PEOPLE // N_GROUPS
            end = (number + 1) * N_PEOPLE // N_GROUPS
            self.groups[name] = [f"U{each:05}" for each in range(start, end)]

    def usergroups_list(
        self,
        include_users: bool,
        include_disabled: bool,
    ) -> dict[str, Any]:
        assert include_users
        assert include_disabled
        self._count("usergroups.list", "")
        if not self.lists_groups:
            raise self._error("missing_scope", 200)
        found = []
        for name, users in self.groups.items():
            found.append({"id": name, "users": users, "user_count": len(users)})
        return {"usergroups": found}

    def usergroups_users_list(self, usergroup: str) -> dict[str, Any]:
        self._count("usergroups.users.list", usergroup)
        return {"users": self.groups[usergroup]}

    def users_list(
        self, limit: int, cursor: str | None, include_locale: bool
    ) -> dict[str, Any]:
        assert include_locale
        self._count("users.list", cursor or "")
        start = int(cursor or 0)
        members = [
            user(number) for number in range(start, min(start + limit, N_PEOPLE))
        ]
        end = start + limit
        return {
            "members": members,
            "response_metadata": {"next_cursor": str(end) if end < N_PEOPLE else ""},
        }

    def users_info(self, user: str, include_locale: bool) -> dict[str, Any]:
        assert include_locale
        self._count("users.info", user)
        return {"user": {"id": user, "team_id": TEAM, "deleted": False}}

    def _count(self, method: str, what: str) -> None:
        if self.pacer is not None:
            self.pacer.admit(method, None)
        now = self.product.now
        times = self._times.setdefault(method, [])
        recent = [time for time in times if now - time < timedelta(minutes=1)]
        assert len(recent) < calls_per_minute(method), f"{method}: too many calls"
        times.append(now)
        self.calls.append((method, what))
        if method in self.refused:
            self.refused.remove(method)
            raise self._error("ratelimited", 429)

    def _error(self, code: str, status: int) -> SlackApiError:
        response = SlackResponse(
            client=None,
            http_verb="POST",
            api_url="https://slack.test/api/users.list",
            req_args={},
            data={"ok": False, "error": code},
            headers={"Retry-After": "20"},
            status_code=status,
        )
        return SlackApiError(code, response)


@pytest.fixture
def product(tmp_path: Path) -> Product:
    made = build_product(tmp_path)
    with made.services.store.begin() as tx:
        tx.people.forget_all()
        for group_id in GROUPS:
            tx.groups.put(group_id, [], made.now)
    return made


@pytest.fixture
def company(product: Product) -> Company:
    made = Company(product)
    names = sorted(made.groups)
    desks = {}
    for number in range(0, len(names) - 2, 2):
        desk = Desk(
            id=f"desk-{number}",
            name=f"Desk {number}",
            locale="en-US",
            channel_id=f"C{number}",
            holders={
                Role.REVIEWER: Holders(groups=frozenset({names[number]})),
                Role.LEAD: Holders(groups=frozenset({names[number + 1]})),
            },
        )
        desks[desk.id] = desk
    officers = Holders(groups=frozenset({OFFICERS}))
    product.services.desks = Desks(
        desks=desks,
        holders={Role.SAFETY_OFFICER: officers},
    )
    return made


def replica(company: Company) -> Reader:
    """Return the reader of a process; its calls are paced with those of all others."""
    services, clock = company.product.services, company.product.clock
    company.pacer = Pacer(services.store, clock)
    client: Any = company
    readings = [kind(services, client, clock) for kind in (GroupReading, PageReading)]
    return Reader(services, clock, [*readings, SingleReading(services, client, clock)])


def pass_until(
    product: Product,
    readers: list[Reader],
    is_done: Callable[[], bool],
    tick_s: float = 1,
) -> timedelta:
    """Let the readers work until it is done. Return the time that has passed."""
    start = product.now
    while not is_done():
        assert product.now - start < timedelta(minutes=20)
        for reader in readers:
            reader.read_due()
        product.pass_time(seconds=tick_s)
    return product.now - start


def n_unread(company: Company) -> int:
    groups = company.product.services.desks.groups()
    with company.product.services.store.read() as tx:
        return len(groups - tx.groups.read_at(groups).keys())


def n_singly(company: Company) -> int:
    return [method for method, _ in company.calls].count("usergroups.users.list")


def n_members(product: Product) -> int:
    ids = [user(number)["id"] for number in range(N_PEOPLE)]
    with product.services.store.read() as tx:
        known = tx.people.known(ids)
    return sum(each.membership is Membership.MEMBER for each in known.values())


def test_202_groups_and_their_people_are_known_within_seconds(
    product: Product,
    company: Company,
) -> None:
    readers = [replica(company) for _ in range(3)]
    took = pass_until(product, readers, lambda: n_unread(company) == 0)
    assert took <= timedelta(seconds=2)
    took += pass_until(product, readers, lambda: n_members(product) == N_PEOPLE)
    assert took <= timedelta(seconds=15)
    assert [what for method, what in company.calls if method == "users.info"] == []


def test_without_their_list_groups_are_read_in_turn_and_officers_first(
    product: Product,
    company: Company,
) -> None:
    company.lists_groups = False
    readers = [replica(company) for _ in range(3)]
    took = pass_until(product, readers, lambda: n_unread(company) == 0, tick_s=4)
    read = [what for method, what in company.calls if method == "usergroups.users.list"]
    assert read[0] == OFFICERS
    leads = {f"S{number:03}" for number in range(1, N_GROUPS - 2, 2)}
    assert set(read[1 : len(leads) + 1]) == leads
    assert len(read) == len(set(read))
    # 5 calls at once, then 15 a minute.
    assert took <= timedelta(minutes=14)
    pass_until(product, readers, lambda: n_singly(company) > N_GROUPS, tick_s=4)
    again = [w for method, w in company.calls if method == "usergroups.users.list"]
    assert again[len(read) :][0] == OFFICERS


def test_the_list_of_people_goes_on_where_a_429_or_a_restart_broke_it_off(
    product: Product,
    company: Company,
) -> None:
    reader = replica(company)
    company.refused.add("users.list")
    reader.read_due()
    assert n_members(product) == 0
    product.pass_time(seconds=21)
    company.refused.add("usergroups.list")
    pages = [what for method, what in company.calls if method == "users.list"]
    assert pages == [""]
    reader.read_due()
    reader.stop()
    restarted = replica(company)
    pass_until(product, [restarted], lambda: n_members(product) == N_PEOPLE)
    pages = [what for method, what in company.calls if method == "users.list"]
    assert pages == ["", "", "1000", "2000"]


def test_a_joiner_is_known_within_seconds_of_the_event(
    product: Product,
    company: Company,
) -> None:
    reader = replica(company)
    pass_until(product, [reader], lambda: n_members(product) == N_PEOPLE)
    with product.services.store.begin() as tx:
        tx.groups.lock_unread("S000")
        tx.groups.change("S000", joined=["U99999"], left=[])

    def is_member() -> bool:
        with product.services.store.read() as tx:
            return bool(tx.people.member_by_id("U99999").user_id)

    assert pass_until(product, [reader], is_member) <= timedelta(seconds=7)


def test_another_replica_reads_on_when_the_reader_dies(
    product: Product,
    company: Company,
) -> None:
    first, second = replica(company), replica(company)
    first.read_due()
    n_calls = len(company.calls)
    second.read_due()
    assert len(company.calls) == n_calls
    product.pass_time(seconds=31)
    second.read_due()
    assert len(company.calls) > n_calls
