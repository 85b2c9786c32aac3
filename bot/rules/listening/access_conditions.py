"""When and from where a desk may be listened to, and whether by people of other
companies.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import Invalid
from bot.rules.people.permission_table import Refusal

KEYS = frozenset(
    {"vendors", "sites", "networks", "hours", "time_zone", "listen_outside_hours"}
)
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHIFT = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? (\d\d:\d\d)-(\d\d:\d\d)")

IN_HOUSE = Refusal(
    rule="in_house_only",
    sentence="This desk is for our own staff only. Your lead knows which desks are open to you.",
)
OUTSIDE_NETWORK = Refusal(
    rule="outside_network",
    sentence="This desk may only be heard from its offices' network. Go there, or use their VPN.",
)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Open on `days` (0 is Monday) from `start` until `end`, which is the next day if
    earlier.
    """

    days: frozenset[int]
    start: time
    end: time

    def covers(self, local: datetime) -> bool:
        now = local.time().replace(tzinfo=None)
        if self.start < self.end:
            return local.weekday() in self.days and self.start <= now < self.end
        yesterday = (local - timedelta(days=1)).weekday()
        since_today = local.weekday() in self.days and now >= self.start
        return since_today or (yesterday in self.days and now < self.end)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A desk's attributes. A desk that says nothing is open at all times, from
    everywhere.
    """

    vendors: bool = True
    networks: tuple[Network, ...] = ()
    shifts: tuple[Shift, ...] = ()
    hours: str = ""  # as written in desks.toml
    time_zone: str = "UTC"
    listen_outside_hours: bool = False


def out_of_place(
    place: Place, *, is_vendor: bool, address: Address | None, now: datetime
) -> Refusal | None:
    """Why this person may not listen here and now. An unknown address is outside every
    network.
    """
    if is_vendor and not place.vendors:
        return IN_HOUSE
    if place.networks and (
        address is None or not any(address in n for n in place.networks)
    ):
        return OUTSIDE_NETWORK
    if place.listen_outside_hours or is_open(place, now):
        return None
    return Refusal(
        rule="outside_hours",
        sentence=f"This desk listens {place.hours} ({place.time_zone}). Come back then.",
    )


def is_open(place: Place, now: datetime) -> bool:
    """Whether the desk is at work."""
    local = now.astimezone(ZoneInfo(place.time_zone))
    return not place.shifts or any(shift.covers(local) for shift in place.shifts)


def parse_place(
    raw: Mapping[str, Any], where: str, sites: Mapping[str, Sequence[Network]]
) -> Place:
    """From a desk's section of desks.toml. Raises `Invalid`."""
    networks = list(parse_networks(raw, where))
    for name in _texts(raw, "sites", where):
        if name not in sites:
            raise Invalid(f"{where}: there is no [sites.{name}].")
        networks += sites[name]
    hours = _text(raw, "hours", where, "")
    return Place(
        vendors=_flag(raw, "vendors", where, default=True),
        networks=tuple(networks),
        shifts=_shifts(hours, where),
        hours=hours,
        time_zone=_zone(_text(raw, "time_zone", where, "UTC"), where),
        listen_outside_hours=_flag(raw, "listen_outside_hours", where, default=False),
    )


def parse_sites(raw: object) -> dict[str, tuple[Network, ...]]:
    """The [sites.NAME] sections. Raises `Invalid`."""
    if not isinstance(raw, Mapping):
        raise Invalid('A site is written [sites.NAME] networks = ["203.0.113.0/24"].')
    sites = {}
    for name, site in raw.items():
        where = f"[sites.{name}]"
        if (
            not isinstance(site, Mapping)
            or set(site) != {"networks"}
            or not site["networks"]
        ):
            raise Invalid(
                f'{where} needs networks = ["203.0.113.0/24"] and nothing else.'
            )
        sites[name] = parse_networks(site, where)
    return sites


def parse_networks(raw: Mapping[str, Any], where: str) -> tuple[Network, ...]:
    """The `networks` of a desk or site. Raises `Invalid`."""
    try:
        return tuple(ip_network(text) for text in _texts(raw, "networks", where))
    except ValueError as error:
        raise Invalid(f"{where}: networks: {error}.") from None


def parse_address(text: str) -> Address | None:
    """An address as a proxy or socket gives it; IPv4 in IPv6 counts as IPv4."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _shifts(hours: str, where: str) -> tuple[Shift, ...]:
    if not hours:
        return ()
    return tuple(_shift(part.strip(), where) for part in hours.split(","))


def _shift(text: str, where: str) -> Shift:
    match = _SHIFT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        first, last = (_DAYS.index(day) for day in (match[1], match[2] or match[1]))
        start, end = time.fromisoformat(match[3]), time.fromisoformat(match[4])
    except ValueError:
        raise Invalid(
            f'{where}: hours are written "Mon-Fri 08:00-18:00, Sat 09:00-13:00".'
        ) from None
    n_days = (last - first) % 7 + 1
    return Shift(
        days=frozenset((first + i) % 7 for i in range(n_days)), start=start, end=end
    )


def _zone(name: str, where: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise Invalid(
            f'{where}: time_zone is a name such as "Europe/Dublin".'
        ) from None


def _texts(raw: Mapping[str, Any], key: str, where: str) -> list[str]:
    values = raw.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise Invalid(f"{where}: {key} is a list of texts.")
    return values


def _text(raw: Mapping[str, Any], key: str, where: str, default: str) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str):
        raise Invalid(f"{where}: {key} is a text.")
    return value


def _flag(raw: Mapping[str, Any], key: str, where: str, *, default: bool) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise Invalid(f"{where}: {key} is true or false.")
    return value
