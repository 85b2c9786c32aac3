"""A webhook as a result sink: signed POSTs to an HTTPS address.

docs/clip-sources.md shows how a receiver checks them.
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
from bot.sources.results.call_deadline import CallDeadline
from bot.sources.results.deletion_json import deletion_to_json
from bot.sources.results.result_json import result_to_json
from bot.text import text
from storage.records import Deletion, Result

MIN_SECRET_LENGTH = 16
# Every status of 500 and above is also retried.
_TRY_AGAIN = frozenset({408, 425, 429})
_DEFAULT_PORTS = {
    "https": 443,
    "http": 80,
}
_NAT64 = IPv6Network("64:ff9b::/96")
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
# A call is over by then, however slowly its receiver answers. Shorter than a lease.
_TOTAL_S = 15.0

Resolve = Callable[[str, int], Sequence[str]]


def signature(
    secret: str,
    timestamp: str,
    body: bytes,
) -> str:
    """Return the value of X-Help-Clip-Signature.

    `timestamp` is in whole seconds since 1970.
    """
    message = b"v1:" + timestamp.encode() + b":" + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order the system prefers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def check_reachable(addresses: Sequence[str], *, loopback: bool) -> list[str]:
    """Return `addresses` if each of them may be called; else raise `Invalid`.

    Only public addresses may be called, or only this machine's where one is configured.
    A name that leads inside (cloud metadata, an internal service) is a way to attack
    servers (OWASP: SSRF).
    """
    for each in addresses:
        if not _may_be_called(each, loopback=loopback):
            raise Invalid(text("results.webhook.private_address"))
    return list(addresses)


def _may_be_called(address: str, *, loopback: bool) -> bool:
    without_zone = address.partition("%")[0]
    target = _embedded_ipv4(ip_address(without_zone))
    if loopback:
        return target.is_loopback
    if target.is_multicast:
        return False
    return target.is_global


def _embedded_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address inside an IPv6 one, or the address itself.

    It may be mapped, 6to4 (RFC 3056) or NAT64 (RFC 6052).
    """
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class WebhookSink:
    """POST each result. A receiver must treat two of one Idempotency-Key as one."""

    def __init__(
        self,
        url: str,
        secret: str | None,
        *,
        resolve: Resolve = resolve,
        clock: Callable[[], float] = time.time,
        tls: ssl.SSLContext | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
        total_s: float = _TOTAL_S,
    ) -> None:
        self._url = _checked_url(url)
        self._host = self._url.raw_host.decode("ascii")
        if secret is None or len(secret) < MIN_SECRET_LENGTH:
            raise Invalid(text("results.webhook.short_secret", least=MIN_SECRET_LENGTH))
        self._secret = secret
        self._resolve = resolve
        self._clock = clock
        self._total_s = total_s
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            # A proxy would look up the name again, past our check.
            trust_env=False,
            verify=tls or True,
            # The deadline of a call sees the connections that the call opens.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def deliver(self, result: Result) -> None:
        """POST a result; see `ResultSink`."""
        self._send(result.id, result_to_json(result))

    def request_deletion(self, deletion: Deletion) -> None:
        """POST a deletion; its `event` distinguishes it from a result."""
        self._send(deletion.id, deletion_to_json(deletion))

    def _send(self, key: str, body: bytes) -> None:
        addresses = self._addresses()
        ends_at = time.monotonic() + self._total_s
        for address in addresses:
            left_s = ends_at - time.monotonic()
            if left_s <= 0:
                break
            try:
                with CallDeadline(left_s) as deadline:
                    status = self._post(address, key, body, deadline)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except httpx.HTTPError:
                raise _away() from None
            return _judge(status)
        raise _away()

    def results(self) -> Iterator[Result]:
        """Raise `Invalid`: a webhook cannot be read back."""
        raise Invalid(text("results.webhook.write_only"))

    def _addresses(self) -> list[str]:
        port = self._url.port or _DEFAULT_PORTS[self._url.scheme]
        try:
            found = self._resolve(self._host, port)
        except (OSError, UnicodeError):
            raise _away() from None
        return check_reachable(found, loopback=is_loopback(self._host))

    def _post(
        self,
        address: str,
        key: str,
        body: bytes,
        deadline: CallDeadline,
    ) -> int:
        """POST to the checked address itself, and return the status.

        A name that resolves differently a moment later gains nothing.
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
            extensions={"sni_hostname": self._host, "trace": deadline.trace},
        ) as response:
            # The body is never read, however long it is.
            return response.status_code


def _checked_url(url: str) -> httpx.URL:
    try:
        parts = urlsplit(url)
        # A port that is out of range raises ValueError here, not above.
        _ = parts.port
        parsed = httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise Invalid(text("results.webhook.not_a_url")) from None
    if parts.username or parts.password:
        raise Invalid(text("results.webhook.credentials"))
    host = parts.hostname
    if not host:
        raise Invalid(text("results.webhook.not_https"))
    if parts.scheme != "https" and not is_loopback(host):
        raise Invalid(text("results.webhook.not_https"))
    return parsed


def _judge(status: int) -> None:
    """Return if the receiver took the result.

    Raise `Unavailable` where a later attempt may succeed by itself, and `Invalid` where
    a person has to mend the address, the receiver or the secret first.
    """
    if 200 <= status < 300:
        return
    if status in _TRY_AGAIN or status >= 500:
        raise Unavailable(text("results.webhook.try_again", status=status))
    if 300 <= status < 400:
        raise Invalid(text("results.webhook.redirected", status=status))
    raise Invalid(text("results.webhook.refused", status=status))


def _away() -> Unavailable:
    return Unavailable(text("results.webhook.away"))
