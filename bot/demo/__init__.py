"""Synthetic clips for the demo. README.md lists them; `tools/make_demo_clips` made
them.
"""

from pathlib import Path
from typing import NamedTuple

DEMO_CLIPS = Path(__file__).parent / "clips"
DEMO_DESKS = Path(__file__).parent / "desks.toml"


class Suggestion(NamedTuple):
    """Something worth trying: `/help-clip <clip_id> <span>`, `span` in seconds."""

    clip_id: str
    span: str
    shows: str


SUGGESTIONS: tuple[Suggestion, ...] = (
    Suggestion("en-us-0001", "2.3-2.9", "a word buried in noise"),
    Suggestion(
        "en-us-0002", "2.3-3.0", "a name and a telephone number beside the muddled word"
    ),
    Suggestion(
        "en-us-0008", "1.3-2.0", "a second voice over the word: good for a dispute"
    ),
    Suggestion(
        "en-us-0004", "1.7-2.4", "the word is itself a name, so Slack never sees it"
    ),
    Suggestion(
        "en-us-0005", "5.8-6.4", "not meant for the assistant: an accidental recording"
    ),
    Suggestion(
        "en-us-0006",
        "2.8-3.5",
        "practise Stop: marked distressing, its content harmless",
    ),
    Suggestion("en-us-0003", "2.7-3.5", "consent was withdrawn: asking is refused"),
    Suggestion(
        "en-us-0010", "1.2-1.7", "a child speaks: it goes to the children's desk alone"
    ),
    Suggestion("de-de-0001", "1.8-2.3", "German, a word under a slamming door"),
    Suggestion("ar-0001", "0.8-2.0", "Arabic, from right to left"),
)
