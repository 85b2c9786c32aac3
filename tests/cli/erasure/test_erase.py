"""`help-clip erase`, `withdraw-consent`, `hold` and `purge`."""

import re
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.erasure import consent, erase, hold, purge
from bot.errors import HelpClipError, Invalid, NotFound
from bot.usecases.context import Act
from bot.usecases.requests import withdraw
from storage.records import Action, Origin, Person, RequestState, Session
from tests.product import CLIP, RAVI, ROSA, TEAM, Product

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def shell(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on the product of the test."""

    @contextmanager
    def opened():  # type: ignore[no-untyped-def]
        yield product.services, Act(person=None, origin=Origin.CLI, now=product.now)

    for module in (consent, erase, hold, purge):
        monkeypatch.setattr(module, "open_program", opened)


def run(*words: str) -> Result:
    return RUNNER.invoke(app, words)


def failed(error: type[HelpClipError], *words: str) -> str:
    shown = run(*words)
    assert isinstance(shown.exception, error), shown.output
    return str(shown.exception)


def test_a_clip_is_erased_and_the_receipts_are_shown(product: Product) -> None:
    request = product.open(ROSA)
    shown = run("erase", "--request", request.name, "--reason", "letter 7")
    assert shown.exit_code == 0, shown.output
    assert len(re.findall("done 2026-03-02", shown.output)) == 5
    assert "stays provable" in shown.output
    assert product.request(request).state is RequestState.ERASED
    assert product.last_event().action is Action.CLIP_ERASED
    assert run("erase", "--status").output.count("E-1") == 5


def test_a_held_clip_says_until_when_and_the_exit_status_says_it_is_open(
    product: Product,
) -> None:
    product.open(ROSA)
    placed = run("hold", "--clip", CLIP, "--days", "90", "--reason", "case")
    assert "stands until 2026-05-31" in placed.output
    shown = run("erase", "--clip", CLIP, "--reason", "letter 7")
    assert shown.exit_code == 2
    assert shown.output.count("held until 2026-05-31") == 4
    assert "en-us-0001" in run("hold").output
    assert "ended" in run("hold", "--release", "1", "--reason", "done").output
    shown = run("erase", "--retry")
    assert shown.exit_code == 0, shown.output


def test_an_overdue_place_is_said_with_its_reason(product: Product) -> None:
    product.open(ROSA)
    blobs = product.services.blobs
    folder = blobs._folder  # type: ignore[attr-defined]
    for path in folder.iterdir():
        path.unlink()
        path.mkdir()
    shown = run("erase", "--clip", CLIP, "--reason", "letter 7")
    assert shown.exit_code == 2
    assert "due 2026-03-02 10:00 (storageerror)" in shown.output
    product.pass_time(hours=2)
    assert "overdue since 2026-03-02 10:00" in run("erase", "--status").output


def test_a_person_is_found_by_their_slack_id(product: Product) -> None:
    with product.services.store.begin() as tx:
        tx.sessions.add(
            Session(
                token_hash="h",
                person=Person(team_id=TEAM, user_id=RAVI),
                browser="b",
                csrf="c",
                started_at=product.now,
                authenticated_at=product.now,
                expires_at=product.now.replace(year=2030),
                used_at=product.now,
            )
        )
    assert run("erase", "--person", RAVI, "--reason", "left").exit_code == 0
    with product.services.store.read() as tx:
        assert tx.sessions.by_token("h", product.now) is None
    assert product.last_event().action is Action.PERSON_ERASED
    assert "Nothing is kept" in failed(
        NotFound, "erase", "--person", "U0NOBODY", "--reason", "x"
    )


def test_what_to_erase_is_said_once_and_with_a_reason() -> None:
    failed(Invalid, "erase")
    failed(Invalid, "erase", "--clip", CLIP, "--speaker", "spk", "--reason", "x")
    failed(Invalid, "erase", "--clip", CLIP)
    failed(Invalid, "erase", "--clip", "../x", "--reason", "x")
    failed(Invalid, "erase", "--speaker", "Ann Smith", "--reason", "x")
    failed(NotFound, "erase", "--request", "HC-9999", "--reason", "x")
    failed(Invalid, "withdraw-consent")
    failed(Invalid, "hold", "--reason", "x")


def test_consent_is_withdrawn_for_a_speaker(product: Product) -> None:
    request = product.open(ROSA)
    speaker = product.services.clips.clip(CLIP).speaker
    assert speaker is not None
    shown = run("withdraw-consent", "--speaker", speaker)
    assert "Closed for good: 1 clip." in shown.output
    assert product.request(request).state is RequestState.CONSENT_WITHDRAWN


def test_purging_says_what_went_and_is_done_when_nothing_is_due(
    product: Product,
) -> None:
    request = product.open(ROSA)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    assert "Deleted: 0 snippets, 0 keys" in run("purge").output
    product.pass_time(days=31)
    assert (
        "Deleted: 1 snippets, 1 keys, the answers of 1 requests" in run("purge").output
    )
