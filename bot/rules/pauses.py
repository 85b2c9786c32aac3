"""Pauses between attempts that failed."""

from datetime import timedelta

# More doublings than any longest pause needs; without a bound the power overflows.
_MOST_DOUBLINGS = 16


def pause_after_try(n_tries: int, longest: timedelta) -> timedelta:
    """Return the pause after this try in a row: 1 s, 2 s, 4 s, at most `longest`."""
    doublings = min(n_tries - 1, _MOST_DOUBLINGS)
    return min(timedelta(seconds=2**doublings), longest)
