"""Phrases about a request: its state, its answers, its difficulties and its result."""

from bot.text.catalogue import text
from bot.text.lists import in_a_row
from storage.records import Answer, Difficulty, Request, RequestState


def state_label(state: RequestState) -> str:
    """Return the name of a state. Closed requests do not reveal why they are closed."""
    return text(f"requests.state.{state}")


def answer_label(answer: Answer) -> str:
    """Return the name of a kind of answer."""
    return text(f"requests.answer.{answer}")


def difficulty_label(difficulty: Difficulty) -> str:
    """Return the name of a difficulty."""
    return text(f"requests.difficulty.{difficulty}")


def list_difficulties(request: Request) -> str:
    """Return the difficulties as `Noise, accent`; empty if the asker chose none."""
    if not request.difficulties:
        return ""
    first, *others = request.difficulties
    names = [difficulty_label(first)]
    for difficulty in others:
        names.append(text(f"requests.difficulty_continued.{difficulty}"))
    return in_a_row(names)


def describe_result(request: Request) -> str:
    """Return how a settled request ended.

    The text holds no clip content but the agreed words, and never a word that is
    personal data.
    """
    match request.settled_answer:
        case Answer.CANT_TELL:
            return text("requests.settled.cant_tell")
        case Answer.NOT_SPEECH:
            return text("requests.settled.not_speech")
        case Answer.WORDS:
            return _settled_words(request)
        case _:
            return text("requests.settled.no_word")


def _settled_words(request: Request) -> str:
    if request.settled_personal or request.settled_text is None:
        return text("requests.settled.personal")
    return request.settled_text
