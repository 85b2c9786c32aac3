"""When two spellings are the same word: one table a language."""

from bot.rules.requests.spelling.reading import known_languages, reading, same_reading

__all__ = ["known_languages", "reading", "same_reading"]
