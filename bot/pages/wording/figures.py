"""Shares, times and group names as readers of figures expect them."""

from datetime import timedelta

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent

from bot.rules.quality.figures import NO_DIFFICULTY, GroupBy
from bot.text import text
from bot.text.language import language, locale_of
from bot.text.requests import difficulty_label
from bot.text.times import describe_duration
from storage.records import Difficulty

NOTHING = "–"


def describe_share(part: int, whole: int) -> str:
    """Return a share such as `64 %`, a dash without a whole."""
    if not whole:
        return NOTHING
    return describe_fraction(part / whole)


def describe_fraction(fraction: float) -> str:
    """Return a number in [0, 1] such as `64 %`."""
    return str(format_percent(fraction, "0%", locale=locale_of(language())))


def describe_coefficient(value: float) -> str:
    """Return a number with three decimals, such as `0.743`."""
    return str(format_decimal(value, "0.000", locale=locale_of(language())))


def describe_median(seconds: float | None) -> str:
    """Return a time such as `45 min`, a dash without one."""
    if seconds is None:
        return NOTHING
    return describe_duration(timedelta(seconds=seconds))


def difficulty_name(name: str) -> str:
    """Return the name of a group of difficulties."""
    if name == NO_DIFFICULTY:
        return text("quality.difficulty.none")
    return difficulty_label(Difficulty(name))


def language_name(locale: str) -> str:
    """Return the reader's name of a language, its code where CLDR has no name for it."""
    try:
        spoken = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return locale
    return spoken.get_display_name(locale_of(language())) or locale


def group_name(by: GroupBy, name: str, desks: dict[str, str]) -> str:
    """Return the name of a group for readers; `desks` maps ids to names."""
    if by is GroupBy.DESK:
        return desks.get(name, name)
    if by is GroupBy.LANGUAGE:
        return language_name(name)
    if by is GroupBy.DIFFICULTY:
        return difficulty_name(name)
    return name
