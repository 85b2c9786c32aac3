"""Walk a log from its first entry to its last and compare it with the signed tree.

Bundles and the database are walked alike. Neither the database nor the bot is needed.
"""

from collections.abc import Iterable, Sequence

from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import Frontier, root_of
from storage.errors import StorageError

# Leaves of a block, which is a level-0 tile.
BLOCK = 256
_LEVEL = 8


class Fault(StorageError):
    """The log is not the signed one, or not that of the state.

    `kind` is altered, missing, inserted, reordered, truncated, forged, rolled back,
    forked or malformed; of what hangs on the log, it is reason altered, reason missing,
    not recorded or state missing. `index` is the first entry at fault, where it is
    known.
    """

    def __init__(
        self,
        kind: str,
        sentence: str,
        index: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.index = index


def compare(
    leaves: Sequence[bytes],
    hashes: Sequence[bytes],
    indexes: Sequence[int],
) -> None:
    """Check that entries hash to the tree's leaves.

    The first mismatch is looked for, and then its cause: a missing, an inserted or a
    changed entry. Raises `Fault` for it. `leaves` are the hashes of the given entries,
    `hashes` the tree's, both for the entries `indexes`.
    """
    if leaves == hashes:
        return
    pairs = zip(leaves, hashes, strict=False)
    first = next((n for n, (leaf, kept) in enumerate(pairs) if leaf != kept), None)
    if first is None:
        first = min(len(leaves), len(hashes))
        if first == len(leaves):
            raise Fault(
                "missing", f"Entry {indexes[first]} is missing.", indexes[first]
            )
        after = 0
        if indexes:
            after = indexes[-1] + 1
        raise Fault("inserted", f"An entry was inserted before entry {after}.", after)
    index = indexes[first]
    if leaves[first] in hashes[first + 1 : first + 2] and len(leaves) < len(hashes):
        raise Fault("missing", f"Entry {index} is missing.", index)
    if hashes[first] in leaves[first + 1 : first + 2] and len(leaves) > len(hashes):
        raise Fault("inserted", f"An entry was inserted before entry {index}.", index)
    if leaves[first] in hashes:
        raise Fault("reordered", f"Entry {index} is not in its place.", index)
    raise Fault("altered", f"Entry {index} was altered.", index)


class Walk:
    """Build the tree and compare it with every checkpoint on the way."""

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self._frontier = Frontier()
        self._ahead = sorted(set(checkpoints), key=lambda found: found.size)
        # The last size at which the tree matched a checkpoint.
        self._good = 0
        self.size = self._ahead[-1].size if self._ahead else 0
        self._pass(0)

    @property
    def position(self) -> int:
        """Return the number of entries walked."""
        return self._frontier.size

    def block(self, hashes: Sequence[bytes]) -> None:
        """Add the next block's leaf hashes: 256 of them, fewer only at the end."""
        start = self.position
        while self._ahead and self._ahead[0].size < start + len(hashes):
            part = self._frontier.copy()
            for leaf in hashes[: self._ahead[0].size - start]:
                part.append(0, leaf)
            self._check(part.root())
        if len(hashes) == BLOCK:
            self._frontier.append(_LEVEL, root_of(hashes))
        else:
            for leaf in hashes:
                self._frontier.append(0, leaf)
        self._pass(self.position)

    def skip(self, level: int, node: bytes) -> None:
        """Add a complete subtree of 2**level leaves without its entries."""
        end = self.position + (1 << level)
        if self._ahead and self._ahead[0].size < end:
            raise Fault(
                "malformed",
                f"The checkpoint of {self._ahead[0].size} entries cannot be compared: "
                "its last entries were left out.",
            )
        try:
            self._frontier.append(level, node)
        except ValueError as error:
            raise Fault(
                "malformed", "What was left out does not fit.", self.position
            ) from error
        self._pass(end)

    def finish(self) -> None:
        """End the walk. Raises `Fault` when something is missing at the end."""
        if self.position < self.size:
            raise Fault(
                "truncated",
                f"The log ends at entry {self.position}, but {self.size} were signed.",
                self.position,
            )
        if self.position > self.size:
            raise Fault(
                "inserted",
                f"There are entries after the last signed one ({self.size}).",
            )

    def _pass(self, size: int) -> None:
        while self._ahead and self._ahead[0].size == size:
            self._check(self._frontier.root())

    def _check(self, root: bytes) -> None:
        signed = self._ahead.pop(0)
        if signed.root != root:
            raise Fault(
                "forked",
                f"Entries {self._good} to {signed.size - 1} are not those that were signed: one of "
                "them was altered and the tree over them rewritten.",
                self._good,
            )
        self._good = signed.size
