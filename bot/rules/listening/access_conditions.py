"""Access conditions of a desk: working hours, networks, and staff of other companies."""

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

from bot.rules.refusals import Refusal, refuse

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Working hours on `days` (0 is Monday), from `start` until `end` in local time.

    A shift whose end is before its start ends on the next day.
    """

    days: frozenset[int]
    start: time
    end: time

    def covers(self, local: datetime) -> bool:
        """Return whether the local time is within the shift."""
        now = local.time().replace(tzinfo=None)
        begins_today = local.weekday() in self.days
        if self.start < self.end:
            return all((begins_today, self.start <= now < self.end))
        if all((begins_today, now >= self.start)):
            return True
        yesterday = (local - timedelta(days=1)).weekday()
        return all((yesterday in self.days, now < self.end))


@dataclass(frozen=True, kw_only=True)
class AccessConditions:
    """The conditions of one desk. By default it is open at all times, from everywhere.

    `vendors` is False for a desk of the company's own staff. `hours` is the text of
    desks.toml that `shifts` were read from.
    """

    vendors: bool = True
    networks: tuple[Network, ...] = ()
    shifts: tuple[Shift, ...] = ()
    hours: str = ""
    time_zone: str = "UTC"
    listen_outside_hours: bool = False


def check_access_conditions(
    conditions: AccessConditions,
    *,
    is_vendor: bool,
    address: Address | None,
    now: datetime,
) -> Refusal | None:
    """Return the condition that this person does not meet here and now, or None.

    An unknown address is outside every network.
    """
    is_excluded_vendor = all((is_vendor, not conditions.vendors))
    if is_excluded_vendor:
        return refuse("in_house_only")
    if not _is_in_network(conditions, address):
        return refuse("outside_network")
    if conditions.listen_outside_hours:
        return None
    if is_open(conditions, now):
        return None
    return refuse(
        "outside_hours", hours=conditions.hours, time_zone=conditions.time_zone
    )


def _is_in_network(conditions: AccessConditions, address: Address | None) -> bool:
    if not conditions.networks:
        return True
    if address is None:
        return False
    return any(address in network for network in conditions.networks)


def is_open(conditions: AccessConditions, now: datetime) -> bool:
    """Return whether the desk is within its working hours."""
    if not conditions.shifts:
        return True
    local = now.astimezone(ZoneInfo(conditions.time_zone))
    return any(shift.covers(local) for shift in conditions.shifts)


def has_just_ended(
    conditions: AccessConditions,
    now: datetime,
    within: timedelta,
) -> bool:
    """Return whether the desk's working hours ended in the time `within` before now."""
    if is_open(conditions, now):
        return False
    return is_open(conditions, now - within)


def parse_address(text: str) -> Address | None:
    """Return the address of a proxy's or socket's text; IPv4 in IPv6 counts as IPv4."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped is None:
        return address
    return address.ipv4_mapped
