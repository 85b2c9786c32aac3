"""The sentences of the demo clips, and the purpose of each clip.

All names are made up. The muddled word stands between stars; the text after a bar is
the recogniser's reading of it. Telephone numbers are 555-01xx, which are set aside for
fiction.
"""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """The way in which the muddled word is made hard to hear."""

    NOISE = "noise"
    SECOND_VOICE = "second voice"
    CUT_OFF = "cut off"
    MUMBLED = "mumbled"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clip.

    `voice` is flite:NAME or espeak:NAME; `pace` is slowness or words per minute.
    """

    clip_id: str
    voice: str
    text: str
    shows: str
    pace: float
    pitch: float = 1.0
    trouble: Trouble = Trouble.MUMBLED
    consent: str = "granted"
    child: bool = False
    notes: str | None = None

    @property
    def locale(self) -> str:
        """The locale in the id: `de-de-0001` is in de-DE, `ar-0001` in ar."""
        language, _, region = self.clip_id.rpartition("-")[0].partition("-")
        if region:
            return f"{language}-{region.upper()}"
        return language


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
    Line(
        clip_id="en-us-0004",
        voice="flite:rms",
        pace=0.98,
        text="Play the new album by *Rosalind|rose linen* Marchbanks in the kitchen,"
        " and turn it up a little.",
        trouble=Trouble.NOISE,
        shows="the muddled word is itself a name, so it is never written to Slack",
    ),
    Line(
        clip_id="en-us-0005",
        voice="flite:awb",
        pace=1.02,
        text="No, I told you, leave the keys on the table, she will be back before dinner,"
        " so just *forget|for get* about it.",
        shows="an accidental recording: chatter that was not meant for the assistant",
    ),
    Line(
        clip_id="en-us-0006",
        voice="flite:slt",
        pace=1.05,
        pitch=1.04,
        text="Remind me on Thursday evening to water the *tomatoes|two mate toes*"
        " on the balcony before it gets dark.",
        notes="distressing (so marked for practice; the content is harmless)",
        shows="marked distressing in its notes, content harmless: to practise Stop",
    ),
    Line(
        clip_id="en-us-0007",
        voice="flite:rms",
        pace=1.0,
        pitch=1.05,
        text="What will the weather be like in the *valley|volley* tomorrow afternoon,"
        " and should I take an umbrella?",
        consent="unknown",
        shows="consent is unknown, so asking about this clip is refused",
    ),
    Line(
        clip_id="en-us-0008",
        voice="flite:slt",
        pace=0.97,
        pitch=0.97,
        text="Set a timer for *fifteen|fifty* minutes for the bread, and another one for the soup.",
        trouble=Trouble.SECOND_VOICE,
        shows="a second voice over the word: fifteen or fifty?",
    ),
    Line(
        clip_id="en-us-0009",
        voice="flite:awb",
        pace=1.0,
        pitch=0.97,
        text="Turn off all the lights upstairs, lock the front door,"
        " and close the *garage|garbage*",
        trouble=Trouble.CUT_OFF,
        shows="the recording ends in the middle of the word",
    ),
    Line(
        clip_id="en-us-0010",
        voice="flite:slt",
        pace=1.02,
        pitch=1.28,
        text="Can you play the *dinosaur|dine a saw* song again please,"
        " the one with the funny ending?",
        child=True,
        shows="flagged as a child's (a woman's synthetic voice, raised):"
        " only the children's desk takes it",
    ),
    Line(
        clip_id="de-de-0002",
        voice="espeak:de+f3",
        pace=135,
        text="Ruf bitte Frau Behrends an und sag ihr, dass der *Termin|der Mien*"
        " am Freitag eine halbe Stunde später anfängt.",
        shows="German, a personal name in the sentence",
    ),
    Line(
        clip_id="de-de-0003",
        voice="espeak:de+m3",
        pace=138,
        text="Setz noch *Fensterputzmittel|Fenster Putz mittel* und zwei Packungen Kaffee"
        " auf die Einkaufsliste, bitte.",
        trouble=Trouble.NOISE,
        shows="German, a long compound the recogniser took apart",
    ),
    Line(
        clip_id="ar-0001",
        voice="espeak:ar",
        pace=130,
        text="شَغِّلِ *المِصباحَ|المفتاح* في غُرفةِ النَّومِ، وَاخفِضِ الصَّوتَ قَليلاً.",
        trouble=Trouble.NOISE,
        shows="Arabic, read from right to left, a word buried in noise",
    ),
    Line(
        clip_id="ar-0002",
        voice="espeak:ar+f2",
        pace=130,
        text="ذَكِّرني غَداً صَباحاً *بِمَوعِدِ|بموقع* الطَّبيبِ في السّاعةِ التّاسِعةِ.",
        shows="Arabic, a mumbled word",
    ),
    Line(
        clip_id="ar-0003",
        voice="espeak:ar+m2",
        pace=130,
        text="اِتَّصِل بِخالَتي *لَيلى|ليلا* وَقُل لَها إِنَّني سَأَصِلُ بَعدَ ساعةٍ.",
        shows="Arabic, the muddled word is itself a name",
    ),
)
