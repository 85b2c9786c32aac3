"""How much listening is more than answering needs."""

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.listening.listening_budget import Budgets, measure_use
from storage.records import Habit

BUDGETS = Budgets(
    presses_per_hour=100,
    clips_per_hour=50,
    other_language_per_day=10,
    unanswered_percent=80,
)


def habit(locale: str = "en-US", **numbers: int) -> Habit:
    nothing = dict.fromkeys(("n_presses", "n_clips", "n_requests", "n_unanswered"), 0)
    return Habit(locale=locale, **{**nothing, **numbers})


def budgets_of(raw: object) -> Budgets:
    desk = {"locale": "en", "channel": "C1", "budgets": raw}
    return parse_desks({"desks": {"x": desk}})["x"].budgets


@pytest.mark.parametrize(
    ("habits", "rule", "used"),
    [
        ([], "many_presses", 0),
        ([habit(n_presses=50)], "many_presses", 0.5),
        ([habit(n_presses=40), habit("de", n_presses=60)], "many_presses", 1),
        ([habit(n_presses=50, n_clips=45)], "many_clips", 0.9),
        ([habit(n_requests=90), habit("de", n_requests=8)], "other_language", 0.8),
        (
            [habit(locale, n_requests=5) for locale in ("en", "de", "fr")],
            "other_language",
            1,
        ),
        ([habit(n_requests=20, n_unanswered=16)], "unanswered", 1),
        ([habit(n_requests=19, n_unanswered=19)], "many_presses", 0),
        ([habit(n_requests=40, n_unanswered=4)], "unanswered", 0.125),
    ],
)
def test_the_fullest_budget_counts(habits: list[Habit], rule: str, used: float) -> None:
    found = measure_use(BUDGETS, habits)
    assert (found.rule, found.used) == (rule, pytest.approx(used))


@pytest.mark.parametrize(
    ("n_presses", "noted", "stopped"),
    [(74, False, False), (75, True, False), (99, True, False), (100, True, True)],
)
def test_first_a_word_and_then_a_stop(
    n_presses: int, noted: bool, stopped: bool
) -> None:
    found = measure_use(BUDGETS, [habit(n_presses=n_presses)])
    assert found.is_noted is noted
    assert (found.refusal is not None) is stopped


def test_somebody_of_one_language_never_listens_to_another() -> None:
    assert measure_use(BUDGETS, [habit(n_requests=500)]).used == 0


@pytest.mark.parametrize(
    "raw", [[], {"presses": 1}, {"listeners": 0}, {"listeners": True}, "many"]
)
def test_budgets_that_make_no_sense_are_refused(raw: object) -> None:
    with pytest.raises(Invalid, match=r"desks\.x"):
        budgets_of(raw)


def test_what_a_desk_does_not_say_stays_as_it_is() -> None:
    assert budgets_of({"listeners": 3}) == Budgets(listeners=3)
