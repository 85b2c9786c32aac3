"""Which clips may not be heard, and the lock under which that is decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    cast,
    delete,
    false,
    null,
    or_,
    select,
    union_all,
)

from storage.records import Person, Why
from storage.replicas.locks import lock_names, questions_of
from storage.tables import (
    bars,
    quarantines,
    requests,
)
from storage.upsert import upsert


class Closed(NamedTuple):
    """What keeps a clip closed to all."""

    quarantined: bool
    barred: Why | None


# A typed NULL, so that this query can be a part of a larger UNION.
_NO_REASON = cast(null(), bars.c.why.type)
# Asked for every form and every second of a player: one statement, built once.
CLOSED = union_all(
    select(_NO_REASON.label("why"), false().label("is_speaker")).where(
        quarantines.c.clip_id == bindparam("clip_id"),
        quarantines.c.released_at.is_(None),
    ),
    select(bars.c.why, bars.c.is_speaker).where(
        or_(
            and_(~bars.c.is_speaker, bars.c.value == bindparam("clip_id")),
            and_(bars.c.is_speaker, bars.c.value == bindparam("speaker")),
        )
    ),
)


class Clips:
    """Closes clips and speakers for good, and reads why a clip is closed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock(self, clip_id: str, asker: Person | None = None) -> None:
        """Keep other decisions about this clip away until the transaction ends.

        With an asker, that person's questions are decided one after the other too.
        """
        names = [clip_id]
        if asker is not None:
            names.append(questions_of(asker))
        lock_names(self.connection, *names)

    def of_speaker(self, speaker: str) -> list[str]:
        """Return the clips of a speaker that were asked about."""
        query = (
            select(requests.c.clip_id).where(requests.c.speaker == speaker).distinct()
        )
        return sorted(self.connection.execute(query).scalars())

    def bar(
        self,
        clip_id: str,
        why: Why,
        now: datetime,
    ) -> None:
        """Close a clip for good; the newest reason counts."""
        row = {
            "is_speaker": False,
            "value": clip_id,
            "why": why,
            "since": now,
        }
        upsert(self.connection, bars, row)

    def unbar(self, clip_id: str, why: Why) -> None:
        """Open a clip again that was closed for good for this reason, if it was."""
        self.connection.execute(
            delete(bars).where(
                ~bars.c.is_speaker,
                bars.c.value == clip_id,
                bars.c.why == why,
            )
        )

    def bar_speaker(
        self,
        speaker: str,
        why: Why,
        now: datetime,
    ) -> None:
        """Close all clips of a speaker for good, also those to come."""
        row = {
            "is_speaker": True,
            "value": speaker,
            "why": why,
            "since": now,
        }
        upsert(self.connection, bars, row)

    def closure(self, clip_id: str, speaker: str | None) -> Closed:
        """What keeps a clip from being heard: a quarantine, or a bar for good."""
        found = self.connection.execute(
            CLOSED,
            {
                "clip_id": clip_id,
                "speaker": speaker,
            },
        )
        return closed_by([(row.why, row.is_speaker) for row in found])

    def bar_reason(self, clip_id: str, speaker: str | None) -> Why | None:
        """Why a clip is closed for good, if it is."""
        return self.closure(clip_id, speaker).barred


def closed_by(found: Sequence[tuple[str | None, bool]]) -> Closed:
    """What rows of `CLOSED` say: a quarantine has no reason, a clip's own bar goes
    first.
    """
    bars = sorted((is_speaker, why) for why, is_speaker in found if why is not None)
    return Closed(
        quarantined=any(why is None for why, _ in found),
        barred=Why(bars[0][1]) if bars else None,
    )
