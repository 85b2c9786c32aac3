"""Pauses between failed attempts double up to the longest, however many there were."""

from datetime import timedelta

import pytest

from bot.rules.pauses import pause_after_try


@pytest.mark.parametrize(
    ("n_tries", "seconds"),
    [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5_000, 60)],
)
def test_pauses_double_and_stay_at_the_longest(n_tries: int, seconds: int) -> None:
    pause = pause_after_try(n_tries, timedelta(minutes=1))
    assert pause == timedelta(seconds=seconds)
