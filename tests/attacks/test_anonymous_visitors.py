"""Anonymous visitors store little, and nothing in the access log without limit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.usecases.people.sessions import MAX_SIGN_INS, SIGN_IN_LASTS, begin_sign_in
from storage.records import Action, Outcome
from storage.tables import sign_ins
from tests.pages.site import Site, new_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    yield built
    built.services.store.close()


def count_sign_ins(site: Site) -> int:
    with site.services.store.read() as tx:
        query = select(func.count()).select_from(sign_ins)
        return tx.connection.execute(query).scalar_one()


def test_forged_sign_ins_are_one_event_a_minute(site: Site) -> None:
    visitor = site.visitor()
    for number in range(50):
        answer = visitor.get(f"/sign-in/done?state=x{number}&code=y")
        assert answer.status_code == 403
    denied = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert [event.rule for event in denied] == ["bad_state"]
    site.clock.pass_time(seconds=61)
    visitor.get("/sign-in/done?state=x&code=y")
    assert len(site.events(Action.SESSION_STARTED, Outcome.DENIED)) == 2


def test_sign_ins_under_way_are_limited_and_expire(site: Site) -> None:
    now = site.clock.now
    with site.services.store.begin() as tx:
        rows = [
            {
                "state_hash": f"{number:064}",
                "nonce": "n",
                "return_to": "/",
                "expires_at": now + SIGN_IN_LASTS / 2,
            }
            for number in range(MAX_SIGN_INS + 40)
        ]
        tx.connection.execute(sign_ins.insert(), rows)
    begin_sign_in(site.services, return_to="/", now=now)
    assert count_sign_ins(site) == MAX_SIGN_INS
    begin_sign_in(site.services, return_to="/", now=now + SIGN_IN_LASTS)
    assert count_sign_ins(site) == 1


def test_a_long_return_address_is_not_stored(site: Site) -> None:
    site.visitor().post("/sign-in", to="/" + "x" * 5_000)
    with site.services.store.read() as tx:
        stored = tx.connection.execute(select(sign_ins.c.return_to)).scalars().all()
    assert stored == ["/"]


@pytest.mark.parametrize("path", ["/rule/", "/audit/", "/static", "/ask/"])
def test_no_redirect_follows_the_host_of_the_request(site: Site, path: str) -> None:
    answer = site.visitor().get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("location", "")
    assert answer.status_code == 404
