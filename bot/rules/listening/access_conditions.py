"""When and from where a desk may be listened to, and whether by people of other
companies.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from zoneinfo import ZoneInfo

from bot.rules.people.permission_table import Refusal

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

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


def parse_address(text: str) -> Address | None:
    """An address as a proxy or socket gives it; IPv4 in IPv6 counts as IPv4."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
