"""What a text file seems to be, for the sentence that refuses it."""

import re

from bot.text import text

# In this order: the first that fits is named.
_SIGNS = (
    ("empty", re.compile(r"\s*\Z")),
    ("webvtt", re.compile(r"WEBVTT\b")),
    ("srt", re.compile(r"\s*(?:\d+\s*\n)?\s*[\d:]+,\d{3}\s*-->")),
    ("textgrid", re.compile(r'(?:File type = )?"ooTextFile"|ooBinaryFile')),
    ("xml", re.compile(r"\s*<")),
    ("json", re.compile(r"\s*[\[{]")),
)


def kind_found(written: str) -> str:
    """Return a few words on what the text of a file seems to be."""
    for kind, sign in _SIGNS:
        if sign.match(written):
            return text(f"sources.found.{kind}")
    return text("sources.found.other")
