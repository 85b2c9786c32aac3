"""Signed notes (c2sp.org/signed-note): a text, a blank line, and signature lines.

Only Ed25519 is read: plain signatures (type 1) by the log, and timestamped cosignatures
(type 4, c2sp.org/tlog-cosignature) by witnesses.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from storage.errors import StorageError

MAX_SIGNATURES = 100
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_NAME = re.compile(r"[^\s+]{1,200}")
_ED25519, _COSIGNATURE = 1, 4
_SIZES = {
    _ED25519: 64,
    _COSIGNATURE: 8 + 64,
}


class BadNote(StorageError):
    """The text is not a note, or no trusted key signed it."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name; `kind` is 1 for logs, 4 for witnesses."""

    name: str
    kind: int
    key: bytes

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """Return the key of `name+hash+key`, Go's note format. Raises `BadNote`."""
        name, kind, key = _take_apart(text, "public")
        found = cls(name, kind, key)
        if str(found) != text:
            raise BadNote("This public key does not match the hash it is written with.")
        return found

    @property
    def id(self) -> bytes:
        """Return the four bytes that distinguish keys of one name."""
        return sha256(
            self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        ).digest()[:4]

    @property
    def is_witness(self) -> bool:
        """Return whether the key's signatures are cosignatures."""
        return self.kind == _COSIGNATURE

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Return whether this key made this signature of this text."""
        message = text.encode()
        if len(signature) != _SIZES[self.kind]:
            return False
        if self.kind == _COSIGNATURE:
            time = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {time}\n".encode() + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key with its name. `repr` shows only the public key."""

    name: str
    seed: bytes
    kind: int = _ED25519

    @classmethod
    def new(cls, name: str) -> "Signer":
        """Return a fresh key. Raises `BadNote` for a name with spaces or a plus."""
        if not _NAME.fullmatch(name):
            raise BadNote(
                "A key's name has no spaces and no plus, such as example.com/help-clip."
            )
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, text: str) -> "Signer":
        """Return the key of `PRIVATE+KEY+name+hash+key`, Go's note format.

        Raises `BadNote`.
        """
        if not text.startswith("PRIVATE+KEY+"):
            raise BadNote("A signing key begins with PRIVATE+KEY+.")
        name, kind, seed = _take_apart(text.removeprefix("PRIVATE+KEY+"), "signing")
        found = cls(name, seed, kind)
        if found.export() != text:
            raise BadNote(
                "This signing key does not match the hash it is written with."
            )
        return found

    def export(self) -> str:
        """Return the text that `read` takes; it is a secret."""
        key = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{key}"

    @property
    def verifier(self) -> Verifier:
        """Return the public key."""
        key = (
            Ed25519PrivateKey.from_private_bytes(self.seed)
            .public_key()
            .public_bytes_raw()
        )
        return Verifier(self.name, self.kind, key)

    def line(self, text: str, *, time: int = 0) -> str:
        """Return a signature line. `time_s`, since 1970, counts for cosignatures only."""
        message, stamp = text.encode(), b""
        if self.kind == _COSIGNATURE:
            message = f"cosignature/v1\ntime {time}\n".encode() + message
            stamp = time.to_bytes(8, "big")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
        encoded = base64.b64encode(self.verifier.id + stamp + signature).decode()
        return f"— {self.name} {encoded}\n"

    def __repr__(self) -> str:
        return f"Signer({self.verifier})"


@dataclass(frozen=True)
class Note:
    """A text and its signature lines as (name, key id, signature), not checked yet."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def sign(text: str, signers: Iterable[Signer]) -> str:
    """Return the note. Raises `BadNote` for a text that no note may have."""
    _check_text(text)
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def parse(note: str) -> Note:
    """Return the parts of a note, split as the specification asks. Raises `BadNote`."""
    head, divider, tail = note.rpartition("\n\n")
    if not divider or not tail.endswith("\n"):
        raise BadNote("This note has no signatures.")
    text = head + "\n"
    _check_text(text)
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote("This note has too many signatures.")
    return Note(text, tuple(_signature(line) for line in lines))


def verify(note: str, trusted: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """Return the text and the trusted keys that signed it, at least one.

    As the specification asks, a wrong signature of a trusted key makes the whole note
    invalid. Raises `BadNote`.
    """
    parsed = parse(note)
    keys = {(key.name, key.id): key for key in trusted}
    found: dict[Verifier, None] = {}
    for name, id_, signature in parsed.signatures:
        key = keys.get((name, id_))
        if key is None:
            continue
        if key in found or not key.accepts(parsed.text, signature):
            raise BadNote(f"The signature by {name} is forged.")
        found[key] = None
    if not found:
        raise BadNote("No key we trust signed this note.")
    return parsed.text, tuple(found)


def lines_of(note: str, keys: Iterable[Verifier]) -> list[str]:
    """Return the signature lines with these keys' names and ids. Raises `BadNote`.

    The signatures are not checked.
    """
    known = {(key.name, key.id) for key in keys}
    parsed = parse(note)
    lines = note.removeprefix(parsed.text + "\n").splitlines(keepends=True)
    pairs = zip(lines, parsed.signatures, strict=True)
    return [line for line, (name, id_, _) in pairs if (name, id_) in known]


def only(note: str, keys: Iterable[Verifier]) -> str:
    """Return the note without signatures of other keys. Raises `BadNote`."""
    return parse(note).text + "\n" + "".join(lines_of(note, keys))


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in text):
        raise BadNote(
            "A note's text ends with a newline and has no control characters."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadNote("A note's text is UTF-8.") from error


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE.fullmatch(line)
    if match is None or not _NAME.fullmatch(match[1]):
        raise BadNote("A signature line is not as notes have it.")
    raw = _base64(match[2])
    if len(raw) < 5:
        raise BadNote("A signature is too short.")
    return match[1], raw[:4], raw[4:]


def _take_apart(text: str, what: str) -> tuple[str, int, bytes]:
    # Base64 may hold a plus itself, so only the first two pluses are separators.
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise BadNote(f"A {what} key is written name+hash+key.")
    raw = _base64(parts[2])
    if len(raw) != 33 or raw[0] not in _SIZES:
        raise BadNote(f"This {what} key is not an Ed25519 key.")
    return parts[0], raw[0], raw[1:]


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("This is not base64.") from error
    if base64.b64encode(raw).decode() != text:
        raise BadNote("This base64 has stray bits.")
    return raw
