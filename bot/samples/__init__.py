"""Synthetic clips for the demo. README.md lists them; make_samples.py made them."""

from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).parent


class Suggestion(NamedTuple):
    """Something worth trying: `/help-clip <clip_id> <span>`, `span` in seconds."""

    clip_id: str
    span: str
    shows: str


SUGGESTIONS: tuple[Suggestion, ...] = (
    Suggestion("en-us-0001", "2.3-2.9", "a word buried in noise"),
    Suggestion("en-us-0002", "2.3-3.0", "a name and a telephone number beside the muddled word"),
    Suggestion("de-de-0001", "1.8-2.3", "German, a word under a slamming door"),
    Suggestion("en-us-0003", "2.7-3.5", "consent was withdrawn: asking is refused"),
)
