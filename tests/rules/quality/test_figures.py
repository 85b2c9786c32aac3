"""Counts and times by group, against requests whose figures are known."""

from datetime import timedelta

import pytest

from bot.rules.quality.figures import FEWEST_PEOPLE, Figures, GroupBy, tally
from storage.records import Answer, Difficulty, RequestState, WorkedRequest
from tests.rules.quality.worked import MONDAY, minutes, request, ruling, worked


def figures(*several: WorkedRequest) -> Figures:
    (found,) = tally(several, GroupBy.DESK).values()
    return found


def test_words_are_counted_by_how_they_ended() -> None:
    found = figures(
        worked(request(), ["lamp", "lamp"]),
        worked(request(), ["lamp", "lamb", "lamp"]),
        worked(
            request(),
            ["lamp", "lamb", "lump"],
            rulings=(ruling("lamp", minutes(30)),),
        ),
        worked(
            request(RequestState.DISPUTED, word=None, answer=None), ["lamp", "lamb"]
        ),
        worked(request(word=None, answer=Answer.CANT_TELL), []),
        worked(request(RequestState.EXPIRED, word=None, answer=None), ["lamp"]),
        worked(request(RequestState.UNMASKABLE, word=None, answer=None), [], reports=2),
    )
    assert found.asked == 7
    assert (found.settled, found.by_peers, found.third_ear) == (3, 2, 1)
    assert (found.disputed, found.unclear, found.expired) == (2, 1, 1)
    assert (found.unmaskable, found.masking_reports) == (1, 2)


def test_times_are_medians_from_the_opening_and_from_the_split() -> None:
    found = figures(
        worked(request(), ["lamp", "lamp"]),
        worked(
            request(),
            ["lamp", "lamb", "lump"],
            rulings=(ruling("lamp", minutes(33)),),
        ),
    )
    assert found.first_answer_s == 60
    assert found.rule_s == 30 * 60
    # Two minutes and thirty-three.
    assert found.settle_s == (2 * 60 + 33 * 60) / 2


def test_without_a_case_there_is_no_time() -> None:
    found = figures(worked(request(RequestState.OPEN, word=None, answer=None), []))
    assert (found.first_answer_s, found.settle_s, found.rule_s) == (None, None, None)


def test_an_appeal_changed_the_word_kept_it_or_still_waits() -> None:
    appealed = minutes(60)
    found = figures(
        worked(
            request(),
            ["lamp", "lamp"],
            appealed_at=appealed,
            rulings=(ruling("lamb", minutes(70)),),
        ),
        worked(
            request(),
            ["lamp", "Lamp"],
            appealed_at=appealed,
            rulings=(ruling("lamp", minutes(70)),),
        ),
        worked(
            request(),
            ["lump", "lamb"],
            appealed_at=appealed,
            rulings=(ruling("lamp", minutes(30)), ruling("lamb", minutes(70))),
        ),
        worked(
            request(RequestState.DISPUTED, word=None, answer=None),
            ["lamp", "lamp"],
            appealed_at=appealed,
        ),
    )
    assert (found.appeals, found.changed, found.kept) == (4, 2, 1)


def test_the_outcome_of_an_appeal_is_not_guessed_from_purged_words() -> None:
    found = figures(
        worked(
            request(word=None),
            [None, None],
            appealed_at=minutes(60),
            rulings=(ruling(None, minutes(70)),),
        ),
    )
    assert (found.appeals, found.changed, found.kept) == (1, 0, 0)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (GroupBy.DESK, {"english": 2, "german": 1}),
        (GroupBy.LANGUAGE, {"de-DE": 1, "en-US": 2}),
        (GroupBy.DIFFICULTY, {"accent": 1, "noise": 2, "none": 1}),
        (GroupBy.WEEK, {"2026-W10": 2, "2026-W11": 1}),
    ],
)
def test_requests_are_grouped(by: GroupBy, expected: dict[str, int]) -> None:
    both = (Difficulty.NOISE, Difficulty.ACCENT)
    next_week = MONDAY + timedelta(days=7)
    several = [
        worked(request(difficulties=both), []),
        worked(request(asked_at=next_week), []),
        worked(
            request(desk="german", locale="de-DE", difficulties=both[:1]),
            [],
        ),
    ]
    found = tally(several, by)
    assert {name: each.asked for name, each in found.items()} == expected


def test_a_group_of_four_people_is_withheld_and_one_of_five_is_shown() -> None:
    few = ["lamp"] * (FEWEST_PEOPLE - 2)
    assert figures(worked(request(), few)).is_withheld
    assert not figures(worked(request(), [*few, "lamp"])).is_withheld
