"""The proxy for calls that leave this machine, as HTTPS_PROXY and NO_PROXY name it."""

import os
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

# The first of them that is set, as slack_sdk has it.
_NAMES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def spare_loopback() -> None:
    """Let no HTTP library of this process call this machine through a proxy."""
    for names in ("no_proxy", "NO_PROXY"):
        found = os.environ.get(names)
        if found:
            break
    hosts = [*_LOOPBACK]
    if found:
        hosts.insert(0, found)
    # Libraries read one or the other name.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(hosts)


def proxy_for(url: str) -> str | None:
    """Return the proxy, None for this machine and for a host that NO_PROXY names."""
    host = urlsplit(url).hostname or ""
    if host in _LOOPBACK or proxy_bypass(host):
        return None
    for name in _NAMES:
        proxy = os.environ.get(name, "").strip()
        if proxy:
            return proxy
    return None
