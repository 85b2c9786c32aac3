"""What an officer's reply may not carry."""

import pytest

from bot.rules.distress.replies import fault_of


@pytest.mark.parametrize(
    "text",
    [
        "We looked at it today. Nobody is in danger.",
        "On 12 May we will tell you more. It took 3 people 20 minutes.",
        "Wir haben uns darum gekümmert. Danke, dass Sie es gemeldet haben!",
        "Nothing like Ann was heard in it.",
    ],
)
def test_an_ordinary_reply_may_be_sent(text: str) -> None:
    assert (
        fault_of(text, clip_id="en-us-0001", covered=("Berlin", "an"), locale="en-US")
        is None
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Too short", "a few words"),
        ("word " * 500, "a few words"),
        ("About EN-US-0001: it is closed for good.", "id"),
        ("Write to somebody@example.org about it.", "addresses"),
        ("Ask <@U0SAFETY1> what was done about it.", "mentions"),
        ("Call 555 01 99 if you need anything.", "numbers"),
        ("The woman in berlin! is safe and well now.", "masked"),
    ],
)
def test_a_reply_that_carries_more_is_refused_without_being_repeated(
    text: str, says: str
) -> None:
    fault = fault_of(text, clip_id="en-us-0001", covered=("Berlin",), locale="en-US")
    assert fault is not None
    assert says in fault
    assert "berlin" not in fault.lower()
