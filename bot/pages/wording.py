"""What states, answers and difficulties are called on screen."""

from collections.abc import Mapping

from bot.usecases.listen import ListenPage
from storage.records import Answer, Difficulty, RequestState

STATES: Mapping[RequestState, str] = {
    RequestState.RENDERING: "Being prepared",
    RequestState.OPEN: "Open",
    RequestState.AGREED: "Settled",
    RequestState.DISPUTED: "Needs a ruling",
    RequestState.UNCLEAR: "Nobody could tell",
    RequestState.ADJUDICATED: "Settled by a lead",
    RequestState.DELIVERED: "Settled",
    RequestState.DELIVERY_FAILED: "Settled",
    RequestState.UNMASKABLE: "Could not be shared",
    RequestState.WITHDRAWN: "Withdrawn",
    RequestState.EXPIRED: "Expired",
    RequestState.ACCIDENTAL: "Accidental recording",
    RequestState.QUARANTINED: "Closed to everybody",
    RequestState.ERASED: "Erased",
}

ANSWERS: Mapping[Answer, str] = {
    Answer.WORDS: "I hear",
    Answer.CANT_TELL: "Can't tell",
    Answer.NOT_SPEECH: "Not speech",
    Answer.NOT_FOR_ASSISTANT: "Not meant for the assistant",
    Answer.SHOULD_NOT_HAVE_BEEN_RECORDED: "Should not have been recorded",
    Answer.HEARD_PERSONAL: "I heard personal information",
}

DIFFICULTIES: Mapping[Difficulty, str] = {
    Difficulty.NOISE: "Noise",
    Difficulty.TWO_VOICES: "Two voices",
    Difficulty.ACCENT: "Accent",
    Difficulty.RARE_NAME: "Rare name",
    Difficulty.OTHER_LANGUAGE: "Other language",
    Difficulty.CUT_OFF: "Cut off",
}

CONFIDENCES: Mapping[int, str] = {1: "Unsure", 2: "Fairly sure", 3: "Certain"}


def answered(people: int) -> str:
    """How many have answered, never what."""
    if people == 0:
        return "Nobody has answered yet"
    return "1 person has answered" if people == 1 else f"{people} people have answered"


def closed_title(page: ListenPage) -> str:
    """The heading where there is nothing to hear and nothing settled."""
    if page.request.state in (RequestState.OPEN, RequestState.DISPUTED) and page.is_asker:
        return "You asked this one"
    return STATES[page.request.state]


def closed_sentence(page: ListenPage) -> str:
    """Why this person hears nothing here, and what to do next."""
    request = page.request
    if request.state is RequestState.RENDERING:
        return "The snippet is being prepared. It takes a few seconds: reload the page then."
    if request.state is RequestState.UNMASKABLE and request.problem:
        return request.problem
    if page.refusal is not None:
        return page.refusal.sentence
    return "The snippet is no longer kept. Nothing is left to do here."
