"""Marked stretches, and how many threads it takes to work on them."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.audio.signal import stretches


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 5))
def test_stretches_cover_all_that_is_marked_and_bridge_only_small_gaps(
    marked: list[bool], gap: int
) -> None:
    found = stretches(np.array(marked, dtype=np.bool_), gap)
    covered = {i for start, end in found for i in range(start, end)}
    assert {i for i, each in enumerate(marked) if each} <= covered
    assert all(marked[start] and marked[end - 1] for start, end in found)
    assert all(b - a >= gap for (_, a), (b, _) in pairwise(found))
    for start, end in found:
        assert all(any(marked[i : i + gap]) for i in range(start, end - gap + 1))


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="threads are counted in /proc"
)
def test_numpy_starts_no_threads_of_its_own() -> None:
    count = (
        "import bot.redaction.pipeline, os; print(len(os.listdir('/proc/self/task')))"
    )
    unset = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", count],
        env=unset,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"
