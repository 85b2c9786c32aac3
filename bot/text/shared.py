"""Phrases by their names of before, for the pages."""

from bot.text.cases import severity_label
from bot.text.requests import (
    answer_label,
    describe_result,
    difficulty_label,
    list_difficulties,
    state_label,
)
from bot.text.times import asked_ago, time_left
from storage.records import (
    Answer,
    Difficulty,
    RequestState,
    Severity,
)

__all__ = [
    "ANSWERS",
    "DIFFICULTIES",
    "SEVERITIES",
    "STATES",
    "asked_ago",
    "difficulties",
    "settled_as",
    "time_left",
]

ANSWERS = {answer: answer_label(answer) for answer in Answer}
DIFFICULTIES = {difficulty: difficulty_label(difficulty) for difficulty in Difficulty}
SEVERITIES = {severity: severity_label(severity) for severity in Severity}
STATES = {state: state_label(state) for state in RequestState}
difficulties = list_difficulties
settled_as = describe_result
