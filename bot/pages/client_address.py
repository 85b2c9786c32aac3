"""From which network address a visit comes, behind proxies that are trusted or not."""

from collections.abc import Sequence
from itertools import chain

from starlette.requests import Request

from bot.rules.listening.access_conditions import Address, Network, parse_address


def client_address(request: Request, trusted: Sequence[Network]) -> Address | None:
    """The rightmost address that is not a trusted proxy's; None when it cannot be told.

    Only what a trusted proxy has appended counts: whatever stands left of it, the
    visitor may have written themselves (RFC 7239 section 8.1).
    """
    peer = parse_address(request.client.host) if request.client else None
    said = chain.from_iterable(
        line.split(",") for line in request.headers.getlist("x-forwarded-for")
    )
    hops = [*map(parse_address, said), peer]
    while (
        len(hops) > 1 and hops[-1] is not None and any(hops[-1] in n for n in trusted)
    ):
        hops.pop()
    return hops[-1]
