"""A drill: a case about a made-up clip, to learn which officers come and how fast.

It alerts the officers like any case; on acknowledgement the officer, and then all
alerted people, are notified that it was a drill.
"""

from datetime import timedelta

from bot.errors import Conflict
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.distress.cases import open_case
from bot.usecases.distress.stop_clip import quarantine_clip
from bot.usecases.listening.synthetic_sound import SyntheticSound, synthetic_sound
from bot.usecases.services import Services
from storage.records import Case, Span
from storage.store import Transaction

MONTH = timedelta(days=30)
# The sample clip that stands for the stopped recording, and its muddled word.
CLIP, SPAN = ("en-us-0006", Span(start_ms=2800, end_ms=3500))
LOCALE = "en-US"


def drill_sound() -> SyntheticSound:
    """Return the sound that an officer may play in a drill, after a warning."""
    return synthetic_sound(CLIP, SPAN)


def start_drill(services: Services, act: Act) -> Case:
    """Alert the officers as for a recording; return the case.

    Raises `Conflict` while another drill waits to be closed.
    """
    with services.store.begin() as tx:
        last = tx.cases.last_drill()
        if last is not None and not last.is_closed:
            raise Conflict(text("distress.drill.still_open", number=last.id))
        return _drill(services, tx, act)


def start_monthly_drill(services: Services, act: Act) -> Case | None:
    """Start a drill if `[safety]` asks for it and the last was a month ago."""
    if not services.desks.safety.monthly_drill:
        return None
    with services.store.begin() as tx:
        if tx.rounds.begin("drill", act.now, MONTH) is None:
            return None
        last = tx.cases.last_drill()
        if last is not None and not last.is_closed:
            return None
        return _drill(services, tx, act)


def _drill(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Case:
    clip_id = f"drill-{act.now:%Y%m%d%H%M%S}"
    quarantine_clip(tx, act, clip_id)
    return open_case(
        services,
        tx,
        act,
        clip_id,
        is_drill=True,
    )
