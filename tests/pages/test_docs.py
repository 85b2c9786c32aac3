"""docs/pages.md lists every page that the program shows, and no other."""

import re
from collections.abc import Iterable
from pathlib import Path

from starlette.routing import BaseRoute, Route

from tests.pages.site import Site

PAGE = Path(__file__).parents[2] / "docs" / "pages.md"


def documented() -> set[str]:
    """Return the addresses in the first column, keys as `{}` and without queries."""
    rows = re.findall(r"^\| (`/[^|]*) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    addresses = re.findall(r"`(/[^`?]*)[^`]*`", " ".join(rows))
    return {re.sub(r"<\w+>", "{}", address) for address in addresses}


def shown(routes: Iterable[BaseRoute]) -> set[str]:
    """Return the addresses of pages; what a page polls is no page."""
    pages = [
        route.path
        for route in routes
        if isinstance(route, Route) and "GET" in (route.methods or ())
    ]
    return {
        re.sub(r"{\w+}", "{}", path) for path in pages if not path.endswith("/live")
    }


def test_the_documentation_lists_the_pages_there_are(site: Site) -> None:
    assert documented() == shown(site.application().routes)
