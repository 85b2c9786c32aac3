"""Phrases by their names of before, for the pages and for Slack."""

from bot.text.cases import severity_label
from bot.text.requests import (
    answer_label,
    describe_result,
    difficulty_label,
    list_difficulties,
    state_label,
)
from bot.text.times import ago, asked_ago, time_left
from storage.records import (
    Answer,
    Difficulty,
    IncidentKind,
    RequestState,
    Severity,
)

__all__ = [
    "ANSWERS",
    "COVERED",
    "DIFFICULTIES",
    "ENDED",
    "GRADED",
    "INCIDENTS",
    "SEVERITIES",
    "STATES",
    "STOPPED",
    "ago",
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

# What a lead reads of an entry of their list.
INCIDENTS = {
    IncidentKind.RECORDING_DROPPED: "a recording as a file",
    IncidentKind.ARCHIVE_DROPPED: "an archive as a file",
    IncidentKind.RECORDING_LINKED: "a link to a recording",
    IncidentKind.PERSONAL_WORDS: "something that looked personal",
    IncidentKind.CLIP_ID_PASTED: "a clip's id",
    IncidentKind.PLAYER_LINKED: "a link to a request",
    IncidentKind.LINK_TRIED: "tried a link that is not for them",
    IncidentKind.LISTENS_A_LOT: "listens to much more than they answer",
}

# Why a request ended that nobody settled, for whoever asked. Nothing is left for them
# to do.
ENDED = {
    RequestState.ACCIDENTAL: "it should not have been recorded. Skip it.",
    RequestState.ERASED: "the recording was erased. Skip it.",
    RequestState.CONSENT_WITHDRAWN: "the speaker does not allow it to be heard. Skip it.",
}

COVERED = "Nothing is offered to you, and what you asked goes on without you."
STOPPED = "Stopped. Nobody else can hear it. Nothing more is needed from you."

GRADED = {
    Severity.UPSETTING: "Thank you. You will get an answer.",
    Severity.SERIOUS: "Thank you. It is looked at first, and you will get an answer.",
    Severity.DANGER: "Thank you. The safety officers are called now, and you will get an answer.",
}
