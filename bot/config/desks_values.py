"""The kinds of values in desks.toml: hours, ids of Slack, networks and numbers.

A description completes "KEY must be ...", as in `desks_models`.
"""

import re
from datetime import time
from ipaddress import ip_network
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.rules.listening.access_conditions import Shift

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHIFT = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? (\d\d:\d\d)-(\d\d:\d\d)")
YEAR_HOURS = 24 * 366


def shifts_in(hours: str) -> tuple[Shift, ...]:
    """Return the shifts of "Mon-Fri 08:00-18:00, Sat 09:00-13:00".

    Raises `ValueError`.
    """
    if not hours:
        return ()
    return tuple(_shift(part.strip()) for part in hours.split(","))


def _shift(text: str) -> Shift:
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first_day, last_day, start, end = match.groups()
    first = _DAYS.index(first_day)
    last = first
    if last_day is not None:
        last = _DAYS.index(last_day)
    n_days = (last - first) % 7 + 1
    return Shift(
        days=frozenset((first + i) % 7 for i in range(n_days)),
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
    )


def _check_hours(hours: str) -> str:
    try:
        shifts_in(hours)
    except ValueError:
        raise PydanticCustomError("hours", "not hours") from None
    return hours


def _check_time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise PydanticCustomError("time_zone", "not a time zone") from None


def _check_network(network: str) -> str:
    ip_network(network)
    return network


# Slack's ids begin with these letters: https://docs.slack.dev/reference/objects
UserId = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]+$")]
GroupId = Annotated[str, StringConstraints(pattern=r"^S[A-Z0-9]+$")]
TeamId = Annotated[str, StringConstraints(pattern=r"^T[A-Z0-9]+$")]
ChannelId = Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]+$")]
DeskName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Locale = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
]
Sentence = Annotated[str, StringConstraints(pattern=r"\S")]
Network = Annotated[str, AfterValidator(_check_network)]
Minutes = Annotated[
    float,
    Field(
        gt=0,
        le=60 * YEAR_HOURS,
        description="a number of minutes above 0",
    ),
]
Count = Annotated[
    int,
    Field(
        ge=1,
        le=100_000,
        description="a whole number from 1 to 100000",
    ),
]
Hours = Annotated[str, AfterValidator(_check_hours)]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
