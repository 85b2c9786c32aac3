"""What two people who talk should leave out: anything that leads to a recording, or is
of one.

A conversation that carries no recording can be held without a second thought; this only
notices.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from storage.records import Slip

_LINK = re.compile(r"https?://[^\s<>|]+")
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
_IN_A_ROW = 4  # words of a recording, in its order; fewer are anybody's
_FEWEST_LETTERS = 8  # of such a run: "I am at a" is anybody's too
_FEWEST_QUOTED = 5  # letters between quotation marks


def slip_in(
    text: str,
    *,
    n_files: int,
    public_url: str,
    names_clip: bool,
    heard: Iterable[Sequence[str]],
) -> Slip | None:
    """The gravest thing in a message that should be left out; None when there is
    nothing.

    `heard`: word sequences of the recordings its author met lately, masked words left
    out of them;
    `names_clip`: whether one of its words is the id of a clip.
    """
    if n_files:
        return Slip.FILE
    if any(leads_to_a_request(link, public_url) for link in _LINK.findall(text)):
        return Slip.LINK
    if names_clip or _REQUEST.search(text):
        return Slip.CLIP
    if _SPAN.search(text):
        return Slip.SPAN
    known = [
        [letters for word in words if (letters := _letters(word))] for words in heard
    ]
    return Slip.QUOTE if any(_quotes(text, words) for words in known) else None


def leads_to_a_request(link: str, public_url: str) -> bool:
    """Whether an address opens a player, a ruling, a form about a clip, or a case."""
    return link.startswith(tuple(f"{public_url}{page}" for page in _PAGES))


def _quotes(text: str, words: Sequence[str]) -> bool:
    """Words are compared as letters in a row: many languages write no spaces."""
    if not words:
        return False
    said, whole = _letters(text), "".join(words)
    runs = (
        "".join(words[i : i + _IN_A_ROW]) for i in range(len(words) - _IN_A_ROW + 1)
    )
    if any(len(run) >= _FEWEST_LETTERS and run in said for run in runs):
        return True
    passages = [_letters("".join(found)) for found in _QUOTED.findall(text)]
    return any(
        p == whole or (len(p) >= _FEWEST_QUOTED and p in whole) for p in passages
    )


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())
