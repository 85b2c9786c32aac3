"""When and from where a desk may be heard."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.listening.access_conditions import (
    AccessConditions,
    check_access_conditions,
    is_open,
    parse_address,
)

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OFFICE, HOME = ip_address("203.0.113.7"), ip_address("198.51.100.7")
SITES = {"dublin": {"networks": ["203.0.113.0/24", "2001:db8::/32"]}}
DESK = {"locale": "en", "channel": "C1"}


def place(**raw: Any) -> AccessConditions:
    desks = parse_desks({"desks": {"x": {**DESK, **raw}}, "sites": SITES})
    return desks["x"].access_conditions


def rule(found: AccessConditions, **who: Any) -> str | None:
    visit = {"is_vendor": False, "address": OFFICE, "now": MONDAY_NOON, **who}
    refusal = check_access_conditions(found, **visit)
    return refusal.rule if refusal else None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_desk_that_says_nothing_is_open_to_all_its_people() -> None:
    assert rule(place(), is_vendor=True, address=None) is None


def test_an_in_house_desk_is_closed_to_vendors() -> None:
    assert rule(place(vendors=False), is_vendor=True) == "in_house_only"
    assert rule(place(vendors=False)) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (OFFICE, None),
        (ip_address("2001:db8::5"), None),
        (HOME, "outside_network"),
        (ip_address("2001:db9::5"), "outside_network"),
        (None, "outside_network"),
    ],
)
def test_a_desk_with_sites_is_heard_from_their_networks_only(
    address: Any, expected: str | None
) -> None:
    assert rule(place(sites=["dublin"]), address=address) == expected


def test_a_desks_own_networks_count_besides_its_sites() -> None:
    assert (
        rule(place(sites=["dublin"], networks=["198.51.100.7/32"]), address=HOME)
        is None
    )


@pytest.mark.parametrize(
    ("hours", "zone", "now", "is_it"),
    [
        ("Mon-Fri 08:00-18:00", "UTC", "2026-03-02 08:00", True),
        ("Mon-Fri 08:00-18:00", "UTC", "2026-03-02 18:00", False),
        ("Mon-Fri 08:00-18:00", "UTC", "2026-03-07 12:00", False),
        ("Mon-Fri 08:00-18:00, Sat 09:00-13:00", "UTC", "2026-03-07 12:00", True),
        (
            "Mon-Fri 08:00-18:00",
            "Asia/Kolkata",
            "2026-03-02 03:00",
            True,
        ),  # 08:30 there
        ("Mon-Fri 08:00-18:00", "Asia/Kolkata", "2026-03-02 13:00", False),
        ("Mon 22:00-06:00", "UTC", "2026-03-03 05:59", True),
        ("Mon 22:00-06:00", "UTC", "2026-03-02 05:59", False),
        ("Sat-Mon 08:00-18:00", "UTC", "2026-03-01 12:00", True),
        # The clocks in New York went forward at 07:00 UTC that day.
        ("Sun 01:00-04:00", "America/New_York", "2026-03-08 07:30", True),
        ("Sun 01:00-04:00", "America/New_York", "2026-03-08 08:30", False),
    ],
)
def test_hours_are_those_of_the_desks_own_zone(
    hours: str, zone: str, now: str, is_it: bool
) -> None:
    assert is_open(place(hours=hours, time_zone=zone), at(now)) is is_it


def test_outside_its_hours_a_desk_says_when_it_is_open() -> None:
    found = place(hours="Mon-Fri 08:00-18:00", time_zone="Europe/Dublin")
    refusal = check_access_conditions(
        found, is_vendor=False, address=None, now=at("2026-03-07 12:00")
    )
    assert refusal is not None
    assert refusal.rule == "outside_hours"
    assert "Mon-Fri 08:00-18:00 (Europe/Dublin)" in refusal.sentence
    assert rule(place(hours="Sun 01:00-02:00", listen_outside_hours=True)) is None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"hours": "9 to 5"}, "hours must be a string such as"),
        ({"hours": "Mon-Fri 08:00-25:00"}, "hours must be a string such as"),
        ({"hours": "Xyz 08:00-18:00"}, "hours must be a string such as"),
        ({"hours": 9}, "hours must be a string"),
        ({"time_zone": "Mars/Olympus"}, "time_zone must be a name"),
        ({"time_zone": "../etc/passwd"}, "time_zone must be a name"),
        ({"networks": "10.0.0.0/8"}, "networks must be a list"),
        ({"networks": ["10.0.0.1/8"]}, "host bits"),
        ({"sites": ["atlantis"]}, "no [sites.atlantis]"),
        ({"vendors": "no"}, "vendors must be true or false"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_section(
    raw: dict[str, Any], says: str
) -> None:
    with pytest.raises(Invalid) as error:
        place(**raw)
    assert "[desks.x]" in str(error.value)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "raw", [[], {"x": {}}, {"x": {"networks": []}}, {"x": {"rooms": ["1"]}}]
)
def test_a_site_is_its_networks(raw: Any) -> None:
    with pytest.raises(Invalid):
        parse_desks({"desks": {"x": DESK}, "sites": raw})


def test_addresses_are_read_as_sockets_and_proxies_write_them() -> None:
    assert parse_address(" 203.0.113.7 ") == OFFICE
    assert parse_address("::ffff:203.0.113.7") == OFFICE
    assert parse_address("fe80::1%eth0") == ip_address("fe80::1")
    for junk in ("", "unknown", "203.0.113.7:80", "1.2.3", "_hidden"):
        assert parse_address(junk) is None
