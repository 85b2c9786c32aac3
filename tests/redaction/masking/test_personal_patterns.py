"""What looks personal in a chat, and what does not."""

import pytest

from bot.redaction.masking.personal_patterns import looks_personal

LOCALES = ("en-US", "de-DE", "ar")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "text",
    [
        "her number is 020 7946 0958",
        "call +44 20 7946 0958",
        "+1 (212) 555-0142",
        "<tel:+12125550142|+1 212 555 0142>",
        "mail <mailto:a.b@c.de|a.b@c.de>",
        "john@example.com",
        "card 4111 1111 1111 1111",
        "account 12345678",
        "born 12/03/1974",
        "he spells it k o w a l s k i",
    ],
)
def test_numbers_addresses_and_spelled_names_look_personal(
    text: str, locale: str
) -> None:
    assert looks_personal(text, locale)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "text",
    [
        "Thanks Lena, that helps a lot!",
        "I think it is lamp, not lamb",
        "HC-1042 please",
        "can someone look at 1.2-1.9?",
        "see you at 10:30 on 2026-03-02",
        "en-us-0001 please",
        "<@U0REVIEW1> <https://help-clip.example.com/r/abcdef123456789|look>",
        "lunch at 12? room 4.12",
        "U. S. or U. K. English?",
        "We did 1,000 clips today, back at 14:00",
        "/help-clip en-us-0001 2.3-2.9",
        "on it :eyes:",
        "clip xx-0001-9",
        "",
    ],
)
def test_what_colleagues_write_all_day_does_not(text: str, locale: str) -> None:
    assert not looks_personal(text, locale)
