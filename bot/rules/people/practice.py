"""Practice: the first recordings of a new reviewer are synthetic, with known words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.rules.requests.spelling import reading
from storage.records import PracticeResult, Span


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One synthetic recording of the sample clips, and what it teaches.

    `word` is the known word, None where the exercise is to press Stop. `lesson` names
    a sentence of the catalogue, `number` counts from 1 within the language.
    """

    key: str
    number: int
    clip_id: str
    locale: str
    span: Span
    lesson: str
    word: str | None = None

    @property
    def is_stop_drill(self) -> bool:
        """Return whether the exercise is to press Stop."""
        return self.word is None


# The spans and words are those of the table in bot/demo/README.md. Every language ends
# with the drill of Stop.
_EXERCISES = (
    Exercise(
        key="en-1",
        number=1,
        clip_id="en-us-0001",
        locale="en-US",
        span=Span(start_ms=2300, end_ms=2900),
        lesson="noise",
        word="lamp",
    ),
    Exercise(
        key="en-2",
        number=2,
        clip_id="en-us-0008",
        locale="en-US",
        span=Span(start_ms=1300, end_ms=2000),
        lesson="second_voice",
        word="fifteen",
    ),
    Exercise(
        key="en-3",
        number=3,
        clip_id="en-us-0006",
        locale="en-US",
        span=Span(start_ms=2800, end_ms=3500),
        lesson="stop",
    ),
    Exercise(
        key="de-1",
        number=1,
        clip_id="de-de-0001",
        locale="de-DE",
        span=Span(start_ms=1800, end_ms=2300),
        lesson="noise",
        word="halb",
    ),
    Exercise(
        key="de-2",
        number=2,
        clip_id="de-de-0003",
        locale="de-DE",
        span=Span(start_ms=800, end_ms=2000),
        lesson="long_word",
        word="Fensterputzmittel",
    ),
    Exercise(
        key="de-3",
        number=3,
        clip_id="de-de-0002",
        locale="de-DE",
        span=Span(start_ms=3700, end_ms=4300),
        lesson="stop",
    ),
    Exercise(
        key="ar-1",
        number=1,
        clip_id="ar-0001",
        locale="ar",
        span=Span(start_ms=800, end_ms=2000),
        lesson="noise",
        word="المصباح",
    ),
    Exercise(
        key="ar-2",
        number=2,
        clip_id="ar-0002",
        locale="ar",
        span=Span(start_ms=2500, end_ms=3400),
        lesson="mumbled",
        word="بموعد",
    ),
    Exercise(
        key="ar-3",
        number=3,
        clip_id="ar-0003",
        locale="ar",
        span=Span(start_ms=2100, end_ms=2600),
        lesson="stop",
    ),
)
EXERCISES: Mapping[str, Exercise] = {each.key: each for each in _EXERCISES}
_FALLBACK = "en"


def exercises_for(locales: Sequence[str]) -> list[Exercise]:
    """Return the exercises in the first of these locales that has any, else in English.

    `locales` are those of a person's desks, as BCP 47 tags.
    """
    for locale in locales:
        found = _in_language(locale.split("-")[0])
        if found:
            return found
    return _in_language(_FALLBACK)


def next_exercise(
    exercises: Sequence[Exercise],
    results: Mapping[str, PracticeResult],
) -> Exercise | None:
    """Return the first exercise without a result, None when each has one."""
    return next((each for each in exercises if each.key not in results), None)


def result_of_answer(exercise: Exercise, typed: str) -> PracticeResult:
    """Return whether the typed words read like the known word of the exercise."""
    assert exercise.word is not None
    known = reading(exercise.word, exercise.locale)
    if reading(typed, exercise.locale) == known:
        return PracticeResult.SAME
    return PracticeResult.OTHER


def _in_language(language: str) -> list[Exercise]:
    return [each for each in _EXERCISES if each.locale.split("-")[0] == language]
