"""Read the translations of the catalogue: one gettext file for each language.

In `translations/LANG.po` the context of a message is its key and its id is the English
sentence. A message that is fuzzy, incomplete or of an earlier English sentence is left
out, and the English sentence is spoken instead.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.text.english import Entry, catalogue
from bot.text.language import ENGLISH, PSEUDO, locale_of
from bot.text.pseudo import pseudo_entry

# CLDR's categories in the order in which a message lists its forms.
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


@cache
def translation(language: str) -> Mapping[str, Entry]:
    """Return the translated sentences of a language by key; none for English."""
    if language == ENGLISH:
        return {}
    if language == PSEUDO:
        return {key: pseudo_entry(entry) for key, entry in catalogue().items()}
    found: dict[str, Entry] = {}
    for message in read_translation(language):
        key = str(message.context)
        if _is_whole(message) and message.id == message_id(catalogue().get(key)):
            found[key] = _entry(message, language)
    return found


def read_translation(language: str) -> Catalog:
    """Return the gettext catalogue of a language. Raises `FileNotFoundError`."""
    folder = resources.files("bot.text").joinpath("translations")
    with folder.joinpath(f"{language}.po").open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def message_id(entry: Entry | None) -> str | tuple[str, str] | None:
    """Return the id of the gettext message of an English sentence."""
    if entry is None or isinstance(entry, str):
        return entry
    return entry["one"], entry["other"]


def plural_categories(language: str) -> tuple[str, ...]:
    """Return the plural categories of a language, in the order of a message's forms."""
    used = {"other", *locale_of(language).plural_form.tags}
    return tuple(category for category in _CATEGORIES if category in used)


def plural_category(language: str, count: object) -> str:
    """Return the plural category of a number, such as `one` or `other`."""
    assert isinstance(count, int | float), "a number chooses between forms"
    return str(locale_of(language).plural_form(count))


def forms_of(message: Message) -> list[str]:
    """Return the sentence of a message, or its plural forms; empty if untranslated."""
    if isinstance(message.string, str):
        return [message.string]
    return list(message.string or ("",))


def _is_whole(message: Message) -> bool:
    if not message.context or message.fuzzy:
        return False
    return all(forms_of(message))


def _entry(message: Message, language: str) -> Entry:
    if isinstance(message.string, str):
        return message.string
    categories = plural_categories(language)
    return dict(zip(categories, forms_of(message), strict=True))
