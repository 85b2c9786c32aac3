"""What an officer's reply may not carry: it travels through Slack, the recording does
not.
"""

import re
from collections.abc import Iterable

from bot.rules.requests.spelling import reading

MIN_LENGTH, MAX_LENGTH = 10, 2000

_TELLING = (
    4  # letters: shorter words are in every sentence, and say little by themselves
)
# An address, a mention, or five digits in a row however they are grouped.
_PERSONAL = re.compile(r"\S+@\S+\.\S+|<[@!#]|(?:\d[ .()/-]?){5}")


def fault_of(
    text: str, *, clip_id: str, covered: Iterable[str], locale: str
) -> str | None:
    """Why a reply cannot be sent, as a sentence; None when it can.

    `covered` are the words of the recording that its snippets mask. The sentence
    repeats no word of the reply.
    """
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        return "Write a few words to whoever reported this: they are waiting for an answer."
    if clip_id.casefold() in text.casefold():
        return "Leave the recording's id out of the reply."
    if _PERSONAL.search(text):
        return "Leave addresses, mentions and numbers out of the reply."
    secret = {form for word in covered for form in reading(word, locale).split()}
    if any(
        len(form) >= _TELLING and form in secret
        for form in reading(text, locale).split()
    ):
        return (
            "The reply repeats a word that is masked in the recording. Say it without."
        )
    return None
