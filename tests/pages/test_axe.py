"""axe-core finds no violation on any page, in any state, light, dark and RTL."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from starlette.routing import Route

from tests.pages.chromium import picture, signed_in
from tests.pages.page_states import reach_states
from tests.pages.site import (
    ADMIN,
    AUDITOR,
    JONAS,
    LEAD2,
    LENA,
    RAVI,
    ROSA,
    SAFETY,
    STRANGER,
    Site,
)

# Route -> the visits to it: a person, and an address with the keys of the states.
VISITS: dict[str, list[tuple[str, str]]] = {
    "/": [(who, "/") for who in (RAVI, LENA, SAFETY, ADMIN, AUDITOR, STRANGER)],
    "/answer": [(RAVI, "/answer"), (STRANGER, "/answer")],
    "/answered": [(RAVI, "/answered")],
    "/ask": [
        (ROSA, "/ask"),
        (ROSA, "/ask?clip=en-us-0001"),
        (ROSA, "/ask?clip=shift-3&span=2.363-2.89"),
    ],
    "/asked": [(ROSA, "/asked"), (LENA, "/asked")],
    "/audit": [(AUDITOR, "/audit"), (AUDITOR, "/audit?clip=shift-0")],
    "/care": [(RAVI, "/care")],
    "/case": [(SAFETY, "/case")],
    "/case/closed": [(SAFETY, "/case/closed")],
    "/case/release": [(SAFETY, "/case/release")],
    "/case/{key}": [(SAFETY, "/case/{case}")],
    "/case/{key}/hold": [(SAFETY, "/case/{case}/hold")],
    "/closer": [(LENA, "/closer"), (LEAD2, "/closer")],
    "/closer/ask/{key}": [(RAVI, "/closer/ask/{open}")],
    "/erase": [(ADMIN, "/erase")],
    "/erase/{what}/{key}": [(ADMIN, "/erase/clip/shift-0")],
    "/mapping": [(ADMIN, "/mapping")],
    "/practice": [(RAVI, "/practice")],
    "/practice/{key}": [(RAVI, "/practice")],
    "/quality": [(LENA, "/quality"), (RAVI, "/quality")],
    "/r/{key}": [
        (RAVI, "/r/{open}"),
        (JONAS, "/r/{open}"),
        (ROSA, "/r/{open}"),
        (RAVI, "/r/{answered}"),
        (RAVI, "/r/{settled}"),
        (ROSA, "/r/{settled}"),
        (RAVI, "/r/{disputed}"),
        (RAVI, "/r/{stopped}"),
        (LENA, "/r/{stopped}"),
        (STRANGER, "/r/{open}"),
    ],
    "/rule": [(LENA, "/rule")],
    "/rule/{key}": [(LENA, "/rule/{disputed}"), (LEAD2, "/rule/{disputed}")],
    "/sessions": [(RAVI, "/sessions")],
    "/sign-in": [("", "/sign-in")],
    "/stopped/{key}": [(RAVI, "/stopped/{case}")],
    "/waiting": [(LENA, "/waiting")],
}
# They answer a script, lead on, or send a file.
NO_PAGES = ("/live", "/next", "/export", "/done")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "rtl": {"viewport": {"width": 1280, "height": 800}, "locale": "ar"},
}
DIRECTIONS = {"light": "ltr", "dark": "ltr", "rtl": "rtl"}


@pytest.fixture(scope="module")
def keys(served_site: Site) -> dict[str, str]:
    return reach_states(served_site)


def test_every_page_is_visited(site: Site) -> None:
    pages = set()
    for route in site.application().routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        if not route.path.endswith(NO_PAGES):
            pages.add(route.path)
    assert pages == set(VISITS)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_on_any_page(
    chromium: Any,
    served_site: Site,
    keys: dict[str, str],
    look: str,
) -> None:
    found = []
    for route, visits in VISITS.items():
        for number, (user, path) in enumerate(visits):
            page = _open(chromium, served_site, user, look, path.format(**keys))
            assert page.evaluate("document.dir") == DIRECTIONS[look]
            violations = Axe().run(page).response["violations"]
            found += [f"{path} as {user}: {_describe(each)}" for each in violations]
            width = LOOKS[look]["viewport"]["width"]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} as {user}: wider than the window")
            picture(page, f"axe-{look}-{route.strip('/').replace('/', '-')}-{number}")
            page.context.close()
    assert found == []


def _open(browser: Any, site: Site, user: str, look: str, path: str) -> Any:
    if user:
        context = signed_in(browser, site, user, **LOOKS[look])
    else:
        context = browser.new_context(base_url=site.services.public_url, **LOOKS[look])
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    return page


def _describe(violation: dict[str, Any]) -> str:
    nodes = [node["html"][:120] for node in violation["nodes"][:3]]
    return f"{violation['id']} {nodes}"
