"""The network address of a visitor, behind proxies that are trusted or not."""

from collections.abc import Sequence

from starlette.requests import Request

from bot.rules.listening.access_conditions import Address, Network, parse_address


def client_address(
    request: Request,
    trusted: Sequence[Network],
) -> Address | None:
    """Return the rightmost address that no trusted proxy has; None if it is unreadable.

    Only the entries that trusted proxies append to X-Forwarded-For count: visitors can
    write the entries left of those themselves (RFC 7239 section 8.1).
    """
    hops = _forwarded_for(request)
    hops.append(_peer(request))
    while len(hops) > 1 and _is_trusted(hops[-1], trusted):
        hops.pop()
    return hops[-1]


def _forwarded_for(request: Request) -> list[Address | None]:
    """Return the addresses of X-Forwarded-For in their order, None where unreadable."""
    hops = []
    for line in request.headers.getlist("x-forwarded-for"):
        for entry in line.split(","):
            hops.append(parse_address(entry))
    return hops


def _peer(request: Request) -> Address | None:
    if request.client is None:
        return None
    return parse_address(request.client.host)


def _is_trusted(
    address: Address | None,
    trusted: Sequence[Network],
) -> bool:
    if address is None:
        return False
    return any(address in network for network in trusted)
