"""Erasures with a receipt for each place, and the clips and speakers that stay closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from storage.records import Erasure, Person, Place, Receipt, Why
from storage.rows import row_with
from storage.tables import RowId, UtcTime, metadata, quarantines
from storage.upsert import upsert

erasures = Table(
    "erasures",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("clip_id", String(128), index=True),
    Column("person_team", String(32)),
    Column("person_user", String(32)),
    Column("why", String(16), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Index(
        "erasures_open",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

receipts = Table(
    "erasure_receipts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("erasure_id", ForeignKey("erasures.id"), nullable=False, index=True),
    Column("place", String(16), nullable=False),
    Column("request_id", ForeignKey("requests.id")),
    Column("due_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("failure", String(80)),
    UniqueConstraint("erasure_id", "place", "request_id"),
    sqlite_autoincrement=True,
)

# Recordings nobody may ask about or hear again, whatever their source says later. A speaker's
# pseudonym stays only as long as anything else would: it is all that tells their next clip.
bars = Table(
    "bars",
    metadata,
    Column("is_speaker", Boolean, primary_key=True),
    Column("value", String(128), primary_key=True),
    Column("why", String(16), nullable=False),
    Column("since", UtcTime, nullable=False),
)


# Signed calls that were done, so that a call sent again does nothing.
hook_calls = Table(
    "hook_calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
)


# Asked for every form and every second of a player: one statement, built once.
CLOSED = union_all(
    select(null().label("why"), false().label("is_speaker")).where(
        quarantines.c.clip_id == bindparam("clip_id"), quarantines.c.released_at.is_(None)
    ),
    select(bars.c.why, bars.c.is_speaker).where(
        or_(
            and_(~bars.c.is_speaker, bars.c.value == bindparam("clip_id")),
            and_(bars.c.is_speaker, bars.c.value == bindparam("speaker")),
        )
    ),
)


class Closed(NamedTuple):
    """What keeps a clip closed to everybody."""

    quarantined: bool
    barred: Why | None


def closed_by(found: Sequence[tuple[str | None, bool]]) -> Closed:
    """What rows of `CLOSED` say: a quarantine has no reason, a clip's own bar goes first."""
    bars = sorted((is_speaker, why) for why, is_speaker in found if why is not None)
    return Closed(
        quarantined=any(why is None for why, _ in found),
        barred=Why(bars[0][1]) if bars else None,
    )


