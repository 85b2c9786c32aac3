"""Results to an HTTPS address, signed. docs/clip-sources.md shows how a receiver checks
them.
"""

import hashlib
import hmac
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpx

from bot.errors import Invalid, Unavailable
from bot.sources.addresses import is_loopback
from bot.sources.results.deletion_json import deletion_to_json
from bot.sources.results.result_json import result_to_json
from storage.records import Deletion, Result

MIN_SECRET_LENGTH = 16
_TRY_AGAIN = frozenset({408, 425, 429})  # and every 5xx
_NAT64 = IPv6Network("64:ff9b::/96")
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)

Resolve = Callable[[str, int], Sequence[str]]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Help-Clip-Signature. `timestamp` is in whole seconds since
    1970.
    """
    message = b"v1:" + timestamp.encode() + b":" + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order the system prefers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def reachable(addresses: Sequence[str], *, loopback: bool) -> list[str]:
    """The addresses themselves if each may be called; raises `Invalid` if any may not.

    Only public ones may, or only this machine's if that is what was configured: a name
    that leads inside (cloud metadata, an internal service) is how servers are tricked
    (OWASP: SSRF).
    """
    for text in addresses:
        address = _meant(ip_address(text.partition("%")[0]))
        public = address.is_global and not address.is_multicast
        if not (address.is_loopback if loopback else public):
            raise Invalid(
                "The result webhook's name leads to an address inside a private network, which is"
                " never called. Give a public https:// address."
            )
    return list(addresses)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4 (RFC 3056) or NAT64 (RFC
    6052).
    """
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class WebhookSink:
    """POSTs each result. The receiver must treat two of one Idempotency-Key as one."""

    def __init__(
        self,
        url: str,
        secret: str | None,
        *,
        resolve: Resolve = resolve,
        clock: Callable[[], float] = time.time,
        tls: ssl.SSLContext | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> None:
        self._url = _checked_url(url)
        self._host = self._url.raw_host.decode("ascii")
        if secret is None or len(secret) < MIN_SECRET_LENGTH:
            raise Invalid(
                f"A result webhook needs a secret of at least {MIN_SECRET_LENGTH} characters, which"
                " its receiver knows too. Set RESULT_SECRET."
            )
        self._secret = secret
        self._resolve = resolve
        self._clock = clock
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,  # a proxy would look up the name again, past our check
            verify=tls or True,
        )

    def deliver(self, result: Result) -> None:
        self._send(result.id, result_to_json(result))

    def request_deletion(self, deletion: Deletion) -> None:
        """A POST like a result's; its `event` tells them apart."""
        self._send(deletion.id, deletion_to_json(deletion))

    def _send(self, key: str, body: bytes) -> None:
        for address in self._addresses():
            try:
                status = self._post(address, key, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except httpx.HTTPError:
                raise _away() from None
            return _judge(status)
        raise _away()

    def results(self) -> Iterator[Result]:
        raise Invalid(
            "A webhook cannot be read back. Ask the system that receives the results, or look them"
            " up in help-clip's own records."
        )

    def _addresses(self) -> list[str]:
        host, port = (
            self._host,
            self._url.port or (443 if self._url.scheme == "https" else 80),
        )
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise _away() from None
        return reachable(found, loopback=is_loopback(host))

    def _post(self, address: str, key: str, body: bytes) -> int:
        """To the very address that was checked, so a name that changes its mind gains
        nothing.
        """
        timestamp = str(int(self._clock()))
        headers = {
            "Host": self._url.netloc.decode(),
            "Content-Type": "application/json",
            "X-Help-Clip-Timestamp": timestamp,
            "X-Help-Clip-Signature": signature(self._secret, timestamp, body),
            "Idempotency-Key": key,
        }
        with self._client.stream(
            "POST",
            self._url.copy_with(host=address),
            content=body,
            headers=headers,
            # The certificate is still checked against the name.
            extensions={"sni_hostname": self._host},
        ) as response:
            return response.status_code  # the body is of no interest, however long


def _checked_url(url: str) -> httpx.URL:
    try:
        parts = urlsplit(url)
        host, _ = (
            parts.hostname or "",
            parts.port,
        )  # a port out of range is a ValueError here
        parsed = httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise Invalid(
            "The result webhook's address is not a URL. Check RESULT_SINK."
        ) from None
    if parts.username or parts.password:
        raise Invalid(
            "The result webhook's address must not carry a user name or password."
        )
    if not host or (parts.scheme != "https" and not is_loopback(host)):
        raise Invalid(
            "A result webhook must be an https:// address, unless on this machine."
        )
    return parsed


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in _TRY_AGAIN or status >= 500:
        raise Unavailable(
            f"The result webhook answered {status}; it is tried again later."
        )
    if 300 <= status < 400:
        raise Invalid(
            f"The result webhook answered {status}: it is elsewhere. Redirects are not followed;"
            " set RESULT_SINK to the final address."
        )
    raise Invalid(
        f"The result webhook answered {status} and will not take this result. Ask whoever runs it."
    )


def _away() -> Unavailable:
    return Unavailable("The result webhook cannot be reached; it is tried again later.")
