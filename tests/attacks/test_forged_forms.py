"""Forms that another site, or another person's page, sends with a person's cookie."""

from collections.abc import Iterator

import pytest
from starlette.routing import Route

from tests.pages.site import LENA, ORIGIN, SAFETY, Site, new_site

FORGED = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    built = new_site(tmp_path_factory.mktemp("site"))
    yield built
    built.services.store.close()


def form_paths(site: Site) -> list[str]:
    """Return the address of every form of a signed-in person."""
    paths = []
    for route in site.application().routes:
        if not isinstance(route, Route) or "POST" not in (route.methods or ()):
            continue
        if not route.path.startswith("/sign-in"):
            paths.append(route.path.replace("{key}", "x").replace("{what}", "clip"))
    return paths


def test_no_form_is_taken_from_another_site(house: Site) -> None:
    visitor = house.visitor(SAFETY)
    paths = form_paths(house)
    assert len(paths) > 40
    for path in paths:
        for headers in FORGED:
            sent = visitor.client.post(
                path,
                data={"csrf": visitor.csrf},
                headers=headers,
            )
            assert sent.status_code == 403, (path, headers)


def test_no_form_is_taken_with_the_token_of_another_session(house: Site) -> None:
    visitor = house.visitor(SAFETY)
    tokens = (house.visitor(LENA).csrf, house.visitor(SAFETY).csrf, "", "x")
    for path in form_paths(house):
        for token in tokens:
            sent = visitor.client.post(
                path,
                data={"csrf": token},
                headers={"Origin": ORIGIN},
            )
            assert sent.status_code == 403, (path, token)
