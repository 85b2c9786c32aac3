"""Guess from the letters of a word which kinds of sounds it is made of.

The guess is coarse on purpose: vowels, nasals, stops and the like are written with the
same letters in all languages of the Latin script. A word in another script, or without
letters, is some time of speech of any kind.
"""

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache


class Sound(IntEnum):
    """The kinds of sounds that the model tells apart."""

    PAUSE = 0
    FRONT_VOWEL = 1
    BACK_VOWEL = 2
    NASAL = 3
    LIQUID = 4
    HARD_STOP = 5
    SOFT_STOP = 6
    HISS = 7
    BREATH = 8


ANY = len(Sound)
"""Any sound that is no pause."""

_SILENT_E = re.compile(r"(?<=[^aeiouy])e(s|d)?$")
# These are pairs of letters and their sounds, the longest first.
_GROUPS: tuple[tuple[str, tuple[Sound, ...]], ...] = (
    ("tion", (Sound.HISS, Sound.BACK_VOWEL, Sound.NASAL)),
    ("sion", (Sound.HISS, Sound.BACK_VOWEL, Sound.NASAL)),
    ("tsch", (Sound.HARD_STOP, Sound.HISS)),
    ("sch", (Sound.HISS,)),
    ("tch", (Sound.HARD_STOP, Sound.HISS)),
    ("igh", (Sound.BACK_VOWEL, Sound.FRONT_VOWEL)),
    ("sh", (Sound.HISS,)),
    ("ch", (Sound.HISS,)),
    ("ph", (Sound.BREATH,)),
    ("th", (Sound.BREATH,)),
    ("gh", ()),
    ("wh", (Sound.LIQUID,)),
    ("kn", (Sound.NASAL,)),
    ("wr", (Sound.LIQUID,)),
    ("ck", (Sound.HARD_STOP,)),
    ("ng", (Sound.NASAL,)),
    ("qu", (Sound.HARD_STOP, Sound.LIQUID)),
    ("ce", (Sound.HISS, Sound.FRONT_VOWEL)),
    ("ci", (Sound.HISS, Sound.FRONT_VOWEL)),
    ("cy", (Sound.HISS, Sound.FRONT_VOWEL)),
    ("x", (Sound.HARD_STOP, Sound.HISS)),
)
_SINGLE: dict[str, Sound] = (
    dict.fromkeys("iey", Sound.FRONT_VOWEL)
    | dict.fromkeys("aou", Sound.BACK_VOWEL)
    | dict.fromkeys("mn", Sound.NASAL)
    | dict.fromkeys("lrwj", Sound.LIQUID)
    | dict.fromkeys("ptkcq", Sound.HARD_STOP)
    | dict.fromkeys("bdg", Sound.SOFT_STOP)
    | dict.fromkeys("sz", Sound.HISS)
    | dict.fromkeys("fvh", Sound.BREATH)
)
_LETTERS_A_SOUND = 2


@lru_cache(maxsize=4096)
def sounds_of(text: str) -> tuple[int, ...]:
    """Return the sounds of a word in order, each a `Sound` or `ANY`; one or more."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in letters if char.isalpha())
    if not plain:
        return (ANY,) * (1 + len(text) // _LETTERS_A_SOUND)
    if not plain.isascii():
        return (ANY,) * (1 + len(plain) // _LETTERS_A_SOUND)
    return _merged(_spelled(plain))


def _spelled(letters: str) -> list[int]:
    spoken = letters
    if len(letters) > 3:
        spoken = _SILENT_E.sub(r"\1", letters)
    sounds: list[int] = []
    at = 0
    while at < len(spoken):
        for written, group in _GROUPS:
            if spoken.startswith(written, at):
                sounds.extend(group)
                at += len(written)
                break
        else:
            sounds.append(_SINGLE.get(spoken[at], ANY))
            at += 1
    return sounds


def _merged(sounds: list[int]) -> tuple[int, ...]:
    """Return the sounds with neighbours of one kind as one sound."""
    merged = [ANY] if not sounds else sounds[:1]
    for sound in sounds[1:]:
        if sound != merged[-1]:
            merged.append(sound)
    return tuple(merged)
