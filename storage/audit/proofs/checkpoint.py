"""Checkpoints (c2sp.org/tlog-checkpoint): the log's name, size and root as a note."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.audit.proofs import note
from storage.audit.proofs.merkle import EMPTY_ROOT, HASH_BYTES
from storage.audit.proofs.note import BadNote, Signer, Verifier

_BODY = re.compile(
    r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)", re.ASCII
)

# A checkpoint anywhere in copied text, such as a message of the auditors' channel.
_PASTED = re.compile(
    r"^[^\n]+\n(?:0|[1-9][0-9]{0,17})\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— \S+ \S+\n)+",
    re.ASCII | re.MULTILINE,
)

# The origin differs, so that this note can never pass for a checkpoint of the log.
_PRUNED = "/pruned"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The first `size` entries of the log `origin` have this Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the text to sign."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Keys:
    """The keys that sign, and the keys that are trusted: AUDIT_SIGNING_KEY.

    While keys overlap in a rotation, all `signers` sign every checkpoint.
    """

    signers: tuple[Signer, ...]
    retired: tuple[Verifier, ...] = ()
    witnesses: tuple[Verifier, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Keys":
        """Return signing keys, and retired public keys, divided by commas.

        The keys are divided into the two kinds first; then all must have one name.
        Raises `BadNote`.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        signers = tuple(
            Signer.read(part) for part in parts if part.startswith("PRIVATE+KEY+")
        )
        retired = tuple(
            Verifier.read(part) for part in parts if not part.startswith("PRIVATE+")
        )
        names = {key.name for key in signers} | {key.name for key in retired}
        has_one_name = len(names) == 1
        if not signers or not has_one_name:
            raise BadNote(
                "AUDIT_SIGNING_KEY holds no signing key, or keys of several names; "
                "make one with: help-clip audit key"
            )
        return cls(signers, retired)

    @property
    def origin(self) -> str:
        """Return the log's name; every key carries it."""
        return self.signers[0].name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """Return every trusted key; a checkpoint needs one of the log's own keys."""
        return (
            *(each.verifier for each in self.signers),
            *self.retired,
            *self.witnesses,
        )

    def sign(self, size: int, root: bytes) -> str:
        """Return a checkpoint's note."""
        text = Checkpoint(
            origin=self.origin,
            size=size,
            root=root,
        ).text
        return note.sign(text, self.signers)

    def sign_pruning(self, first: int, root: bytes) -> str:
        """Return a note stating that the log removed the entries before `first`."""
        text = Checkpoint(
            origin=self.origin + _PRUNED,
            size=first,
            root=root,
        ).text
        return note.sign(text, self.signers)


def find_note(text: str) -> str:
    """Return the checkpoint's note in copied text. Raises `BadNote`.

    Copying may add or remove spaces at the ends of lines; signatures are checked
    exactly all the same.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = _PASTED.findall("\n".join(lines) + "\n")
    if len(found) != 1:
        raise BadNote(
            "There is no checkpoint in this text, or more than one. Copy one whole: from the log's "
            "name to its last signature line, which begins with a dash."
        )
    return str(found[0])


def parse(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text. Raises `BadNote`."""
    match = _BODY.fullmatch(text)
    if match is None:
        raise BadNote("This note is not a checkpoint.")
    root = base64.b64decode(match[3])
    if base64.b64encode(root).decode() != match[3] or len(root) != HASH_BYTES:
        raise BadNote("This checkpoint's root is not a hash.")
    found = Checkpoint(
        origin=match[1],
        size=int(match[2]),
        root=root,
    )
    if found.size == 0 and root != EMPTY_ROOT:
        raise BadNote("This checkpoint of an empty log has a root.")
    return found


def verify(signed: str, trusted: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint if a trusted key of the log signed it. Raises `BadNote`."""
    text, signed_by = note.verify(signed, trusted)
    found = parse(text)
    if not any(key.kind == 1 and key.name == found.origin for key in signed_by):
        raise BadNote("This checkpoint is not signed by the log it names.")
    return found


def find_cosigners(
    notes: Iterable[str], trusted: Sequence[Verifier]
) -> tuple[tuple[Verifier, int], ...]:
    """Return each trusted witness with the largest size it cosigned. Raises `BadNote`."""
    found: dict[Verifier, int] = {}
    for signed in notes:
        text, signed_by = note.verify(signed, trusted)
        for key in signed_by:
            if key.is_witness:
                found[key] = max(found.get(key, 0), parse(text).size)
    return tuple(sorted(found.items(), key=lambda pair: str(pair[0])))


def verify_pruning(signed: str, trusted: Sequence[Verifier]) -> Checkpoint:
    """Return where a pruned log begins if the log's key signed that. Raises `BadNote`."""
    text, signed_by = note.verify(signed, trusted)
    found = parse(text)
    if not any(
        key.kind == 1 and key.name + _PRUNED == found.origin for key in signed_by
    ):
        raise BadNote("This pruning is not signed by the log.")
    return found
