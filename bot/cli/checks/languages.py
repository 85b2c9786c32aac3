"""What `help-clip check` reports about the language of each desk."""

from collections.abc import Iterator

from bot.cli.checks.result import CheckResult
from bot.redaction.words.known_languages import knowledge_of
from bot.redaction.words.text import language_of
from bot.rules.desks import Desks
from bot.rules.requests.spelling import known_languages
from bot.text import text


def language_lines(desks: Desks) -> Iterator[CheckResult]:
    """Yield what is known of each desk's language: its words, then its spellings."""
    for desk in desks.desks.values():
        knowledge = knowledge_of(desk.locale).value
        yield _line(knowledge, desk.id, desk.locale)
        if language_of(desk.locale) in known_languages():
            yield _line("spelling_table", desk.id, desk.locale)
        else:
            yield _line("no_spelling_table", desk.id, desk.locale)


def _line(
    key: str,
    desk: str,
    locale: str,
) -> CheckResult:
    return CheckResult(text(f"cli.check.language.{key}", desk=desk, locale=locale))
