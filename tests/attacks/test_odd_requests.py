"""Odd paths, queries and forms, signed in and not, on both databases: no 5xx."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route

from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.site import ADMIN, RAVI, ROSA, Site, new_site

# Characters that a database or a number cannot hold, as they stand in an address.
ODD = ["%00", "a%00b", "%ED%A0%80", "%FF", "9" * 400, "../..", "%F0%9F%98%80", "-1"]
FIELDS = [
    *("answer", "case", "choice", "clip", "confidence", "cursor", "days", "desk"),
    *("guess", "key", "limit", "page", "press", "reason", "seconds", "seen", "since"),
    *("span", "text", "to", "what", "word", "words_of", "code", "state", "asked"),
]
VALUES = ["\0", "word\0", "9" * 400 + "-1", "-1", "1e999", "nan", "\u0660", ""]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_site(tmp_path, database_url=url)
    yield built
    built.services.store.close()


def routes(site: Site, method: str) -> list[str]:
    """Return the paths of all pages (GET) or of all forms (POST)."""
    found = site.application().routes
    return [
        route.path
        for route in found
        if isinstance(route, Route) and method in (route.methods or ())
    ]


def filled(path: str, value: str) -> str:
    parts = [value if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize("user_id", [None, ROSA, ADMIN])
def test_no_odd_address_breaks_a_page(site: Site, user_id: str | None) -> None:
    visitor = site.visitor(user_id)
    visitor.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    broken = []
    for path in routes(site, "GET"):
        addresses = [filled(path, odd) for odd in ODD if "{" in path]
        plain = filled(path, "x")
        for odd in ODD:
            query = "&".join(f"{name}={odd}" for name in FIELDS)
            addresses.append(f"{plain}?{query}")
        addresses.append(f"{plain}?clip=en-us-0001&span={'9' * 400}-1")
        for address in addresses:
            status = visitor.get(address).status_code
            if status >= 500:
                broken.append((status, address[:60]))
    assert broken == []


@pytest.mark.parametrize("user_id", [None, RAVI, ADMIN])
def test_no_odd_form_breaks_a_page(site: Site, user_id: str | None) -> None:
    visitor = site.visitor(user_id)
    visitor.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    key = site.asked().key
    broken = []
    for path in routes(site, "POST"):
        if path == "/sign-out":
            continue
        for value in VALUES:
            fields = dict.fromkeys(FIELDS, value)
            status = visitor.post(filled(path, key), **fields).status_code
            if status >= 500:
                broken.append((status, path, value[:10]))
    assert broken == []


def test_text_that_cannot_be_stored_is_refused_in_a_sentence(site: Site) -> None:
    visitor = site.visitor(ROSA)
    fields = {"clip": "en-us-0001", "seconds": "2.3-2.9", "guess": "lamp\0"}
    refused = visitor.post("/ask", **fields)
    assert refused.status_code == 422
    assert "cannot be stored" in refused.text
    assert visitor.get("/r/%00").status_code == 404
    assert visitor.get("/ask?clip=%00").status_code == 422


def test_a_number_of_any_length_is_refused_in_a_sentence(site: Site) -> None:
    answer = site.visitor(ROSA).get(f"/ask?clip=en-us-0001&span={'9' * 400}-1")
    assert answer.status_code == 422
    assert "two times in seconds" in answer.text
