"""A drill: a case about a made-up clip, so that everybody knows who comes and how fast.

It calls the officers like any case; whoever comes is told at once that it is a drill,
and then everybody who was called.
"""

from datetime import timedelta

from bot.errors import Conflict
from bot.usecases.context import Act
from bot.usecases.distress.cases import open_case
from bot.usecases.distress.stop_clip import close_clip
from bot.usecases.services import Services
from storage.records import Case
from storage.store import Transaction

MONTH = timedelta(days=30)


def drill(services: Services, act: Act) -> Case:
    """Call the officers as for a recording.

    Raises `Conflict` while another drill waits to be acknowledged.
    """
    with services.store.begin() as tx:
        last = tx.cases.last_drill()
        if last is not None and not last.is_closed:
            raise Conflict(
                f"Drill {last.id} is not closed yet. Acknowledge and close it first."
            )
        return _drill(services, tx, act)


def monthly_drill(services: Services, act: Act) -> Case | None:
    """A drill when the last one was a month ago, where `[safety]` asks for it."""
    if not services.desks.safety.monthly_drill:
        return None
    with services.store.begin() as tx:
        if tx.rounds.begin("drill", act.now, MONTH) is None:
            return None
        last = tx.cases.last_drill()
        return (
            None
            if last is not None and not last.is_closed
            else _drill(services, tx, act)
        )


def _drill(services: Services, tx: Transaction, act: Act) -> Case:
    clip_id = f"drill-{act.now:%Y%m%d%H%M%S}"
    close_clip(tx, act, clip_id)
    return open_case(services, tx, act, clip_id, is_drill=True)
