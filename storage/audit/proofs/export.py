"""Write bundles and receipts from the database."""

import base64
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import Connection, select

from storage.audit.checks.walk import BLOCK
from storage.audit.log.append import Log
from storage.audit.log.sequencer import latest
from storage.audit.log.tree import StoredNodes
from storage.audit.proofs import checkpoint, note
from storage.audit.proofs.bundle import HEADER
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import inclusion_proof, subtrees
from storage.audit.proofs.note import Verifier
from storage.audit.proofs.tlog_proof import TlogProof
from storage.errors import Missing, StorageError
from storage.tables import checkpoints, entries, events

Progress = Callable[[int, int], None]


def write_bundle(
    log: Log,
    trusted: Sequence[Verifier],
    chosen: Sequence[int] | None = None,
    progress: Progress | None = None,
    *,
    indexes: Sequence[int] | None = None,
) -> Iterator[bytes]:
    """Yield a bundle piece by piece: of all entries, or of events with `chosen` ids.

    `indexes` are an alternative to `chosen`: places in the signed log, in order.

    `log` must belong to one consistent view (`Store.read`). `progress` gets (entries
    walked, all). Raises `StorageError` when the log has no checkpoint or a chosen event
    is not in it yet.
    """
    connection = log.connection
    # Verifiers do not know a witness that is no longer trusted here.
    notes = [note.only(text, trusted) for text in _notes(connection)]
    signed = [checkpoint.verify(text, trusted) for text in notes]
    if not signed:
        raise StorageError(
            "The log is not signed yet; wait a second, or set AUDIT_SIGNING_KEY."
        )
    yield HEADER
    yield from _heads(notes, trusted)
    nodes = StoredNodes(connection, signed[-1].size)
    stops = [found.size for found in signed]
    wanted = indexes
    if chosen is not None:
        wanted = _indexes(connection, chosen, signed[-1].size)
    walked = 0
    for number, offsets in _blocks(connection, signed, wanted):
        yield from _skips(walked, number * BLOCK, nodes, stops)
        walked = min((number + 1) * BLOCK, signed[-1].size)
        yield _block(
            connection,
            nodes,
            number,
            walked,
            offsets,
        )
        if progress is not None:
            progress(walked, signed[-1].size)
    yield from _skips(walked, signed[-1].size, nodes, stops)
    yield b"end\n"


def receipt(
    log: Log,
    trusted: Sequence[Verifier],
    event_id: int,
) -> TlogProof:
    """Return the proof that one event is in the log. Raises `Missing` while it is not."""
    text = latest(log.connection)
    row = log.connection.execute(
        select(entries.c.idx, events.c.canonical)
        .join(events, events.c.id == entries.c.event_id)
        .where(entries.c.event_id == event_id)
    ).one_or_none()
    if text is None or row is None:
        raise Missing(
            "There is no such event in the signed log; a new one takes a second."
        )
    size = checkpoint.verify(text, trusted).size
    hashes = inclusion_proof(row.idx, size, StoredNodes(log.connection, size))
    return TlogProof(row.idx, bytes(row.canonical), tuple(hashes), text)


def _notes(connection: Connection) -> list[str]:
    query = select(checkpoints.c.note).order_by(checkpoints.c.size)
    return list(connection.execute(query).scalars())


def _heads(notes: Sequence[str], trusted: Sequence[Verifier]) -> Iterator[bytes]:
    signed_by = {key for text in notes for key in note.verify(text, trusted)[1]}
    for key in sorted(map(str, signed_by)):
        yield f"key {key}\n".encode()
    for number, text in enumerate(notes, start=1):
        encoded = base64.b64encode(text.encode())
        yield b"checkpoint %d %d %b\n" % (number, len(notes), encoded)


def _indexes(
    connection: Connection,
    chosen: Sequence[int],
    size: int,
) -> list[int]:
    found: list[int] = []
    for at in range(0, len(chosen), 500):
        part = list(chosen[at : at + 500])
        query = select(entries.c.idx).where(
            entries.c.event_id.in_(part), entries.c.idx < size
        )
        found += connection.execute(query).scalars()
    if len(found) != len(set(chosen)):
        raise Missing("Some of these events are not signed yet; try again in a second.")
    return sorted(found)


def _blocks(
    connection: Connection,
    signed: Sequence[Checkpoint],
    wanted: Sequence[int] | None,
) -> Iterator[tuple[int, list[int] | None]]:
    """Yield the blocks to write with the offsets of their entries, or None for all."""
    size = signed[-1].size
    if wanted is None:
        first_block = _first_index(connection) // BLOCK
        end_block = -(-size // BLOCK)
        wanted_blocks: dict[int, list[int] | None] = dict.fromkeys(
            range(first_block, end_block)
        )
    else:
        wanted_blocks = {
            number: [index % BLOCK for index in group]
            for number, group in groupby(wanted, lambda index: index // BLOCK)
        }
    for found in signed:
        # The tree can be compared with a checkpoint only where its last hashes are
        # present.
        if found.size % BLOCK:
            wanted_blocks.setdefault(found.size // BLOCK, [])
    yield from sorted(wanted_blocks.items())


def _first_index(connection: Connection) -> int:
    query = select(entries.c.idx).order_by(entries.c.idx).limit(1)
    first = connection.execute(query).scalar_one_or_none()
    if first is None:
        return 0
    return int(first)


def _skips(
    start: int,
    end: int,
    nodes: StoredNodes,
    stops: Sequence[int],
) -> Iterator[bytes]:
    # No skipped subtree may cover a size at which a checkpoint is compared.
    cuts = [start, *(stop for stop in stops if start < stop < end), end]
    for one, next_ in pairwise(cuts):
        for level, index in subtrees(one, next_):
            yield b"skip %d %b\n" % (level, base64.b64encode(nodes(level, index)))


def _block(
    connection: Connection,
    nodes: StoredNodes,
    number: int,
    end: int,
    offsets: list[int] | None,
) -> bytes:
    first = number * BLOCK
    hashes = nodes.tile(0, number)
    query = (
        select(entries.c.idx, events.c.canonical)
        .join(events, events.c.id == entries.c.event_id)
        .where(entries.c.idx >= first, entries.c.idx < end)
        .order_by(entries.c.idx)
    )
    rows: list[Any] = []
    if offsets != []:
        rows = list(connection.execute(query))
    which = b"all"
    if offsets is not None and len(offsets) < end - first:
        picked = {first + offset for offset in offsets}
        rows = [row for row in rows if row.idx in picked]
        which = b"none"
        if offsets:
            which = ",".join(map(str, offsets)).encode()
    lines = b"".join(bytes(row.canonical) + b"\n" for row in rows)
    encoded = base64.b64encode(hashes)
    return b"block %d %b %b\n%b" % (number, which, encoded, lines)
