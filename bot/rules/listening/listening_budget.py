"""Listening budgets: a limit for listening that goes beyond the need of answering.

A person is notified at 75 % of a budget of the desk and stopped at 100 %.
docs/administrators.md explains the budgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.refusals import Refusal, refuse
from storage.records import Habit

SOFT = 0.75
# A share of fewer requests a day than this is not significant.
ENOUGH_TO_JUDGE = 20

ENOUGH_EARS = refuse("enough_listeners")


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """A desk's limits for one person.

    `listeners` limits the number of people that hear one request. From
    `personal_reports_per_day` on, a person is on the leads' list; nothing is refused.
    """

    listeners: int = 12
    presses_per_hour: int = 240
    clips_per_hour: int = 90
    other_language_per_day: int = 40
    unanswered_percent: int = 80
    personal_reports_per_day: int = 3


@dataclass(frozen=True, kw_only=True)
class BudgetUse:
    """How far one person has used the desk's budgets; `rule` names the fullest one."""

    rule: str
    used: float

    @property
    def is_noted(self) -> bool:
        """Return whether the person is notified."""
        return self.used >= SOFT

    @property
    def refusal(self) -> Refusal | None:
        """Return the refusal once a budget is used up."""
        if self.used < 1:
            return None
        return refuse(self.rule, "refusals.over_budget")


def measure_use(budgets: Budgets, habits: Sequence[Habit]) -> BudgetUse:
    """Return the fullest budget after one person's habits of the last day.

    `habits` holds one entry for each language. Every language but the most frequent one
    counts as another language.
    """
    requests = [habit.n_requests for habit in habits]
    n_requests = sum(requests)
    n_other = n_requests - max(requests, default=0)
    n_presses = sum(habit.n_presses for habit in habits)
    n_clips = sum(habit.n_clips for habit in habits)
    used = {
        "many_presses": n_presses / budgets.presses_per_hour,
        "many_clips": n_clips / budgets.clips_per_hour,
        "other_language": n_other / budgets.other_language_per_day,
        "unanswered": 0.0,
    }
    if n_requests >= ENOUGH_TO_JUDGE:
        n_unanswered = sum(habit.n_unanswered for habit in habits)
        percent = 100 * n_unanswered / n_requests
        used["unanswered"] = percent / budgets.unanswered_percent
    rule = max(used, key=lambda name: used[name])
    return BudgetUse(rule=rule, used=used[rule])
