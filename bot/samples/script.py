"""What the sample clips say, and what each of them is there to show. All names are made up.

The muddled word stands between stars; after a bar follows what the recogniser made of it.
Telephone numbers are 555-01xx, which are set aside for fiction.
"""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What is done to the muddled word."""

    NOISE = "noise"
    SECOND_VOICE = "second voice"
    CUT_OFF = "cut off"
    MUMBLED = "mumbled"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clip. `voice` is flite:NAME or espeak:NAME; `pace` is slowness or words per minute."""

    clip_id: str
    voice: str
    text: str
    shows: str
    pace: float
    pitch: float = 1.0
    trouble: Trouble = Trouble.MUMBLED
    consent: str = "granted"
    notes: str | None = None

    @property
    def locale(self) -> str:
        """`de-de-0001` is in de-DE, `ar-0001` in ar."""
        language, _, region = self.clip_id.rpartition("-")[0].partition("-")
        return f"{language}-{region.upper()}" if region else language


LINES = (
    Line(
        clip_id="en-us-0001",
        voice="flite:slt",
        pace=1.0,
        text="Hey computer, please turn on the *lamp|lamb* in the hallway,"
        " and set it to twenty percent.",
        trouble=Trouble.NOISE,
        shows="a word buried in noise",
    ),
    Line(
        clip_id="en-us-0002",
        voice="flite:rms",
        pace=1.05,
        text="Send Marisa Delgado the *recipe|receipt*, her number is five five five,"
        " oh one four two, and add it to my notes.",
        shows="a personal name and a telephone number beside the muddled word",
    ),
    Line(
        clip_id="en-us-0003",
        voice="flite:awb",
        pace=1.0,
        text="Add oat milk, two lemons and a bag of *basmati|bus mattee* rice"
        " to the shopping list, please.",
        consent="withdrawn",
        shows="no consent: it was withdrawn, so asking about this clip is refused",
    ),
    Line(
        clip_id="de-de-0001",
        voice="espeak:de",
        pace=140,
        pitch=0.97,
        text="Stell bitte den Wecker auf *halb|acht* sieben, und mach danach das Licht im Flur an.",
        trouble=Trouble.NOISE,
        shows="German, a word under a slamming door",
    ),
)
