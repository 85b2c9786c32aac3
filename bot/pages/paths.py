"""Addresses within this site."""

import re
from urllib.parse import urlsplit

# One slash, then no second slash or backslash (browsers read both as a host), no
# control characters (browsers drop tabs and newlines, so "/\t/host" would become
# "//host").
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_MAX = 500


def local_path(path: str) -> str:
    """Return `path` if it stays on this site, else "/"."""
    if len(path) > _MAX:
        return "/"
    if not _LOCAL.fullmatch(path):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    if parts.scheme:
        return "/"
    if parts.netloc:
        return "/"
    return path
