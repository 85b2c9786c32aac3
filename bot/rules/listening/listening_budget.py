"""When listening goes beyond what answering needs: first a word to the person, then a
stop.

The formula, with each budget of the desk: a person is told at 75 % of it and stopped at
100 %. docs/administrators.md explains the budgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.people.permission_table import Refusal
from storage.records import Habit

SOFT = 0.75
ENOUGH_TO_JUDGE = 20  # requests a day; a share of fewer says little

NOTE = (
    "You have listened to a lot lately. Only listen where you mean to answer; "
    '"Not me" is a good answer too.'
)
_STOP = (
    "You have listened to more than answering needs, so playing pauses for a while. "
    "Your lead sees this. If your work asks for more, talk to them."
)
ENOUGH_EARS = Refusal(
    rule="enough_listeners",
    sentence="Enough colleagues have heard this one. Nothing is left to do here.",
)


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """What a desk allows one person; `listeners` is how many may hear one request."""

    listeners: int = 12
    presses_per_hour: int = 240
    clips_per_hour: int = 90
    other_language_per_day: int = 40
    unanswered_percent: int = 80


@dataclass(frozen=True, kw_only=True)
class Curiosity:
    """How far a person has used up the desk's budgets; `rule` is the fullest one."""

    rule: str
    used: float

    @property
    def is_noted(self) -> bool:
        return self.used >= SOFT

    @property
    def refusal(self) -> Refusal | None:
        return Refusal(rule=self.rule, sentence=_STOP) if self.used >= 1 else None


def curiosity(budgets: Budgets, habits: Sequence[Habit]) -> Curiosity:
    """From one person's habits of the last day, in all languages."""
    n_requests = sum(h.n_requests for h in habits)
    n_other = n_requests - max((h.n_requests for h in habits), default=0)
    used = {
        "many_presses": sum(h.n_presses for h in habits) / budgets.presses_per_hour,
        "many_clips": sum(h.n_clips for h in habits) / budgets.clips_per_hour,
        "other_language": n_other / budgets.other_language_per_day,
        "unanswered": 0.0,
    }
    if n_requests >= ENOUGH_TO_JUDGE:
        share = 100 * sum(h.n_unanswered for h in habits) / n_requests
        used["unanswered"] = share / budgets.unanswered_percent
    rule = max(used, key=lambda name: used[name])
    return Curiosity(rule=rule, used=used[rule])
