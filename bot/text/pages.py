"""What only the pages say; the words shared with Slack are in `bot.text.shared`."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import Invalid
from bot.rules.requests.lifecycle import LIVE, SETTLED
from bot.text.shared import (
    ANSWERS,
    DIFFICULTIES,
    SEVERITIES,
    STATES,
    asked_ago,
    difficulties,
    settled_as,
    time_left,
)
from bot.usecases.erasure.overview import Line, Preview, ReceiptState, What
from bot.usecases.listening.view import ListenPage
from storage.records import (
    Answer,
    Case,
    CaseState,
    Closeness,
    Place,
    Request,
    RequestState,
    Why,
)

__all__ = [
    "ANSWERS",
    "CLOSER",
    "CLOSER_MEANS",
    "CONFIDENCES",
    "DIFFICULTIES",
    "ERASABLE",
    "ERASED_WHY",
    "PLACES",
    "SEVERITIES",
    "STATES",
    "answered",
    "asked_ago",
    "case_state",
    "closed_sentence",
    "closed_title",
    "difficulties",
    "direction",
    "drill",
    "due",
    "field_error",
    "goes",
    "held",
    "progress",
    "receipt",
    "said",
    "settled_as",
    "time_left",
]

_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}

CASE_STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: "Waits for an officer",
    CaseState.ACKNOWLEDGED: "Looked after",
    CaseState.RELEASED: "Closed, recording open again",
    CaseState.KEPT: "Closed, recording stays closed",
}

CLOSER: Mapping[Closeness, str] = {
    Closeness.LESS_DISGUISED: "less disguised",
    Closeness.UNMASKED: "unmasked",
}

CLOSER_MEANS: Mapping[Closeness, str] = {
    Closeness.LESS_DISGUISED: "The voice is changed less, so the word is clearer and the speaker "
    "easier to know. Other words stay masked.",
    Closeness.UNMASKED: "Masked words around it are heard, personal ones too. The voice stays "
    "disguised, and nothing more is written.",
}

CONFIDENCES: Mapping[int, str] = {1: "Unsure", 2: "Fairly sure", 3: "Certain"}


ERASABLE: Mapping[What, str] = {
    What.CLIP: "the recording",
    What.SPEAKER: "the speaker",
    What.PERSON: "what was typed by",
}

ERASED_WHY: Mapping[Why, str] = {
    Why.ASKED: "asked for",
    Why.CONSENT: "consent withdrawn",
    Why.ACCIDENTAL: "should not have been recorded",
}

PLACES: Mapping[Place, str] = {
    Place.PLAYERS: "players",
    Place.KEY: "the clip's key",
    Place.SNIPPETS: "snippets",
    Place.WORDS: "words people typed",
    Place.SLACK: "messages in Slack",
    Place.EXPORTS: "results sent on, and the source",
    Place.SESSIONS: "sign-ins",
}

_RECEIPTS: Mapping[ReceiptState, str] = {
    ReceiptState.DONE: "clean since",
    ReceiptState.HELD: "held until",
    ReceiptState.DUE: "on its way, due",
    ReceiptState.OVERDUE: "overdue since",
}


def receipt(line: Line) -> str:
    """How a place stands."""
    failed = line.receipt.failure if line.state is not ReceiptState.DONE else None
    why = f" ({failed})" if failed else ""
    return f"{_RECEIPTS[line.state]} {line.at:%d %B %Y, %H:%M} UTC{why}"


def goes(found: Preview) -> list[str]:
    """What an erasure takes with it, a line each."""
    if found.what is What.PERSON:
        return [
            "their sign-ins: they are signed out everywhere",
            "their drafts, and what they typed into closed requests",
            "their breaks, choices and calls for a chat",
        ]
    lines = [f"{_of(found.requests, 'request')}, with what people typed"]
    if found.what is What.SPEAKER:
        lines = [f"{_of(found.clips, 'recording')} of theirs: {lines[0]}"]
        lines.append("nobody may ask about another recording of theirs")
    else:
        lines.append("nobody may ask about it again")
    if found.live:
        lines.append(
            f"{_of(found.live, 'request')} still live: players stop within two seconds"
        )
    lines.append(
        f"{_of(found.snippets, 'snippet')}, and the key, so that no backup opens either"
    )
    if found.threads:
        lines.append(f"the words in {_of(found.threads, 'thread')} in Slack")
    lines.append("the results sent on; the source is asked to delete the recording")
    return lines


def held(found: Preview) -> str:
    """What a legal hold keeps."""
    until = f"{found.held_until:%d %B %Y}" if found.held_until else ""
    if found.what is What.PERSON:
        return (
            f"A legal hold stands on {_of(found.held, 'recording')} they worked on. What they "
            f"typed there is kept until {until}, then it goes without being asked for again."
        )
    return (
        f"A legal hold stands on {_of(found.held, 'recording')}. Nobody hears it from now on, but "
        f"what is kept of it goes when the hold ends ({until}), without being asked for again."
    )


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"


def case_state(case: Case) -> str:
    """Where a case is, in one phrase."""
    return CASE_STATES[case.state]


def due(case: Case, now: datetime) -> str:
    """What the clock of a case says."""
    if case.due_at is None:
        return ""
    minutes = round((case.due_at - now) / timedelta(minutes=1))
    awaited = "acknowledge"
    if case.state is CaseState.ACKNOWLEDGED:
        awaited = "close" if case.is_drill else "reply"
    if minutes <= 0 or case.overdue_since is not None:
        return f"overdue: {awaited}"
    return f"{awaited} within {_took(case.due_at - now)}"


def drill(case: Case) -> str:
    """That a case is a drill, once somebody came, and how fast it went."""
    if not case.is_drill or case.acknowledged_at is None:
        return ""
    came = f"acknowledged after {_took(case.acknowledged_at - case.opened_at)}"
    if case.closed_at is not None:
        closed = f"closed after {_took(case.closed_at - case.opened_at)}"
        return f"This was a drill: {came}, {closed}. Both are on record."
    return (
        f"This is a drill, {came}; that is on record. Go on as you would: "
        "the text and the sound are made up, and nobody waits for a reply."
    )


def _took(time: timedelta) -> str:
    minutes = max(1, round(time / timedelta(minutes=1)))
    return f"{round(minutes / 60)} h" if minutes >= 120 else f"{minutes} min"


def answered(people: int) -> str:
    """How many have answered, never what."""
    if people == 0:
        return "Nobody has answered yet"
    return "1 person has answered" if people == 1 else f"{people} people have answered"


def direction(locale: str) -> str:
    """How a transcript runs. Masks and blanks have no direction a browser could tell it
    from.
    """
    language = locale.replace("_", "-").partition("-")[0].lower()
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def said(answer: Answer, text: str | None) -> str:
    """An answer as it is read: its words, or its kind."""
    return text or ANSWERS[answer]


def progress(request: Request, now: datetime) -> str:
    """One line about a request in somebody's own list."""
    if request.state in SETTLED:
        return settled_as(request)
    if request.state is RequestState.OPEN:
        return time_left(request, now)
    return asked_ago(request, now)


