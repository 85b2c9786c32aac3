"""A language made from English by code, which shows what no catalogue holds.

Each sentence is longer, accented, and between brackets.
"""

import re

from bot.text.english import Entry

_ACUTE = "\N{COMBINING ACUTE ACCENT}"
_ACCENTS = str.maketrans({vowel: vowel + _ACUTE for vowel in "aeiouAEIOU"})
_PLACEHOLDER = re.compile(r"(\{\w+\})")
# Translations are up to a third longer than short English sentences.
_LENGTHENING = "·"


def pseudo_entry(entry: Entry) -> Entry:
    """Return a sentence or its forms in the made-up language."""
    if isinstance(entry, str):
        return _pseudo(entry)
    return {category: _pseudo(form) for category, form in entry.items()}


def _pseudo(sentence: str) -> str:
    parts = []
    for part in _PLACEHOLDER.split(sentence):
        if not _PLACEHOLDER.fullmatch(part):
            part = part.translate(_ACCENTS)
        parts.append(part)
    longer = _LENGTHENING * (len(sentence) // 5)
    return f"[{''.join(parts)}{longer}]"
