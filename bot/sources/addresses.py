"""What kind of address a source or sink was given. Pure; nothing is opened here."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.errors import Invalid


def folder_of(address: str) -> Path | None:
    """The local path an address means (a plain path or file://), or None for any other kind."""
    if not address.strip():
        raise Invalid("The address is empty. Give a folder, or a URL such as s3://bucket/prefix.")
    parts = urlsplit(address)
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise Invalid("A file:// address must name a folder of this machine: file:///folder.")
        return Path(unquote(parts.path))
    return None if "://" in address else Path(address).expanduser()


def is_web(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https")
