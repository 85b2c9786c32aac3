"""Verify the log in place: every row of the database against the signed tree."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.audit.checks.details import check_details
from storage.audit.checks.gaps import check_gaps
from storage.audit.checks.walk import BLOCK, Fault, Walk, compare
from storage.audit.log.tree import BrokenTree, StoredNodes, hashes
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import Frontier, leaf_hash, root_of
from storage.audit.proofs.note import BadNote, Verifier
from storage.store import Store
from storage.tables import checkpoints, entries, events, prunings, unsequenced

Progress = Callable[[int, int], None]

# The columns that filters read, with their keys in the canonical bytes.
_COLUMNS = {
    "action": "action",
    "outcome": "outcome",
    "team_id": "team",
    "user_id": "user",
    "role": "role",
    "origin": "origin",
    "rule": "rule",
    "desk": "desk",
    "request": "request",
    "clip_id": "clip",
}
# Their position in the rows that `_rows` reads.
_FIRST_COLUMN = 4


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The result: `entries` entries from `first` on are as signed by `checkpoints`."""

    size: int
    # Earlier entries were pruned.
    first: int
    entries: int
    checkpoints: int
    anchors: int
    # Events that are not sequenced yet.
    waiting: int
    # Reasons beside the log that are as signed.
    reasons: int
    cosigned: tuple[
        tuple[Verifier, int], ...
        # Witnesses, and the number of entries that each cosigned.
    ]


