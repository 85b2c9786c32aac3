"""What goes wrong with what is kept. Every message is a sentence for the person who
operates it.
"""


class StorageError(Exception):
    """Base of the errors of this package."""


class Missing(StorageError):
    """There is nothing under this name."""


class Sealed(StorageError):
    """The bytes cannot be opened: wrong key, or they were changed."""


class Busy(StorageError):
    """Somebody else is at work there; trying again later helps."""
