"""Sentences that depend on more than one value, for the templates.

Each function picks a sentence from the catalogue (`bot.text`) and fills in its values.
Templates call them as `wording.<name>`.
"""

from bot.pages.wording.cases import (
    describe_clock,
    describe_drill,
    describe_opening,
)
from bot.pages.wording.closed import (
    closed_sentence,
    closed_thanks,
    closed_title,
)
from bot.pages.wording.erasures import (
    describe_hold,
    describe_receipt,
    describe_waiting,
    erasure_title,
    list_erased,
)
from bot.pages.wording.requests import (
    after_answer,
    count_answers,
    describe_answer,
    describe_progress,
    describe_weight,
    field_error,
    isolate,
    text_direction,
)
from bot.text.requests import list_difficulties
from bot.text.times import asked_ago, seconds_of, time_left
from storage.records import Answer, Difficulty

__all__ = [
    "Answer",
    "Difficulty",
    "after_answer",
    "asked_ago",
    "closed_sentence",
    "closed_thanks",
    "closed_title",
    "count_answers",
    "describe_answer",
    "describe_clock",
    "describe_drill",
    "describe_hold",
    "describe_opening",
    "describe_progress",
    "describe_receipt",
    "describe_waiting",
    "describe_weight",
    "erasure_title",
    "field_error",
    "isolate",
    "list_difficulties",
    "list_erased",
    "seconds_of",
    "text_direction",
    "time_left",
]
