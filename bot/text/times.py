"""Times and durations as people write them in the language that is spoken."""

from datetime import datetime, timedelta

from babel.dates import format_date, format_skeleton, get_datetime_format
from babel.numbers import format_decimal

from bot.text.catalogue import text
from bot.text.language import language, locale_of
from storage.records import Request

_HOUR = 60
_DAY = 24 * _HOUR
# Up to two days are counted in hours.
_DAYS_FROM = 2 * _DAY


def time_left(
    request: Request,
    now: datetime,
) -> str:
    """Return how long a request can still be answered, such as `2 h left`."""
    minutes = (request.expires_at - now) / timedelta(minutes=1)
    if minutes <= 0:
        return text("common.time_left.over")
    if minutes >= _DAYS_FROM:
        return text("common.time_left.days", count=round(minutes / _DAY))
    if minutes >= _HOUR:
        return text("common.time_left.hours", count=round(minutes / _HOUR))
    return text("common.time_left.minutes", count=max(1, round(minutes)))


def asked_ago(
    request: Request,
    now: datetime,
) -> str:
    """Return when a request was asked, such as `asked 3 h ago`."""
    unit, count = _age(request.asked_at, now)
    return text(f"common.asked.{unit}", count=count)


def ago(
    then: datetime,
    now: datetime,
) -> str:
    """Return how long ago a time was, such as `3 h ago`."""
    unit, count = _age(then, now)
    return text(f"common.ago.{unit}", count=count)


def _age(
    then: datetime,
    now: datetime,
) -> tuple[str, int]:
    """Return the age in the unit that people would choose, and this unit."""
    minutes = round((now - then) / timedelta(minutes=1))
    if minutes >= _DAYS_FROM:
        return "days", minutes // _DAY
    if minutes >= _HOUR:
        return "hours", minutes // _HOUR
    if minutes >= 1:
        return "minutes", minutes
    return "now", 0


def describe_duration(duration: timedelta) -> str:
    """Return a duration such as `45 min` or `3 hours`, at least a minute."""
    minutes = max(1, round(duration / timedelta(minutes=1)))
    if minutes >= 2 * _HOUR:
        return text("common.duration.hours", count=round(minutes / _HOUR))
    if minutes == _HOUR:
        return text("common.duration.hour")
    return text("common.duration.minutes", count=minutes)


def seconds_of(milliseconds: int) -> str:
    """Return a length in seconds with one decimal, such as `4.2`."""
    seconds = milliseconds / 1000
    return format_decimal(seconds, "0.0", locale=locale_of(language()))


def long_date(moment: datetime) -> str:
    """Return a date such as `2 March 2026`."""
    return format_date(moment, "long", locale=locale_of(language()))


def day_and_month(moment: datetime) -> str:
    """Return a date such as `2 March`."""
    return _format("MMMMd", moment)


def time_of_day(moment: datetime) -> str:
    """Return a time such as `09:05`."""
    return _format("Hm", moment)


def date_and_time(moment: datetime) -> str:
    """Return a moment such as `2 March 2026, 09:05`."""
    return _joined(long_date(moment), moment)


def day_and_time(moment: datetime) -> str:
    """Return a moment such as `2 March, 09:05`."""
    return _joined(day_and_month(moment), moment)


def _format(skeleton: str, moment: datetime) -> str:
    return format_skeleton(skeleton, moment, locale=locale_of(language()))


def _joined(date: str, moment: datetime) -> str:
    pattern = get_datetime_format("medium", locale=locale_of(language()))
    return str(pattern).format(time_of_day(moment), date)
