"""Describe a refused text file by its likely kind."""

import re

from bot.text import text

# The first kind that fits is named.
_SIGNS = (
    ("empty", re.compile(r"\s*\Z")),
    ("webvtt", re.compile(r"WEBVTT\b")),
    ("srt", re.compile(r"\s*(?:\d+\s*\n)?\s*[\d:]+,\d{3}\s*-->")),
    ("textgrid", re.compile(r'(?:File type = )?"ooTextFile"|ooBinaryFile')),
    ("xml", re.compile(r"\s*<")),
    ("json", re.compile(r"\s*[\[{]")),
)


def kind_found(written: str) -> str:
    """Return a few words on the likely kind of a text file."""
    for kind, sign in _SIGNS:
        if sign.match(written):
            return text(f"sources.found.{kind}")
    return text("sources.found.other")
