"""The public keys that Slack signs id_tokens with, fetched when needed and cached."""

import httpx
import jwt

from bot.errors import Unavailable
from bot.text import text

_CACHE_S = 12 * 60 * 60
_TIMEOUT_S = 10
# An unknown key id must not make help-clip flood Slack with requests.
COOLDOWN_S = 10


class KeySet:
    """The signing keys by their ids. Threads may share one key set."""

    def __init__(
        self,
        url: str,
        cooldown_s: float = COOLDOWN_S,
    ) -> None:
        self._client = jwt.PyJWKClient(
            url,
            lifespan=_CACHE_S,
            timeout=_TIMEOUT_S,
            cooldown_duration=cooldown_s,
            # Python from python.org has no certificates of its own on macOS.
            ssl_context=httpx.create_ssl_context(),
        )

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key with this id, or None if Slack does not publish it.

        An unknown id causes one new fetch, at most every `cooldown_s` seconds. Raises
        `Unavailable` if the keys cannot be fetched or read.
        """
        try:
            return self._client.get_signing_key(key_id)
        except (
            jwt.PyJWKClientConnectionError,
            jwt.PyJWKSetError,
            ValueError,
        ) as error:
            raise Unavailable(text("pages.error.keys_unreadable")) from error
        except jwt.PyJWKClientError:
            return None