def check(
    store: Store,
    trusted: Sequence[Verifier],
    anchored: Iterable[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Verify the whole log, its tree, its columns and its checkpoints.

    `anchored` are notes kept outside the database. `progress` gets (entries walked,
    all). Raises `Fault` naming the first bad entry and its fault.
    """
    with store.read() as tx:
        connection = tx.connection
        notes = list(connection.execute(select(checkpoints.c.note)).scalars())
        kept = _signed(notes, trusted)
        outside = _signed(anchored, trusted)
        size = 0
        if kept:
            size = kept[-1].size
        _check_ends(connection, size, outside)
        pruned = _pruned(connection, trusted)
        first = 0
        if pruned:
            first = pruned.size
        inside = [found for found in {*kept, *outside} if found.size >= first]
        walk = Walk(inside)
        nodes = StoredNodes(connection, size)
        if pruned:
            _walk_pruned(walk, nodes, pruned)
        _walk_blocks(
            connection,
            walk,
            nodes,
            size,
            progress,
        )
        walk.finish()
        _check_upper_tiles(nodes, size, first)
        waiting = _check_unsequenced(connection)
        check_gaps(connection, is_whole=pruned is None)
        return Checked(
            size=size,
            first=first,
            entries=size - first,
            checkpoints=len(kept),
            anchors=len(outside),
            waiting=waiting,
            reasons=check_details(connection),
            cosigned=checkpoint.find_cosigners(notes, trusted),
        )


def _signed(notes: Iterable[str], trusted: Sequence[Verifier]) -> list[Checkpoint]:
    try:
        return sorted(
            (checkpoint.verify(text, trusted) for text in notes), key=lambda c: c.size
        )
    except BadNote as error:
        raise Fault("forged", f"A checkpoint is not genuine. {error}") from error


def _check_ends(
    connection: Connection,
    size: int,
    outside: Sequence[Checkpoint],
) -> None:
    if outside and outside[-1].size > size:
        raise Fault(
            "rolled back",
            f"The signed log ends at entry {size}, but a checkpoint of {outside[-1].size} entries "
            "is anchored: the newest were cut off, or an old copy was put back.",
            size,
        )
    newest = connection.execute(select(func.max(entries.c.idx))).scalar_one()
    count = 0
    if newest is not None:
        count = newest + 1
    if count < size:
        raise Fault(
            "truncated",
            f"The log ends at entry {count}, but {size} were signed.",
            count,
        )
    if count > size:
        raise Fault("inserted", f"Entry {size} was never signed.", size)


def _pruned(connection: Connection, trusted: Sequence[Verifier]) -> Checkpoint | None:
    text = connection.execute(
        select(prunings.c.note).order_by(prunings.c.first.desc()).limit(1)
    ).scalar_one_or_none()
    if text is None:
        return None
    try:
        return checkpoint.verify_pruning(text, trusted)
    except BadNote as error:
        raise Fault(
            "forged", f"The oldest entries were removed, but not by us. {error}"
        ) from error


def _walk_pruned(
    walk: Walk,
    nodes: StoredNodes,
    pruned: Checkpoint,
) -> None:
    tree = Frontier()
    for number in range(pruned.size // BLOCK):
        node = nodes(8, number)
        tree.append(8, node)
        walk.skip(8, node)
    if tree.size != pruned.size or tree.root() != pruned.root:
        raise Fault(
            "forked", "The entries that were pruned are not those that were signed.", 0
        )


def _walk_blocks(
    connection: Connection,
    walk: Walk,
    nodes: StoredNodes,
    size: int,
    progress: Progress | None,
) -> None:
    rows = _rows(connection, walk.position, size)
    for number in range(walk.position // BLOCK, -(-size // BLOCK)):
        first, end = number * BLOCK, min((number + 1) * BLOCK, size)
        block = [next(rows, None) for _ in range(first, end)]
        for index, row in zip(range(first, end), block, strict=True):
            _check_row(index, row)
        leaves = [leaf_hash(row.canonical) for row in block if row is not None]
        try:
            kept = hashes(nodes.tile(0, number))
        except BrokenTree as error:
            raise Fault("altered", str(error), first) from error
        compare(leaves, kept, range(first, end))
        walk.block(kept)
        if progress is not None:
            progress(end, size)


def _rows(
    connection: Connection,
    start: int,
    size: int,
) -> Iterator[Any]:
    columns = [events.c[name] for name in _COLUMNS]
    while start < size:
        query = (
            select(
                entries.c.idx,
                entries.c.event_id,
                events.c.at,
                events.c.canonical,
                *columns,
            )
            .join(events, events.c.id == entries.c.event_id, isouter=True)
            .where(entries.c.idx >= start, entries.c.idx < start + 16 * BLOCK)
            .order_by(entries.c.idx)
        )
        yield from connection.execute(query)
        start += 16 * BLOCK


def _check_row(index: int, row: Any) -> None:
    if row is None or row.idx > index:
        raise Fault("missing", f"Entry {index} is missing.", index)
    if row.canonical is None:
        raise Fault(
            "missing",
            f"Entry {index} is missing: event {row.event_id} was deleted.",
            index,
        )
    try:
        body = json.loads(row.canonical)
        same = row.at == datetime.fromisoformat(body["at"]) and row[
            _FIRST_COLUMN:
        ] == tuple(map(body.get, _COLUMNS.values()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        same = False
    if not same:
        raise Fault(
            "altered", f"Entry {index} (event {row.event_id}) was altered.", index
        )


def _check_upper_tiles(
    nodes: StoredNodes,
    size: int,
    first: int,
) -> None:
    """Check that the stored upper tiles, used for proofs, follow from the leaves."""
    level, count, start = 1, size // BLOCK, first // BLOCK
    while count:
        for index in range(start, count):
            if nodes(8 * level, index) != root_of(hashes(nodes.tile(level - 1, index))):
                entry = index << 8 * level
                raise Fault(
                    "altered", f"The stored tree is wrong above entry {entry}.", entry
                )
        level, count, start = level + 1, count // BLOCK, 0


def _check_unsequenced(connection: Connection) -> int:
    """Return the number of events that wait to be sequenced.

    Raises `Fault` if one is older than a sequenced event without waiting in line.
    """
    alone = select(events.c.id).where(
        ~select(entries.c.idx).where(entries.c.event_id == events.c.id).exists()
    )
    if connection.dialect.name == "postgresql":
        _check_line(connection)
        stray = alone.where(
            ~select(unsequenced.c.event_id)
            .where(unsequenced.c.event_id == events.c.id)
            .exists()
        )
    else:
        stray = alone.where(
            events.c.id < select(func.max(entries.c.event_id)).scalar_subquery()
        )
    found = connection.execute(
        stray.order_by(events.c.id).limit(1)
    ).scalar_one_or_none()
    if found is not None:
        raise Fault(
            "inserted",
            f"Event {found} was put among the others; it is in no checkpoint.",
        )
    return connection.execute(
        select(func.count()).select_from(alone.subquery())
    ).scalar_one()


def _check_line(connection: Connection) -> None:
    """Check that every event that waits in line still exists."""
    line = unsequenced.outerjoin(events, events.c.id == unsequenced.c.event_id)
    query = (
        select(func.min(unsequenced.c.event_id))
        .select_from(line)
        .where(events.c.id.is_(None))
    )
    gone = connection.execute(query).scalar_one()
    if gone is not None:
        raise Fault("missing", f"Event {gone} was deleted before it was signed.")
