"""Zero width joiners and non-joiners: Persian, Urdu and the scripts of India need them."""

import unicodedata

_JOINERS = "\u200c\u200d"
# The names of their letters in Unicode begin with the name of the script.
_SCRIPTS = frozenset(
    {
        "ARABIC",
        "BENGALI",
        "DEVANAGARI",
        "GUJARATI",
        "GURMUKHI",
        "KANNADA",
        "KHMER",
        "MALAYALAM",
        "MONGOLIAN",
        "MYANMAR",
        "ORIYA",
        "SINHALA",
        "SYRIAC",
        "TAMIL",
        "TELUGU",
    }
)


def without_joiners(text: str) -> str:
    """Return the text without the joiners inside words of scripts that need them.

    A joiner at the edge of a word, beside another one or in another script stays.
    """
    kept = []
    for i, char in enumerate(text):
        if char not in _JOINERS or not _is_inside_a_word(text, i):
            kept.append(char)
    return "".join(kept)


def _is_inside_a_word(text: str, i: int) -> bool:
    if i == 0 or i + 1 == len(text):
        return False
    return _joins(text[i - 1]) and _joins(text[i + 1])


def _joins(char: str) -> bool:
    """Return whether the letter or mark belongs to a script that needs joiners."""
    if unicodedata.category(char)[0] not in "LM":
        return False
    return unicodedata.name(char, "").partition(" ")[0] in _SCRIPTS
