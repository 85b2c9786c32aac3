"""The public keys Slack signs with, read when needed and kept a while."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
import jwt

from bot.errors import Unavailable

_KEEP = timedelta(hours=12)
_NOT_MORE_OFTEN = timedelta(
    seconds=10
)  # an unknown key id must not make us hammer Slack


class KeySet:
    """Keys by their id. Safe to share between threads."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self._url = url
        self._http = http
        self._lock = threading.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at: datetime | None = None

    def find(self, key_id: str, now: datetime) -> jwt.PyJWK | None:
        """The key with this id; reads anew when it is unknown. Raises `Unavailable`."""
        with self._lock:
            old = self._read_at is None or now - self._read_at > _KEEP
            if old or (key_id not in self._keys and self._may_read(now)):
                self._keys = self._read()
                self._read_at = now
            return self._keys.get(key_id)

    def _may_read(self, now: datetime) -> bool:
        return self._read_at is None or now - self._read_at > _NOT_MORE_OFTEN

    def _read(self) -> Mapping[str, jwt.PyJWK]:
        try:
            answer = self._http.get(self._url).raise_for_status()
            found = jwt.PyJWKSet.from_dict(answer.json())
        except (
            httpx.HTTPError,
            ValueError,
            AttributeError,
            jwt.PyJWKSetError,
        ) as error:
            raise Unavailable(
                "Slack's keys cannot be read, so nobody can be signed in. Try again in a minute."
            ) from error
        return {
            key.key_id: key
            for key in found.keys
            if key.key_id and key.key_type == "RSA"
        }
