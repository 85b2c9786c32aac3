"""Where in a file the records of a key lie: 24 bytes of memory for each record."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.sources.manifests.entries import Table

Range = tuple[int, int]


@dataclass(frozen=True)
class RecordIndex:
    """Hashes of keys in order, and the first byte and the end of each record.

    Two keys may have one hash, so a record that is found has to be looked at.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint64]
    ends: NDArray[np.uint64]

    def find(self, key: str) -> Sequence[Range]:
        """Return where records of this key may lie, in the order of the file."""
        wanted = np.uint64(_hash_of(key))
        first = int(np.searchsorted(self.hashes, wanted, side="left"))
        last = int(np.searchsorted(self.hashes, wanted, side="right"))
        return [(int(self.starts[i]), int(self.ends[i])) for i in range(first, last)]


def build_index(table: Table, chunks: Iterator[bytes]) -> RecordIndex:
    """Return the index of a table, whose file is read once."""
    hashes, starts, ends = array("Q"), array("Q"), array("Q")
    at = 0
    for record in table.split(chunks):
        key = table.key_of(record)
        if key is not None:
            hashes.append(_hash_of(key))
            starts.append(at)
            ends.append(at + len(record))
        at += len(record)
    unsorted = np.frombuffer(hashes, dtype=np.uint64) if hashes else _EMPTY
    order = np.argsort(unsorted, kind="stable")
    return RecordIndex(
        hashes=unsorted[order],
        starts=_numbers(starts)[order],
        ends=_numbers(ends)[order],
    )


_EMPTY = np.zeros(0, dtype=np.uint64)


def _numbers(values: "array[int]") -> NDArray[np.uint64]:
    return np.frombuffer(values, dtype=np.uint64) if values else _EMPTY


def _hash_of(key: str) -> int:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
