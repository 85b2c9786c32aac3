"""Slips in a peer talk: anything that leads to a recording or is content of one.

Two people can talk freely as long as no recording is in the talk. This module only
recognises slips.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from storage.records import Slip

_LINK = re.compile(r"https?://[^\s<>|]+")
# Characters of a message that are scanned. The patterns are quadratic at worst.
MAX_SCANNED = 4_000
_PAGES = ("/r/", "/rule/", "/ask", "/case/")
_REQUEST = re.compile(r"\bHC-\d+\b", re.IGNORECASE)
# 1.2-1.9 as in /help-clip, 1200-1900 ms; but neither 9-10 (o'clock) nor 2026-03-02.
_SPAN = re.compile(
    r"(?<![\w.-])(\d+\.\d+\s*s?\s*[-\u2013]\s*\d+\.\d+|\d+\s*[-\u2013]\s*\d+\s*ms\b)(?![\w-])"
)
_QUOTED = re.compile(
    r"[\"\u201c\u201d\u201e«»\u300c\u300e`]([^\"\u201c\u201d\u201e«»\u300c-\u300f`]{1,300})"
    r"[\"\u201c\u201d«»\u300d\u300f`]"
    r"|(?<!\w)['\u2018]([^'\u2018\u2019]{1,300})['\u2019](?!\w)"
    r"|^(?:&gt;|>)(.+)$",
    re.MULTILINE,
)
# In words of a recording, in its order. Shorter runs occur in any talk.
_IN_A_ROW = 4
# In letters of such a run. Short words such as "I am at a" occur in any talk.
_FEWEST_LETTERS = 8
# In letters between quotation marks.
_FEWEST_QUOTED = 5


def slip_in(
    text: str,
    *,
    n_files: int,
    public_url: str,
    names_clip: bool,
    heard: Iterable[Sequence[str]],
) -> Slip | None:
    """Return the gravest slip in a message, or None.

    Files are looked for first, then links, clips, spans, and quotes of recordings.
    `heard` holds the word sequences of recordings that the author met lately, without
    masked words. `names_clip` is True if a word of the message is a clip's id.
    """
    if n_files:
        return Slip.FILE
    text = text[:MAX_SCANNED]
    if any(leads_to_a_request(link, public_url) for link in _LINK.findall(text)):
        return Slip.LINK
    if names_clip:
        return Slip.CLIP
    if _REQUEST.search(text):
        return Slip.CLIP
    if _SPAN.search(text):
        return Slip.SPAN
    for words in heard:
        letters = [_letters(word) for word in words]
        if _quotes(text, [word for word in letters if word]):
            return Slip.QUOTE
    return None


def leads_to_a_request(link: str, public_url: str) -> bool:
    """Return whether an address opens a player, a ruling, an ask form or a case."""
    pages = tuple(f"{public_url}{page}" for page in _PAGES)
    return link.startswith(pages)


def _quotes(text: str, words: Sequence[str]) -> bool:
    """Return whether the text quotes the words.

    Words are compared as letters in a row, because many languages are written without
    spaces.
    """
    if not words:
        return False
    typed = _letters(text)
    recording = "".join(words)
    for start in range(len(words) - _IN_A_ROW + 1):
        run = "".join(words[start : start + _IN_A_ROW])
        if len(run) < _FEWEST_LETTERS:
            continue
        if run in typed:
            return True
    for found in _QUOTED.findall(text):
        passage = _letters("".join(found))
        if passage == recording:
            return True
        if len(passage) < _FEWEST_QUOTED:
            continue
        if passage in recording:
            return True
    return False


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())
