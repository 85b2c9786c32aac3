"""Limits of an officer's reply, which travels through Slack."""

import re
from collections.abc import Iterable

from bot.rules.requests.spelling import reading
from bot.text import text

MIN_LENGTH, MAX_LENGTH = 10, 2000

# In letters. Shorter words are in every sentence and reveal little by themselves.
_MIN_LETTERS = 4
# An address, a mention, or five digits in a row however they are grouped.
_PERSONAL = re.compile(r"\S+@\S+\.\S+|<[@!#]|(?:\d[ .()/-]?){5}")


def fault_of_any(reply: str) -> str | None:
    """Return why a reply cannot be sent about any recording, as a sentence, or None."""
    if not MIN_LENGTH <= len(reply) <= MAX_LENGTH:
        return text("distress.reply.length")
    if _PERSONAL.search(reply):
        return text("distress.reply.personal")
    return None


def fault_of(
    reply: str,
    *,
    clip_id: str,
    covered: Iterable[str],
    locale: str,
) -> str | None:
    """Return why a reply cannot be sent, as a sentence, or None.

    `covered` are the words of the recording that its snippets mask. The sentence
    repeats no word of the reply.
    """
    fault = fault_of_any(reply)
    if fault is not None:
        return fault
    if clip_id.casefold() in reply.casefold():
        return text("distress.reply.clip_id")
    masked: set[str] = set()
    for word in covered:
        masked.update(reading(word, locale).split())
    revealing = {form for form in masked if len(form) >= _MIN_LETTERS}
    words = reading(reply, locale).split()
    if revealing.isdisjoint(words):
        return None
    return text("distress.reply.masked_word")
