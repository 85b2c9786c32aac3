"""Errors of storage. Every message is a sentence for the operator."""


class StorageError(Exception):
    """Base of the errors of this package."""


class Missing(StorageError):
    """No bytes are stored under this name."""


class Sealed(StorageError):
    """The bytes cannot be decrypted: wrong key, or they were changed."""


class Busy(StorageError):
    """Another connection is at work; trying again later helps."""


class Unstorable(StorageError):
    """A text has a character that PostgreSQL or SQLite cannot store."""