def closed_title(page: ListenPage) -> str:
    """The heading where there is nothing to hear and nothing settled."""
    if page.request.state in LIVE and page.is_asker:
        return "You asked this one"
    return STATES[page.request.state]


def closed_sentence(page: ListenPage) -> str:
    """Why this person hears nothing here, and what to do next."""
    request = page.request
    if request.state is RequestState.RENDERING:
        if page.is_asker:
            return (
                "Your snippet is being prepared; then your colleagues see the question. "
                "You will be told in Slack when it settles."
            )
        return "The snippet is being prepared. It takes a few seconds: reload the page then."
    if request.state is RequestState.UNMASKABLE and request.problem:
        return request.problem
    if page.refusal is not None and page.refusal.rule == "own_request":
        return _own(request, page.refusal.sentence)
    if page.refusal is not None:
        return page.refusal.sentence
    return "The snippet is no longer kept. Nothing is left to do here."


def _own(request: Request, while_it_waits: str) -> str:
    if request.state in LIVE:
        return while_it_waits
    if request.state is RequestState.EXPIRED:
        return "Not enough people answered in time. Ask again if you still need it."
    return "You asked this one. Nothing is left to do here."


def field_error(error: Exception | None, field: str) -> str:
    """The sentence to show beside one field of a form."""
    return str(error) if isinstance(error, Invalid) and error.field == field else ""
