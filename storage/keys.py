"""The clips' data keys, in a place outside the database.

A backup of the database and of the snippets holds no key. Shredding a key here
therefore makes every copy sealed with it unreadable, old backups included. Losing this
place loses only snippets that would be deleted within days, so it needs no backup.
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
        """Return the clip's key, or None if there is none. Raises `StorageError`."""
        try:
            return self._master.unwrap(self._place.get(_name(clip_id)), clip_id)
        except Missing:
            return None

    def make(self, clip_id: str) -> bytes:
        """Return the clip's key, and make one if needed. Raises `StorageError`."""
        key = new_data_key()
        if self._place.put_new(_name(clip_id), self._master.wrap(key, clip_id)):
            return key
        # Another process made a key first. It may have been shredded since.
        found = self.rewrap(clip_id)
        if found is None:
            return self.make(clip_id)
        return found

    def rewrap(self, clip_id: str) -> bytes | None:
        """Wrap the clip's key with the first master key; return it, None if none is there.

        The caller has the clip's turn, which shredding takes as well: a key that is
        shredded meanwhile would be written back. A key that the first master key wraps
        already is left alone. Raises `StorageError`, and `Sealed` where no master key
        opens it.
        """
        try:
            wrapped = self._place.get(_name(clip_id))
        except Missing:
            return None
        key = self._master.unwrap(wrapped, clip_id)
        if not self._master.wraps(wrapped):
            self._place.put(_name(clip_id), self._master.wrap(key, clip_id))
        return key

    def shred(self, clip_id: str) -> None:
        """Delete the clip's key, so that nothing sealed with it can be read again.

        Raises `StorageError`.
        """
        self._place.delete(_name(clip_id))

    def answers(self) -> bool:
        """Return True if the place can be reached. Raises `StorageError` if it cannot."""
        return not self._place.exists("check")


def _name(clip_id: str) -> str:
    # A clip id may be longer than a blob's name, and some file systems ignore case.
    return hashlib.sha256(clip_id.encode()).hexdigest()
