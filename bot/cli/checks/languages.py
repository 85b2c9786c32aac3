"""What `help-clip check` reports about the language of each desk."""

from collections.abc import Iterator

from bot.cli.checks.result import CheckResult
from bot.redaction.words.known_languages import knowledge_of
from bot.redaction.words.text import language_of
from bot.rules.desks import Desks
from bot.rules.requests.spelling import known_languages
from bot.text import text
from bot.text.language import ENGLISH, language_for


def language_lines(desks: Desks) -> Iterator[CheckResult]:
    """Yield what is known of each desk's language: words, spellings, interface."""
    for desk in desks.desks.values():
        knowledge = knowledge_of(desk.locale).value
        yield _line(knowledge, desk.id, desk.locale)
        if language_of(desk.locale) in known_languages():
            yield _line("spelling_table", desk.id, desk.locale)
        else:
            yield _line("no_spelling_table", desk.id, desk.locale)
        yield _line(_interface(desk.locale), desk.id, desk.locale)


def _interface(locale: str) -> str:
    is_english = language_of(locale) == ENGLISH
    if is_english or language_for(locale) != ENGLISH:
        return "interface"
    return "no_interface"


def _line(
    key: str,
    desk: str,
    locale: str,
) -> CheckResult:
    return CheckResult(text(f"cli.check.language.{key}", desk=desk, locale=locale))
