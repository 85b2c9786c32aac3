"""Open a bucket by its address; credentials come from the usual variables (AWS_*)."""

import os
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from bot.errors import Invalid, Unavailable
from bot.sources.addresses import is_loopback
from bot.text import text

# obstore has these for type checkers only.
if TYPE_CHECKING:
    from obstore.store import S3Config

# The limit is for one answer of the store, its body included.
READ_TIMEOUT = "30s"
RETRY_TIMEOUT = timedelta(seconds=10)
# Only these options may follow the ? of an address. Keys and secrets may not, because
# addresses appear in logs.
_OPTIONS = frozenset(
    {"region", "endpoint", "virtual_hosted_style_request", "skip_signature"}
)


def open_store(address: str) -> ObjectStore:
    """Return the bucket of an address; nothing is connected yet.

    Raises `Invalid` for an address that obstore cannot use.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _no_bucket() from None
    options = dict(parse_qsl(parts.query))
    if not options.keys() <= _OPTIONS or parts.username or parts.password:
        known = ", ".join(sorted(_OPTIONS))
        raise Invalid(text("sources.bucket.options", options=known))
    plain = _is_plain(options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL", ""))
    plain = _is_plain(address) or plain
    try:
        return from_url(
            urlunsplit(parts._replace(query="", fragment="")),
            config=cast("S3Config", options) if options else None,
            client_options={
                "allow_http": plain,
                "connect_timeout": "5s",
                "timeout": READ_TIMEOUT,
            },
            # The default is to go on trying for three minutes while a person waits.
            retry_config={
                "max_retries": 2,
                "retry_timeout": RETRY_TIMEOUT,
            },
        )
    except (BaseError, ValueError):
        raise _no_bucket() from None


def _is_plain(address: str) -> bool:
    """Return whether it is http:// on this machine.

    Raises `Invalid` for http:// anywhere else.
    """
    parts = urlsplit(address)
    if parts.scheme != "http":
        return False
    if not is_loopback(parts.hostname or ""):
        raise Invalid(text("sources.bucket.plain_http"))
    return True


def _no_bucket() -> Invalid:
    return Invalid(text("sources.bucket.address"))


def build_away_error() -> Unavailable:
    """Return the error for a store that does not answer or refuses."""
    return Unavailable(text("sources.bucket.away"))
