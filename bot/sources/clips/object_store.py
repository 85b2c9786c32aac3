"""Opening a bucket by its address. Credentials come from the usual variables (AWS_* for
S3).
"""

import os
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from bot.errors import Invalid, Unavailable
from bot.sources.addresses import is_loopback

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore.store import S3Config

# What may stand after the ? of an address. Keys and secrets may not: addresses end up
# in logs.
_OPTIONS = frozenset(
    {"region", "endpoint", "virtual_hosted_style_request", "skip_signature"}
)


def open_store(address: str) -> ObjectStore:
    """Raises `Invalid` for an address that obstore cannot use; nothing is connected
    yet.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _no_bucket() from None
    options = dict(parse_qsl(parts.query))
    if not options.keys() <= _OPTIONS or parts.username or parts.password:
        raise Invalid(
            "A bucket's address may carry only "
            + ", ".join(sorted(_OPTIONS))
            + " after the ?."
            " Credentials belong into the environment: AWS_ACCESS_KEY_ID and its like."
        )
    plain = _is_plain(options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL", ""))
    plain = _is_plain(address) or plain
    try:
        return from_url(
            urlunsplit(parts._replace(query="", fragment="")),
            config=cast("S3Config", options) if options else None,
            client_options={
                "allow_http": plain,
                "connect_timeout": "5s",
                "timeout": "60s",
            },
            # The default is to go on trying for three minutes while a person waits.
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )
    except (BaseError, ValueError):
        raise _no_bucket() from None


def _is_plain(address: str) -> bool:
    """Whether it is http:// on this machine; raises `Invalid` for http:// anywhere
    else.
    """
    parts = urlsplit(address)
    if parts.scheme != "http":
        return False
    if not is_loopback(parts.hostname or ""):
        raise Invalid(
            "An object store must be reached over https:// unless it is on this machine."
        )
    return True


def _no_bucket() -> Invalid:
    return Invalid(
        "That is not an address of a bucket. It looks like s3://bucket/prefix, gs://bucket or"
        " az://container."
    )


def away() -> Unavailable:
    return Unavailable(
        "The object store does not answer or refuses. Check its address and credentials; it may"
        " just be away for a moment."
    )
