"""Classify the address of a source or sink. Pure; nothing is opened here."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.errors import Invalid
from bot.text import text

MANIFEST = "manifest:"


def folder_of(address: str) -> Path | None:
    """Return the local path of an address, None for any other kind of address.

    A local address is a plain path or a file:// URL.
    """
    if not address.strip():
        raise Invalid(text("sources.address.empty"))
    scheme = address.partition("://")[0].lower()
    if scheme == "file":
        parts = urlsplit(address)
        if parts.netloc not in ("", "localhost"):
            raise Invalid(text("sources.address.file_of_another_machine"))
        return Path(unquote(parts.path))
    return None if "://" in address else Path(address).expanduser()


def is_manifest(address: str) -> bool:
    """Return whether an address is that of one file for many clips."""
    return address.lower().startswith(MANIFEST)


def is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by definition (RFC 6761).

    The host is written as in an address.
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
