"""Sentences about a word keep their ordinary words, and lose names and numbers."""

import pytest

from bot.redaction.words import mask_sentence

ORDINARY = (
    "Second syllable is clearly stressed",
    "final consonant audible",
    "Clear vowel; a plural s",
    "The p is audible at half speed.",
    "The context mentions lights, so plural",
    "The vowel is long and the t is dropped",
    "heard it again at slow speed",
    "dialect, the vowel is short",
)


@pytest.mark.parametrize("reason", ORDINARY)
def test_an_ordinary_reason_is_shown_whole(reason: str) -> None:
    assert mask_sentence(reason, "en-US") == reason


@pytest.mark.parametrize(
    ("reason", "hidden"),
    [
        ("turn on the light, said anna schmidt", ("anna", "schmidt")),
        ("she lives at 14 Baker Street", ("14", "Baker")),
        ("call 0171 5551234 tomorrow", ("0171", "5551234")),
        ("his name is Jörg Müller", ("Jörg", "Müller")),
        ("ask john.smith@mail.com", ("john",)),
        ("she is called rose hill", ("rose", "hill")),
        ("it is spelled s c h m i d t", (" c ", " h ", " m ")),
    ],
)
def test_names_and_numbers_are_masked(reason: str, hidden: tuple[str, ...]) -> None:
    masked = mask_sentence(reason, "en-US")
    assert [word for word in hidden if word in masked] == []
