"""The exercises of the practice fit the sample clips that they play."""

import pytest

from bot.rules.people.practice import (
    EXERCISES,
    Exercise,
    exercises_for,
    next_exercise,
    result_of_answer,
)
from storage.records import PracticeResult
from tools.make_demo_clips.script import LINES


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_known_word_is_the_muddled_word_of_the_clip(exercise: Exercise) -> None:
    line = next(each for each in LINES if each.clip_id == exercise.clip_id)
    spoken = line.text.split("*")[1].split("|")[0]
    assert line.locale == exercise.locale
    if exercise.word is not None:
        assert result_of_answer(exercise, spoken) is PracticeResult.SAME
        assert result_of_answer(exercise, "another") is PracticeResult.OTHER


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_each_language_ends_with_a_drill_of_stop(language: str) -> None:
    exercises = exercises_for([language])
    assert [each.number for each in exercises] == [1, 2, 3]
    assert [each.is_stop_drill for each in exercises] == [False, False, True]


def test_the_first_desk_with_exercises_chooses_the_language() -> None:
    assert exercises_for(["sv-SE", "de-AT", "ar"])[0].locale == "de-DE"
    assert exercises_for(["sv-SE"])[0].locale == "en-US"
    assert exercises_for([])[0].locale == "en-US"


def test_an_exercise_is_next_until_it_has_a_result() -> None:
    exercises = exercises_for(["en"])
    results = {"en-1": PracticeResult.OTHER, "en-2": PracticeResult.SAME}
    assert next_exercise(exercises, {}) == exercises[0]
    assert next_exercise(exercises, results) == exercises[2]
    assert next_exercise(exercises, {**results, "en-3": PracticeResult.STOPPED}) is None
