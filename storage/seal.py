"""Encryption at rest with AES-256-GCM under one data key for each clip.

The master key wraps the data keys. Deleting a clip's wrapped key makes everything
sealed under it unreadable (crypto-shredding).
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import Sealed, StorageError

KEY_BYTES = 32
# NIST SP 800-38D section 8.2.2: random nonces of 96 bits.
_NONCE_BYTES = 12
_KEY_ID_BYTES = 8
_SEALED = b"hc1"
_WRAPPED = b"hk1"


def new_master_key() -> str:
    """Return a fresh SNIPPET_KEY: 32 random bytes in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def read_master_keys(text: str) -> list[bytes]:
    """Return the master keys of SNIPPET_KEY, the current one first.

    Several keys are divided by commas. Raises `StorageError` if one is not 32 bytes in
    base64.
    """
    keys = [_read_key(part.strip()) for part in text.split(",") if part.strip()]
    if not keys:
        raise StorageError(
            "SNIPPET_KEY is empty; make one with: openssl rand -base64 32"
        )
    return keys


def _read_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise StorageError(
            "SNIPPET_KEY is not base64; make one with: openssl rand -base64 32"
        ) from error
    if len(key) != KEY_BYTES:
        raise StorageError(
            f"SNIPPET_KEY must be {KEY_BYTES} bytes in base64, not {len(key)}; "
            "make one with: openssl rand -base64 32"
        )
    return key


def new_data_key() -> bytes:
    """Return a random key for one clip. Only its wrapped form may be stored."""
    return os.urandom(KEY_BYTES)


class MasterKey:
    """The keys of SNIPPET_KEY. The first one wraps data keys, all of them unwrap.

    Several keys stand there during a rotation.
    """

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._by_id = {_key_id(key): key for key in keys}
        if not self._by_id:
            raise StorageError(
                "SNIPPET_KEY is empty; make one with: openssl rand -base64 32"
            )
        self._current = next(iter(self._by_id))

    @property
    def current_id(self) -> str:
        """Return 16 hexadecimal digits that name the first key and do not reveal it."""
        return self._current.hex()

    @property
    def has_former_keys(self) -> bool:
        """Return whether keys stand behind the first one, as during a rotation."""
        return len(self._by_id) > 1

    def wraps(self, wrapped: bytes) -> bool:
        """Return whether the first key wrapped this data key."""
        return wrapped.startswith(_WRAPPED + self._current)

    @classmethod
    def read(cls, text: str) -> "MasterKey":
        """Return the master key of the text of SNIPPET_KEY; see `read_master_keys`."""
        return cls(read_master_keys(text))

    def derive(self, seed: bytes) -> bytes:
        """Return 32 bytes that follow from `seed` and the current master key alone."""
        return _derived(self._by_id[self._current], seed)

    def pseudonym(self, purpose: bytes, text: str) -> str:
        """Return 24 hexadecimal digits that stand for `text` and do not reveal it.

        The hash is keyed, because a plain hash of the few possible addresses and
        browsers could be found by trying all of them.
        """
        return _pseudonym(self._by_id[self._current], purpose, text)

    def pseudonyms(self, purpose: bytes, text: str) -> list[str]:
        """Return the pseudonym of `text` under each key, that of the first key first."""
        return [_pseudonym(key, purpose, text) for key in self._by_id.values()]

    def stands_for(
        self,
        pseudonym: str,
        purpose: bytes,
        text: str,
    ) -> bool:
        """Return whether one of the keys makes this pseudonym of `text`."""
        made = self.pseudonyms(purpose, text)
        return any(hmac.compare_digest(each, pseudonym) for each in made)

    def wrap(self, data_key: bytes, clip_id: str) -> bytes:
        """Encrypt a data key, bound to this master key and this clip."""
        head = _WRAPPED + self._current
        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(self._by_id[self._current])
        return head + nonce + box.encrypt(nonce, data_key, head + clip_id.encode())

    def unwrap(self, wrapped: bytes, clip_id: str) -> bytes:
        """Return the data key of a clip. Raises `Sealed` if no master key opens it."""
        start = len(_WRAPPED) + _KEY_ID_BYTES
        head, nonce = wrapped[:start], wrapped[start : start + _NONCE_BYTES]
        master = self._by_id.get(head[len(_WRAPPED) :])
        if not head.startswith(_WRAPPED) or master is None:
            raise Sealed(
                "This clip's key was wrapped by another SNIPPET_KEY; add the old key "
                "after the new one, divided by a comma."
            )
        return _decrypt(
            master, nonce, wrapped[start + _NONCE_BYTES :], head + clip_id.encode()
        )


def seal(
    blob: bytes,
    data_key: bytes,
    associated: str,
) -> bytes:
    """Encrypt `blob` with AES-256-GCM.

    The result is bound to `associated`, its name in the blob store.
    """
    nonce = os.urandom(_NONCE_BYTES)
    box = AESGCM(data_key).encrypt(nonce, blob, _SEALED + associated.encode())
    return _SEALED + nonce + box


def open_sealed(
    sealed: bytes,
    data_key: bytes,
    associated: str,
) -> bytes:
    """Return the decrypted bytes.

    Raises `Sealed` for a wrong key, altered bytes, or bytes sealed under another name.
    """
    if not sealed.startswith(_SEALED):
        raise Sealed(
            "This is not a sealed snippet; it was changed or written by something else."
        )
    start = len(_SEALED) + _NONCE_BYTES
    nonce = sealed[len(_SEALED) : start]
    return _decrypt(data_key, nonce, sealed[start:], _SEALED + associated.encode())


def _decrypt(
    key: bytes,
    nonce: bytes,
    box: bytes,
    associated: bytes,
) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, box, associated)
    except (InvalidTag, ValueError) as error:
        raise Sealed(
            "These bytes cannot be opened: they were changed, moved, or sealed with "
            "another key."
        ) from error


def _derived(key: bytes, seed: bytes) -> bytes:
    return hmac.digest(key, b"help-clip derived\n" + seed, "sha256")


def _pseudonym(
    key: bytes,
    purpose: bytes,
    text: str,
) -> str:
    hashed = hmac.digest(
        _derived(key, purpose), text.encode(errors="replace"), "sha256"
    )
    return hashed[:12].hex()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"help-clip master key id\n" + key).digest()[:_KEY_ID_BYTES]
