"""How many Socket Mode connections a process may hold, and when it opens them again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.records import SocketShare

# A connection that held for so long was lost for a reason of its own.
STABLE_SECONDS = 60.0
LONGEST_PAUSE = timedelta(minutes=1)
# Slack allows an app 10 connections:
# https://docs.slack.dev/apis/events-api/using-socket-mode
# Two stay free: a new connection is open before the one that it replaces is closed.
MOST_HELD = 8
# Slack delivers each envelope to one of them, while the other may be refreshing.
WANTED = 2
# The share of a process that died is free after this time.
LEASE = timedelta(seconds=30)
# One connection that replaces another is counted beside it.
_BEING_REPLACED = 1


def may_hold(process: str, shares: Iterable[SocketShare]) -> int:
    """Return how many connections a process may hold; it has one of these shares.

    Every process gets one connection before any gets a second one, and the process that
    runs for longer comes first. What others hold is not free before they close it.
    """
    shares = sorted(shares, key=lambda share: (share.since, share.process))
    place = [share.process for share in shares].index(process)
    fair = len(range(place, MOST_HELD, len(shares)))
    held_by_others = sum(share.held for share in shares if share.process != process)
    return max(0, min(fair, WANTED, MOST_HELD - held_by_others))


@dataclass(frozen=True, kw_only=True)
class SocketTotals:
    """The connections of all processes.

    `without` is the number of processes without a connection. `counted` is Slack's
    newest number for the app, None before the first hello; `foreign` are those of them
    that no process held.
    """

    processes: int
    held: int
    without: int
    counted: int | None
    foreign: int


def add_up(shares: Sequence[SocketShare]) -> SocketTotals:
    """Return the totals of the shares."""
    counted = None
    foreign = 0
    newest = _newest_count(shares)
    if newest is not None and newest.expected is not None:
        counted = newest.counted
        foreign = _beyond(newest.counted or 0, newest.expected)
    return SocketTotals(
        processes=len(shares),
        held=sum(share.held for share in shares),
        without=sum(share.held == 0 for share in shares),
        counted=counted,
        foreign=foreign,
    )


def _newest_count(shares: Iterable[SocketShare]) -> SocketShare | None:
    newest = None
    newest_at = None
    for share in shares:
        at = share.counted_at
        if at is None:
            continue
        if newest_at is None or at > newest_at:
            newest, newest_at = share, at
    return newest


def _beyond(counted: int, expected: int) -> int:
    return max(0, counted - expected - _BEING_REPLACED)
