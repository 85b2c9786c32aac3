"""The language in which a person reads help-clip."""

from bot.errors import Invalid
from bot.text import text
from bot.text.language import LANGUAGES, language_for
from bot.usecases.context import Act
from bot.usecases.services import Services


def language_of(services: Services, user_id: str) -> str | None:
    """Return the person's language, None while neither choice nor account is known."""
    with services.store.read() as tx:
        locale = tx.people.locale_of(user_id)
    if locale is None:
        return None
    return language_for(locale)


def chosen_language(services: Services, act: Act) -> str | None:
    """Return the language that the person chose, None for that of Slack."""
    with services.store.read() as tx:
        return tx.people.chosen_language(act.actor.user_id)


def choose_language(services: Services, act: Act, chosen: str) -> None:
    """Store the person's language; empty for that of Slack. Raises `Invalid`."""
    if chosen and chosen not in LANGUAGES:
        raise Invalid(text("pages.language.unknown"))
    with services.store.begin() as tx:
        tx.people.choose_language(act.actor.user_id, chosen or None)
