"""Names as people give them to themselves in Slack, before a page shows them."""

import unicodedata

MOST_LETTERS = 80
# Arabic and Indic names are written with the zero width (non-)joiner.
_JOINERS = "\u200c\u200d"


def clean_name(name: str) -> str:
    """Return a name in one line without hidden characters, or "" if nothing is left.

    Hidden characters reverse the text beside a name, or make a name look empty.
    """
    shown = "".join(letter for letter in name if not _is_hidden(letter))
    one_line = " ".join(shown.split())[:MOST_LETTERS]
    if not any(letter.isalnum() for letter in one_line):
        return ""
    return one_line


def _is_hidden(letter: str) -> bool:
    if letter in _JOINERS or letter.isspace():
        return False
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn")
