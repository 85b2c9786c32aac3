"""What may be published: nothing of fewer than five, nor what subtracting gives
away.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.rules.erasure.disclosure import Facts, K, hide_small, period, publishable

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def facts(name: str, clips: int, people: int, accidental: int = 0) -> Facts:
    return Facts(
        name=name,
        asked=clips,
        heard=clips,
        people=people,
        seconds=clips * 3,
        ears=clips * 2,
        accidental=accidental,
    )


def total(desks: list[Facts]) -> Facts:
    people = sum(f.people or 0 for f in desks)
    return facts(
        "all",
        sum(f.asked or 0 for f in desks),
        people,
        sum(f.accidental or 0 for f in desks),
    )


def names(found: list[Facts]) -> list[str]:
    return [f.name for f in found if f.heard is None]


def test_large_desks_are_published_as_they_are() -> None:
    desks = [facts("a", 50, 9, 10), facts("b", 40, 8, 7)]
    assert publishable(desks, total(desks)) == (desks, total(desks))
    assert total(desks).ears_per_clip == 2
    assert total(desks).accidental_share == 17 / 90


def test_a_small_desk_takes_the_next_smallest_with_it() -> None:
    desks = [facts("a", 50, 9), facts("b", 40, 3), facts("c", 45, 6)]
    found, overall = publishable(desks, total(desks))
    assert names(found) == ["b", "c"]
    assert overall.heard == 135


def test_one_large_desk_beside_a_small_one_hides_both() -> None:
    desks = [facts("a", 50, 9), facts("b", 2, 1)]
    found, _ = publishable(desks, total(desks))
    assert names(found) == ["a", "b"]


def test_a_small_desk_alone_hides_the_total() -> None:
    desks = [facts("a", 50, 4)]
    found, overall = publishable(desks, total(desks))
    assert (names(found), overall.heard) == (["a"], None)


def test_a_desk_nobody_used_is_said_to_be_so() -> None:
    desks = [facts("a", 50, 9), facts("b", 0, 0)]
    found, _ = publishable(desks, total(desks))
    assert [f.heard for f in found] == [50, 0]


def test_a_single_small_count_of_accidents_is_not_the_total_less_the_others() -> None:
    desks = [facts("a", 50, 9, 2), facts("b", 40, 8, 7), facts("c", 40, 8, 9)]
    found, overall = publishable(desks, total(desks))
    assert [f.accidental for f in found] == [None, None, 9]
    assert overall.accidental == 18
    desks = [facts("a", 50, 9, 2), facts("b", 40, 8, 0)]
    _, overall = publishable(desks, total(desks))
    assert overall.accidental is None


sizes = st.integers(0, 12)


@given(st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=6))
def test_no_small_number_is_published_nor_follows_from_what_is(
    rows: list[tuple[int, int, int]],
) -> None:
    desks = [
        facts(f"d{n}", clips, people if clips else 0, min(bad, clips))
        for n, (clips, people, bad) in enumerate(rows)
    ]
    found, overall = publishable(desks, total(desks))
    for kind in ("asked", "heard", "people", "accidental"):
        shown = [getattr(f, kind) for f in found]
        assert all(count is None or count == 0 or count >= K for count in shown)
        whole = getattr(overall, kind)
        assert whole is None or whole == 0 or whole >= K
        missing = [n for n, count in enumerate(shown) if count is None]
        if whole is not None and len(missing) == 1:
            hidden = getattr(desks[missing[0]], kind)
            assert hidden == 0 or hidden >= K


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_count_of_one_to_four_is_not_said(count: int, shown: int | None) -> None:
    assert hide_small(count) == shown


def test_a_time_is_whole_months_that_are_over() -> None:
    february, march = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    assert period("", "", NOW) == (february, march)
    assert period("2025-12", "2026-02", NOW) == (
        datetime(2025, 12, 1, tzinfo=UTC),
        march,
    )
    assert period("", "2026-01", NOW) == (datetime(2026, 1, 1, tzinfo=UTC), february)
    for first, last in (
        ("2026-03", "2026-03"),
        ("2026-02", "2026-01"),
        ("2026", ""),
        ("", "x"),
    ):
        with pytest.raises(Invalid):
            period(first, last, NOW)
