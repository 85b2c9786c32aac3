"""Lists as the language that is spoken divides them."""

from collections.abc import Sequence

from babel.lists import format_list

from bot.text.language import language, locale_of


def in_a_row(items: Sequence[str]) -> str:
    """Return the items one after the other, by the CLDR: `a, b, c` in English."""
    return format_list(items, "unit", locale=locale_of(language()))
