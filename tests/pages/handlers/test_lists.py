"""The whole lists as pages: filters in the address, pages, true totals."""

from dataclasses import replace

import pytest

from storage.records import Request, RequestState
from tests.pages.site import LENA, RAVI, ROSA, Site


def add_requests(site: Site, state: RequestState, count: int) -> list[Request]:
    """Store copies of one asked request in a state."""
    template = site.asked()
    added = []
    with site.services.store.begin() as tx:
        for number in range(count):
            request = tx.requests.add(
                key=f"many-{state}-{number}",
                desk=template.desk,
                locale=template.locale,
                clip_id=f"clip-{number}",
                span=template.span,
                asker=template.asker,
                difficulties=(),
                guess=None,
                quorum=2,
                asked_at=site.clock(),
                expires_at=template.expires_at,
            )
            tx.requests.save(replace(request, state=state))
            added.append(request)
    return added


def test_the_queue_of_120_disputes_has_three_pages_and_the_true_count(
    site: Site,
) -> None:
    disputed = add_requests(site, RequestState.DISPUTED, 120)
    lena = site.visitor(LENA)
    first = lena.get("/rule").text
    assert "120 requests need a ruling" in first
    assert disputed[49].name in first
    assert disputed[50].name not in first
    last = lena.get(f"/rule?after={disputed[99].id}").text
    assert "120 requests need a ruling" in last
    assert disputed[100].name in last
    assert 'rel="next"' not in last
    assert "First page" in last


@pytest.mark.parametrize(
    ("path", "user_id", "state"),
    [
        ("/rule", LENA, RequestState.DISPUTED),
        ("/answer", RAVI, RequestState.OPEN),
        ("/asked", ROSA, RequestState.EXPIRED),
    ],
)
def test_my_page_links_each_list_that_it_does_not_show_whole(
    site: Site,
    path: str,
    user_id: str,
    state: RequestState,
) -> None:
    visitor = site.visitor(user_id)
    assert f'<a href="{path}">All' not in visitor.get("/").text
    added = add_requests(site, state, 60)
    assert f'<a href="{path}">All 6' in visitor.get("/").text
    shown = visitor.get(path).text
    assert added[30].name in shown
    assert 'rel="next"' in shown


def test_closed_requests_are_found_again(site: Site) -> None:
    [closed] = add_requests(site, RequestState.EXPIRED, 1)
    rosa = site.visitor(ROSA)
    assert closed.name in rosa.get("/asked?part=closed").text
    assert closed.name not in rosa.get("/asked?part=live").text


@pytest.mark.parametrize(
    "query",
    [
        "desk=no-such-desk",
        "hours=13",
        "hours=-1",
        "after=" + "9" * 400,
        "after=0x10",
        "part=everything",
    ],
)
def test_a_malformed_filter_narrows_nothing(site: Site, query: str) -> None:
    [disputed] = add_requests(site, RequestState.DISPUTED, 1)
    answer = site.visitor(LENA).get(f"/rule?{query}")
    assert answer.status_code == 200
    assert disputed.name in answer.text


def test_a_filter_keeps_its_choice_and_explains_an_empty_list(site: Site) -> None:
    add_requests(site, RequestState.DISPUTED, 1)
    page = site.visitor(LENA).get("/rule?hours=72&own=hidden").text
    assert '<option value="72" selected>' in page
    assert "No request fits this choice." in page