class ErasureRows:
    """Methods of `Transaction` about erasing."""

    connection: Connection

    def bar_clip(self, clip_id: str, why: Why, now: datetime) -> None:
        """Close a clip for good; the newest reason counts."""
        row = {"is_speaker": False, "value": clip_id, "why": why, "since": now}
        upsert(self.connection, bars, row)

    def bar_speaker(self, speaker: str, why: Why, now: datetime) -> None:
        """Close all clips of a speaker for good, also those to come."""
        row = {"is_speaker": True, "value": speaker, "why": why, "since": now}
        upsert(self.connection, bars, row)

    def closed(self, clip_id: str, speaker: str | None) -> Closed:
        """What keeps a clip from being heard: a quarantine, or a bar for good."""
        found = self.connection.execute(CLOSED, {"clip_id": clip_id, "speaker": speaker})
        return closed_by([(row.why, row.is_speaker) for row in found])

    def barred(self, clip_id: str, speaker: str | None) -> Why | None:
        """Why a clip is closed for good, if it is."""
        return self.closed(clip_id, speaker).barred

    def knows_hook(self, call_id: str) -> bool:
        """Whether a signed call of this id was done before."""
        query = select(hook_calls.c.id).where(hook_calls.c.id == call_id)
        return self.connection.execute(query).first() is not None

    def add_hook(self, call_id: str, now: datetime) -> None:
        """A signed call is done."""
        upsert(self.connection, hook_calls, {"id": call_id, "at": now})

    def forget_hooks(self, before: datetime) -> None:
        """Forget calls so old that their signature is no longer taken."""
        self.connection.execute(delete(hook_calls).where(hook_calls.c.at < before))

    def add_erasure(
        self, *, clip_id: str | None, person: Person | None, why: Why, now: datetime
    ) -> Erasure:
        """Begin an erasure; its receipts say what is to be done."""
        row = self.connection.execute(
            insert(erasures)
            .values(
                clip_id=clip_id,
                person_team=person.team_id if person else None,
                person_user=person.user_id if person else None,
                why=why,
                asked_at=now,
            )
            .returning(*erasures.c)
        )
        return _erasure(row.mappings().one())

    def add_receipt(
        self,
        erasure_id: int,
        place: Place,
        *,
        due_at: datetime,
        request_id: int | None = None,
        done_at: datetime | None = None,
    ) -> Receipt:
        """One place to clean until `due_at`, or that is clean already."""
        row = self.connection.execute(
            insert(receipts)
            .values(
                erasure_id=erasure_id,
                place=place,
                request_id=request_id,
                due_at=due_at,
                done_at=done_at,
            )
            .returning(*receipts.c)
        )
        return _receipt(row.mappings().one())

    def erasure(self, erasure_id: int, *, lock: bool = False) -> Erasure | None:
        """An erasure by its number; `lock` holds it until the transaction ends."""
        row = row_with(self.connection, erasures.c.id, erasure_id, lock=lock)
        return None if row is None else _erasure(row)

    def erasures(self, *, clip_id: str | None = None, limit: int = 100) -> list[Erasure]:
        """The newest erasures, newest first; of one clip where it is given."""
        query = select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        if clip_id is not None:
            query = query.where(erasures.c.clip_id == clip_id)
        return [_erasure(row) for row in self.connection.execute(query).mappings()]

    def receipt(self, receipt_id: int) -> Receipt | None:
        """A receipt by its number."""
        found = row_with(self.connection, receipts.c.id, receipt_id)
        return None if found is None else _receipt(found)

    def receipts(self, erasure_id: int) -> list[Receipt]:
        """The receipts of an erasure, in the order they were asked for."""
        query = select(receipts).where(receipts.c.erasure_id == erasure_id).order_by(receipts.c.id)
        return [_receipt(row) for row in self.connection.execute(query).mappings()]

    def open_receipts(self, *, clip_id: str | None = None) -> list[Receipt]:
        """What is still to be cleaned; with `clip_id` of that clip and of people."""
        query = (
            select(receipts)
            .join(erasures, erasures.c.id == receipts.c.erasure_id)
            .where(erasures.c.done_at.is_(None), receipts.c.done_at.is_(None))
            .order_by(receipts.c.id)
        )
        if clip_id is not None:
            query = query.where(or_(erasures.c.clip_id == clip_id, erasures.c.clip_id.is_(None)))
        return [_receipt(row) for row in self.connection.execute(query).mappings()]

    def close_receipt(self, receipt_id: int, now: datetime) -> None:
        """The place is clean."""
        self.connection.execute(
            update(receipts).where(receipts.c.id == receipt_id).values(done_at=now, failure=None)
        )

    def fail_receipt(self, receipt_id: int, failure: str) -> None:
        """The place could not be cleaned; it stays open."""
        self.connection.execute(
            update(receipts).where(receipts.c.id == receipt_id).values(failure=failure[:80])
        )

    def close_erasure(self, erasure_id: int, now: datetime) -> None:
        """Every place is clean."""
        self.connection.execute(
            update(erasures).where(erasures.c.id == erasure_id).values(done_at=now)
        )

    def receipts_overdue(self, now: datetime, held: Iterable[str]) -> int:
        """How many places should be clean by now and are not, but for those of held clips."""
        query = (
            select(func.count())
            .select_from(receipts)
            .join(erasures, erasures.c.id == receipts.c.erasure_id)
            .where(
                erasures.c.done_at.is_(None),
                receipts.c.done_at.is_(None),
                receipts.c.due_at < now,
                or_(erasures.c.clip_id.is_(None), erasures.c.clip_id.not_in(list(held))),
            )
        )
        return self.connection.execute(query).scalar_one()


def _erasure(row: RowMapping) -> Erasure:
    user = row["person_user"]
    return Erasure(
        id=row["id"],
        clip_id=row["clip_id"],
        person=Person(team_id=row["person_team"], user_id=user) if user else None,
        why=Why(row["why"]),
        asked_at=row["asked_at"],
        done_at=row["done_at"],
    )


def _receipt(row: RowMapping) -> Receipt:
    return Receipt(
        id=row["id"],
        erasure_id=row["erasure_id"],
        place=Place(row["place"]),
        request_id=row["request_id"],
        due_at=row["due_at"],
        done_at=row["done_at"],
        failure=row["failure"],
    )
