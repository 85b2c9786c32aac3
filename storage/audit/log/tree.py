"""The tree in the database: hashes in tiles of 256, as in c2sp.org/tlog-tiles.

Tile (level, n) holds hashes n * 256 ... n * 256 + 255 of tree level 8 * level. Only the
rightmost tile of a level is ever written again. Nodes between the stored levels are
computed on demand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from storage.audit.proofs.merkle import EMPTY_ROOT, HASH_BYTES, root_of
from storage.errors import StorageError
from storage.tables import tiles

WIDTH = 256
_BITS = 8
# The number of cached tiles, half a megabyte.
_KEPT = 64


class BrokenTree(StorageError):
    """The stored tree is inconsistent."""


@dataclass
class Edge:
    """The part of the tree needed to append: its size and each level's incomplete tile."""

    size: int = 0
    partial: dict[int, bytes] = field(default_factory=dict)

    def append(self, leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
        """Append leaf hashes and return each new or longer tile, by (level, number)."""
        changed: dict[tuple[int, int], bytes] = {}
        grown, level, first = leaves, 0, self.size
        self.size += len(leaves)
        while grown:
            data = self.partial.get(level, b"") + b"".join(grown)
            number = first // WIDTH
            full = len(data) // (WIDTH * HASH_BYTES)
            grown = []
            for k in range(full):
                tile = data[k * WIDTH * HASH_BYTES : (k + 1) * WIDTH * HASH_BYTES]
                changed[level, number + k] = tile
                grown.append(root_of(hashes(tile)))
            rest = data[full * WIDTH * HASH_BYTES :]
            self.partial[level] = rest
            if rest:
                changed[level, number + full] = rest
            level, first = level + 1, number
        return changed

    def root(self) -> bytes:
        """Return the root.

        An incomplete tile's root is one more hash in the level above.
        """
        carried: list[bytes] = []
        level, count = 0, self.size
        while count:
            layer = hashes(self.partial.get(level, b"")) + carried
            carried = []
            if layer:
                carried = [root_of(layer)]
            level, count = level + 1, count // WIDTH
        if carried:
            return carried[0]
        return EMPTY_ROOT


def hashes(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def load_edge(connection: Connection, size: int) -> Edge:
    """Return the edge of the tree of this size, cut from tiles that may have grown.

    Raises `BrokenTree` when a tile is missing or too short.
    """
    edge = Edge(size)
    level, count = 0, size
    while count:
        rest = count % WIDTH
        if rest:
            edge.partial[level] = _tile(connection, level, count // WIDTH, rest)
        level, count = level + 1, count // WIDTH
    return edge


def root_at(connection: Connection, size: int) -> bytes:
    """Return the root that the stored tiles give at this size. Raises `BrokenTree`."""
    return load_edge(connection, size).root()


def _tile(
    connection: Connection,
    level: int,
    number: int,
    needed: int,
) -> bytes:
    query = select(tiles.c.hashes).where(tiles.c.level == level, tiles.c.idx == number)
    data = connection.execute(query).scalar_one_or_none()
    if data is None:
        data = b""
    n_bytes = needed * HASH_BYTES
    is_cut_off = len(data) % HASH_BYTES != 0
    if is_cut_off or len(data) < n_bytes:
        raise BrokenTree(
            f"The log's tree lacks hashes: tile {number} of level {level}."
        )
    return bytes(data[:n_bytes])


class StoredNodes:
    """A `merkle.Node` over the stored tiles, for proofs."""

    def __init__(self, connection: Connection, size: int) -> None:
        self._connection = connection
        self._size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        row, within = divmod(level, _BITS)
        number, offset = divmod(index << within, WIDTH)
        span = 1 << within
        part = self.tile(row, number)[
            offset * HASH_BYTES : (offset + span) * HASH_BYTES
        ]
        if len(part) != span * HASH_BYTES:
            raise BrokenTree(
                f"The log's tree lacks hashes: tile {number} of level {row}."
            )
        return root_of(hashes(part))

    def tile(self, row: int, number: int) -> bytes:
        """Return the joined hashes of a tile within this tree's size.

        Raises `BrokenTree`.
        """
        found = self._tiles.get((row, number))
        if found is None:
            needed = min(WIDTH, (self._size >> (_BITS * row)) - number * WIDTH)
            found = _tile(self._connection, row, number, max(needed, 0))
            # A walk over a long log must not hold every tile.
            if len(self._tiles) >= _KEPT:
                self._tiles.clear()
            self._tiles[row, number] = found
        return found


def as_rows(changed: Mapping[tuple[int, int], bytes]) -> list[dict[str, object]]:
    """Return tiles as rows to insert."""
    return [
        {
            "level": l_,
            "idx": n,
            "hashes": data,
        }
        for (l_, n), data in changed.items()
    ]
