"""The exercises of one person: reading them, ending one, and skipping the rest.

Only the person sees how an exercise ended. The access log holds that it was done.
"""

from dataclasses import dataclass

from bot.errors import Invalid, NotFound
from bot.rules.people.practice import (
    EXERCISES,
    Exercise,
    exercises_for,
    next_exercise,
    result_of_answer,
)
from bot.rules.refusals import Refusal, refuse
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.requests.propose import check_text
from bot.usecases.services import Services
from storage.records import Action, Answer, PracticeResult, Role
from storage.store import Transaction

NO_ROLE = refuse("no_role")


@dataclass(
    frozen=True,
    kw_only=True,
)
class OwnExercise:
    """An exercise with the person's own result, None before it is done."""

    exercise: Exercise
    result: PracticeResult | None


@dataclass(
    frozen=True,
    kw_only=True,
)
class PracticeState:
    """The exercises of one person in order; `following` is the first one to do."""

    exercises: tuple[OwnExercise, ...]
    following: Exercise | None

    @property
    def was_skipped(self) -> bool:
        """Return whether the person skipped an exercise."""
        results = [each.result for each in self.exercises]
        return PracticeResult.SKIPPED in results


def read_practice(services: Services, act: Act) -> PracticeState:
    """Return the person's exercises. Raises `Refused` without a desk."""
    refusal = _refusal(services, act)
    raise_refusal(refusal)
    with services.store.read() as tx:
        return _state(services, tx, act)


def read_exercise(
    services: Services,
    act: Act,
    key: str,
) -> OwnExercise:
    """Return one exercise. Raises `NotFound`, and `Refused` without a desk."""
    exercise = find_exercise(key)
    raise_refusal(_refusal(services, act))
    with services.store.read() as tx:
        results = tx.practice.results_of(act.actor)
    return OwnExercise(exercise=exercise, result=results.get(key))


def needs_practice(services: Services, act: Act) -> bool:
    """Return whether practice comes first: a reviewer who has done nothing yet."""
    with services.store.read() as tx:
        member = member_of(services, tx, act.actor)
        if not services.desks.where(Role.REVIEWER, member):
            return False
        return tx.practice.is_new(act.actor)


def answer_exercise(
    services: Services,
    act: Act,
    key: str,
    answer: Answer,
    typed: str,
) -> PracticeResult:
    """Compare the answer with the known word, store the result and return it.

    Raises `NotFound`, `Invalid` with the field, and `Refused` without a desk.
    """
    exercise = find_exercise(key)
    if exercise.is_stop_drill:
        raise Invalid(text("practice.stop.answer"))
    words = check_text(answer, typed)
    result = result_of_answer(exercise, words or "")
    _finish(services, act, exercise, result)
    return result


def stop_exercise(
    services: Services,
    act: Act,
    key: str,
) -> None:
    """Store that the person pressed Stop. Raises `NotFound`, `Refused`."""
    _finish(services, act, find_exercise(key), PracticeResult.STOPPED)


def skip_practice(services: Services, act: Act) -> None:
    """Skip the exercises that are not done. Raises `Refused` without a desk."""
    refusal = _refusal(services, act)
    with services.store.begin() as tx:
        tx.log.record(act.event(Action.PRACTICE_DONE, refusal=refusal))
        if refusal is None:
            for each in _state(services, tx, act).exercises:
                if each.result is None:
                    _save(tx, act, each.exercise, PracticeResult.SKIPPED)
    raise_refusal(refusal)


def find_exercise(key: str) -> Exercise:
    """Return the exercise with this key. Raises `NotFound`."""
    exercise = EXERCISES.get(key)
    if exercise is None:
        raise NotFound(text("practice.exercise.not_found"))
    return exercise


def practice_refusal(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Refusal | None:
    """Return why this person may not practise, None for reviewers and leads."""
    member = member_of(services, tx, act.actor)
    reviewing = services.desks.where(Role.REVIEWER, member)
    leading = services.desks.where(Role.LEAD, member)
    if reviewing or leading:
        return None
    return NO_ROLE


def _refusal(services: Services, act: Act) -> Refusal | None:
    with services.store.read() as tx:
        return practice_refusal(services, tx, act)


def _state(
    services: Services,
    tx: Transaction,
    act: Act,
) -> PracticeState:
    member = member_of(services, tx, act.actor)
    desks = services.desks.where(Role.REVIEWER, member)
    exercises = exercises_for([desk.locale for desk in desks])
    results = tx.practice.results_of(act.actor)
    own = [
        OwnExercise(exercise=each, result=results.get(each.key)) for each in exercises
    ]
    return PracticeState(
        exercises=tuple(own),
        following=next_exercise(exercises, results),
    )


def _finish(
    services: Services,
    act: Act,
    exercise: Exercise,
    result: PracticeResult,
) -> None:
    """Record the end of an exercise and store its result. Raises `Refused`."""
    refusal = _refusal(services, act)
    with services.store.begin() as tx:
        numbers = {"exercise": exercise.number}
        event = act.event(Action.PRACTICE_DONE, refusal=refusal, numbers=numbers)
        tx.log.record(event)
        if refusal is None:
            _save(tx, act, exercise, result)
    raise_refusal(refusal)


def _save(
    tx: Transaction,
    act: Act,
    exercise: Exercise,
    result: PracticeResult,
) -> None:
    tx.practice.save(act.actor, exercise.key, result, act.now)
