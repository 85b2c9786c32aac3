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
    late_sentence,
)
from bot.pages.wording.erasures import (
    describe_hold,
    describe_receipt,
    describe_waiting,
    erasure_title,
    list_erased,
)
from bot.pages.wording.figures import (
    describe_coefficient,
    describe_fraction,
    describe_share,
    language_name,
)
from bot.pages.wording.requests import (
    after_answer,
    count_answers,
    describe_answer,
    describe_progress,
    describe_weight,
    field_error,
    isolate,
)
from bot.rules.work_tools.links import seconds
from bot.text.language import direction_of as text_direction
from bot.text.language import name_of, within_sentence
from bot.text.requests import list_difficulties
from bot.text.times import (
    asked_ago,
    date_and_time,
    day_and_month,
    day_and_time,
    long_date,
    seconds_of,
    time_left,
    time_of_day,
)
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
    "date_and_time",
    "day_and_month",
    "day_and_time",
    "describe_answer",
    "describe_clock",
    "describe_coefficient",
    "describe_drill",
    "describe_fraction",
    "describe_hold",
    "describe_opening",
    "describe_progress",
    "describe_receipt",
    "describe_share",
    "describe_waiting",
    "describe_weight",
    "erasure_title",
    "field_error",
    "isolate",
    "language_name",
    "late_sentence",
    "list_difficulties",
    "list_erased",
    "long_date",
    "name_of",
    "seconds",
    "seconds_of",
    "text_direction",
    "time_left",
    "time_of_day",
    "within_sentence",
]
