"""The clips' data keys, each under a name of its own in a place outside the database.

A backup of the database and of the snippets holds no key, so shredding one here makes
every copy of what was sealed with it unreadable, old backups included. Losing this
place loses only snippets that would have gone within days: it is better not backed up.
"""

import hashlib

from storage.blobs import Blobs
from storage.errors import Missing
from storage.seal import MasterKey, new_data_key


class ClipKeys:
    """One data key a clip, wrapped by the master key."""

    def __init__(self, place: Blobs, master: MasterKey) -> None:
        self._place = place
        self._master = master

    def get(self, clip_id: str) -> bytes | None:
        """The clip's key; None when there is none, or none any more. Raises
        `StorageError`.
        """
        try:
            return self._master.unwrap(self._place.get(_name(clip_id)), clip_id)
        except Missing:
            return None

    def make(self, clip_id: str) -> bytes:
        """The clip's key, made where there is none. Raises `StorageError`."""
        key = new_data_key()
        if self._place.put_new(_name(clip_id), self._master.wrap(key, clip_id)):
            return key
        found = self.get(clip_id)
        return self.make(clip_id) if found is None else found

    def shred(self, clip_id: str) -> None:
        """Nothing sealed with this clip's key can be read again. Raises
        `StorageError`.
        """
        self._place.delete(_name(clip_id))

    def answers(self) -> bool:
        """Whether the place can be reached. Raises `StorageError` when it cannot."""
        return not self._place.exists("check")


def _name(clip_id: str) -> str:
    # A clip id may be longer than a blob's name, and upper case is not told apart
    # everywhere.
    return hashlib.sha256(clip_id.encode()).hexdigest()
