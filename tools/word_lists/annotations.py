"""Everyday nouns out of the CLDR's names of pictures (Unicode License v3)."""

from __future__ import annotations

import json
from pathlib import Path

from bot.redaction.words.text import normal

_LEFT_OUT = (
    "🕉✡☸☯✝☦☪☮🕎🔯🛐📿🕌🕍⛩🕋⛪🪯🙏😇👼😈👿👹👺💀☠👻🎅🤶🧑‍🎄🧕👳👲🕴🤰🫃🫄🤱💉🩸💊🩺🩹🦠"
    "🏥⚕🧬🦽🦼♿🩻🩼🚬🔫💣🗡⚔🪓🔪⚰🪦⚱🏴🏳🗼🗽🗾🗿🏯🎌🎎🎏🪆🎃🪬🧿🔞💏💑👬👭👫👪💋👙🍆🍑"
    "♈♉♊♋♌♍♎♏♐♑♒♓⛎🪐🌍🌎🌏㊗㊙🈁🈂🈷🈶🈯🉐🈹🈚🈲🉑🈸🈴🈳🈺🈵🤕🤒😷🤢🤮🤧🥴😵🤯"
    "💄💅👄👅🫦🧠🫀🫁🦴🚑🚨👮🕵💂🥷🧙🧚🧛🧜🧝🧞🧟🧌🦸🦹🇺🇳⛽🎰🃏🀄🎴🔱⚜☢☣♀♂⚧"
)
"""Pictures of religion, body, health, crime, stars, places and kinds of people."""

_SHORTEST = 3


def picture_words(folder: Path, language: str) -> frozenset[str]:
    """Return the words of the names of pictures, but for the sensitive pictures.

    `folder` holds `annotations/LANGUAGE/annotations.json` as the CLDR's JSON has it.
    """
    file = folder / "annotations" / language / "annotations.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for picture, texts in held["annotations"]["annotations"].items():
        if any(sign in _LEFT_OUT for sign in picture):
            continue
        for text in (*texts.get("default", ()), *texts.get("tts", ())):
            found.update(_words(text))
    return frozenset(found)


def _words(text: str) -> set[str]:
    """Return the words in lower case; capitals are names in most languages."""
    words = {word.strip("“”\"(),:;.!?’'") for word in text.split()}
    lower = {word for word in words if word == word.lower()}
    long = {normal(word) for word in lower if len(word) >= _SHORTEST}
    return {word for word in long if not any(map(str.isdigit, word))}
