"""Words become kinds of sounds, in every script and for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.times.letters import ANY, Sound, sounds_of


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("ship", (Sound.HISS, Sound.FRONT_VOWEL, Sound.HARD_STOP)),
        ("Knee", (Sound.NASAL, Sound.FRONT_VOWEL)),
        ("time,", (Sound.HARD_STOP, Sound.FRONT_VOWEL, Sound.NASAL)),
        ("Schön", (Sound.HISS, Sound.BACK_VOWEL, Sound.NASAL)),
    ],
)
def test_letters_that_belong_together_are_one_sound(
    text: str, sounds: tuple[int, ...]
) -> None:
    assert sounds_of(text) == sounds


def test_another_script_is_speech_of_any_kind() -> None:
    assert set(sounds_of("привет")) == {ANY}


@given(st.text(max_size=30))
def test_every_text_has_sounds_of_which_none_is_a_pause(text: str) -> None:
    sounds = sounds_of(text)
    assert sounds
    assert all(Sound.PAUSE < sound <= ANY for sound in sounds)
