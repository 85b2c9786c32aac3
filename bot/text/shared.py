"""The words people read, the same in Slack and on the pages. Texts carry no clip
content.
"""

from datetime import datetime, timedelta

from storage.records import (
    Answer,
    Difficulty,
    IncidentKind,
    Request,
    RequestState,
    Severity,
)

DIFFICULTIES = {
    Difficulty.NOISE: "Noise",
    Difficulty.TWO_VOICES: "Two voices",
    Difficulty.ACCENT: "Accent",
    Difficulty.RARE_NAME: "Rare name",
    Difficulty.OTHER_LANGUAGE: "Another language",
    Difficulty.CUT_OFF: "Cut off",
}

ANSWERS = {
    Answer.WORDS: "Words",
    Answer.CANT_TELL: "Can't tell",
    Answer.NOT_SPEECH: "Not speech",
    Answer.NOT_FOR_ASSISTANT: "Not meant for the assistant",
    Answer.SHOULD_NOT_HAVE_BEEN_RECORDED: "Should not have been recorded",
    Answer.HEARD_PERSONAL: "I heard personal information",
}

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

STATES = {
    RequestState.RENDERING: "Being prepared",
    RequestState.OPEN: "Open",
    RequestState.AGREED: "Settled",
    RequestState.DISPUTED: "Needs a ruling",
    RequestState.UNCLEAR: "Nobody can tell",
    RequestState.ADJUDICATED: "Settled by a ruling",
    RequestState.DELIVERED: "Settled",
    RequestState.DELIVERY_FAILED: "Settled",
    RequestState.UNMASKABLE: "Could not be shared",
    RequestState.WITHDRAWN: "Withdrawn",
    RequestState.EXPIRED: "Expired",
    RequestState.ACCIDENTAL: "Closed",
    RequestState.QUARANTINED: "Closed",
    RequestState.ERASED: "Closed",
    RequestState.CONSENT_WITHDRAWN: "Closed",
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

SEVERITIES = {
    Severity.UNKNOWN: "Nobody has said how bad it is",
    Severity.UPSETTING: "Upsetting",
    Severity.SERIOUS: "Serious",
    Severity.DANGER: "Someone may be in danger now",
}

GRADED = {
    Severity.UPSETTING: "Thank you. You will get an answer.",
    Severity.SERIOUS: "Thank you. It is looked at first, and you will get an answer.",
    Severity.DANGER: "Thank you. The safety officers are called now, and you will get an answer.",
}


def settled_as(request: Request) -> str:
    """How a settled request ended. A word that is personal data is never spelled
    out.
    """
    if request.settled_answer is Answer.CANT_TELL:
        return "nobody could tell"
    if request.settled_answer is not Answer.WORDS:
        return (
            "not speech" if request.settled_answer is Answer.NOT_SPEECH else "no word"
        )
    if request.settled_personal or request.settled_text is None:
        return "a personal name or number"
    return request.settled_text


def difficulties(request: Request) -> str:
    """`Noise, accent`; empty when the asker chose none."""
    names = [DIFFICULTIES[d] for d in request.difficulties]
    return ", ".join([names[0], *(name.lower() for name in names[1:])]) if names else ""


def time_left(request: Request, now: datetime) -> str:
    """`2 h left`, rounded the way people say it."""
    left = request.expires_at - now
    if left <= timedelta(0):
        return "time is up"
    hours = left / timedelta(hours=1)
    if hours >= 48:
        return f"{round(hours / 24)} days left"
    if hours >= 1:
        return f"{round(hours)} h left"
    return f"{max(1, round(hours * 60))} min left"


def asked_ago(request: Request, now: datetime) -> str:
    """`asked 3 h ago`, rounded the way people say it."""
    return f"asked {ago(request.asked_at, now)}"


def ago(then: datetime, now: datetime) -> str:
    """`3 h ago`, rounded the way people say it."""
    minutes = max(0, round((now - then) / timedelta(minutes=1)))
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} days ago"
    if minutes >= 60:
        return f"{minutes // 60} h ago"
    return f"{minutes} min ago" if minutes else "just now"
