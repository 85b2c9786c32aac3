"""Scanning a message costs no more once it is longer than what is scanned."""

import sys
from collections.abc import Callable

import pytest

from bot.redaction.masking import personal_patterns
from bot.redaction.masking.personal_patterns import looks_personal
from bot.rules.channels import sharing
from bot.rules.channels.sharing import possible_clip_ids


def judge(message: str) -> object:
    return looks_personal(message, "en-US")


def count_steps(scan: Callable[[str], object], message: str) -> int:
    """Return how many lines of Python the scan ran."""
    steps = 0

    def trace(_frame: object, event: str, _argument: object) -> object:
        nonlocal steps
        steps += event == "line"
        return trace

    earlier = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        scan(message)
    finally:
        sys.settrace(earlier)
    return steps


@pytest.mark.parametrize("scan", [judge, possible_clip_ids])
@pytest.mark.parametrize("unit", ["<", "<@", '"a', "a-1 "])
def test_a_message_of_40000_characters_costs_what_a_scanned_one_costs(
    scan: Callable[[str], object], unit: str
) -> None:
    modules = (personal_patterns, sharing)
    most = max(module.MAX_SCANNED for module in modules)
    long = (unit * 40_000)[:40_000]
    # The first scan also compiles patterns and loads lists.
    scan(long)
    assert count_steps(scan, long) <= 1.1 * count_steps(scan, long[:most])
