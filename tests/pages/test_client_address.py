"""Where a visit comes from: only trusted proxies are believed."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from starlette.requests import Request

from bot.pages.client_address import client_address
from bot.rules.listening.access_conditions import AccessConditions
from storage.records import Action, Outcome
from tests.pages.site import RAVI, Site

PROXIES = [ip_network("10.0.0.0/8")]


def visit(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = None if peer is None else (peer, 1)
    return Request({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.1", [], "198.51.100.1"),
        ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9, junk"], "None"),
        ("10.0.0.1", [""], "None"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        (None, ["203.0.113.9"], "None"),
    ],
)
def test_the_rightmost_address_that_no_trusted_proxy_has_counts(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    assert str(client_address(visit(peer, *forwarded), PROXIES)) == expected


def test_without_trusted_proxies_the_header_counts_for_nothing() -> None:
    assert str(client_address(visit("10.0.0.1", "203.0.113.9"), [])) == "10.0.0.1"


def test_a_visit_from_elsewhere_is_refused_whatever_its_header_says(site: Site) -> None:
    request = site.asked()
    desk = site.services.desks[request.desk]
    workspace = replace(
        desk,
        access_conditions=AccessConditions(networks=(ip_network("203.0.113.0/24"),)),
    )
    desks = replace(site.services.desks, desks={request.desk: workspace})
    site.services = replace(site.services, desks=desks)
    ravi = site.visitor(RAVI)
    forged = {"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"}
    page = ravi.get(f"/r/{request.key}", headers=forged)
    assert "offices&#39; network" in page.text
    assert ravi.send(f"/r/{request.key}/audio", press="a" * 32).status_code == 403
    (denied,) = site.events(Action.SNIPPET_HEARD, Outcome.DENIED)
    assert denied.rule == "outside_network"
