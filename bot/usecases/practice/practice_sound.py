"""The synthetic sound of one exercise, as its page plays it."""

from dataclasses import dataclass

from bot.usecases.context import Act
from bot.usecases.listening.subject import Decision, Live
from bot.usecases.listening.synthetic_sound import synthetic_sound
from bot.usecases.practice.exercises import find_exercise, practice_refusal
from bot.usecases.services import Services
from storage.records import Action, Clip, Event, Span
from storage.store import Transaction


@dataclass(frozen=True)
class PracticeSound:
    """The subject of an exercise's page; `key` is the key of the exercise."""

    key: str

    def clip_id(self, tx: Transaction) -> None:
        """Return None: no person speaks, so no consent is asked."""
        del tx
        find_exercise(self.key)

    def event(self, tx: Transaction, act: Act) -> Event:
        del tx
        return self._event(act)

    def _event(self, act: Act) -> Event:
        numbers = {"exercise": find_exercise(self.key).number}
        return act.event(Action.PRACTICE_HEARD, numbers=numbers)

    def decide(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
        clip: Clip | None,
    ) -> Decision:
        del clip
        return Decision(
            refusal=practice_refusal(services, tx, act),
            event=self._event(act),
            request=None,
            snippet=None,
            has_budget=False,
        )

    def use(self, tx: Transaction, act: Act) -> None:
        """Change nothing: an exercise may be played again and again."""

    def wav(
        self,
        services: Services,
        decision: Decision,
        clip: Clip | None,
    ) -> bytes:
        del services, decision, clip
        exercise = find_exercise(self.key)
        return synthetic_sound(exercise.clip_id, exercise.span).wav

    def request(self, tx: Transaction) -> None:
        """Return None: an exercise belongs to no request."""

    def synthetic_span(self) -> Span:
        return find_exercise(self.key).span

    def live(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
    ) -> Live:
        return Live(refusal=practice_refusal(services, tx, act))
