"""Numbers in words from a power, how often it is taken, and the rest."""

from __future__ import annotations

from collections.abc import Callable

Words = Callable[[int], str]


def counted(
    n: int,
    power: int,
    name: str,
    words: Words,
) -> str:
    """Return a number with its power counted, but for one: "mille", "deux mille"."""
    times = n // power
    start = name
    if times > 1:
        start = f"{words(times)} {name}"
    return with_rest(start, n % power, words)


def with_rest(
    start: str,
    rest: int,
    words: Words,
) -> str:
    """Return the start of a number with its rest, if there is one."""
    if rest == 0:
        return start
    return f"{start} {words(rest)}"
