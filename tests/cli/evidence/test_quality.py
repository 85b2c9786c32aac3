"""`help-clip quality` as a person at a shell uses it."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import Invalid
from storage.records import Action, Origin
from tests.cli.installation import install
from tests.product import JONAS, RAVI, Product

RUNNER = CliRunner()


@pytest.fixture
def settled(
    product: Product,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Product:
    """A settled word of this minute, and settings that name its database."""
    request = product.open()
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    product.pass_time(minutes=1)
    monkeypatch.setattr("bot.cli.program.utc_now", product.clock)
    install(product, tmp_path, monkeypatch)
    return product


def run(*words: str) -> str:
    shown = RUNNER.invoke(app, ["quality", *words], catch_exceptions=False)
    assert shown.exit_code == 0
    return shown.output


def test_the_figures_are_printed_and_the_reading_is_on_record(
    settled: Product,
) -> None:
    shown = run()
    assert "Agreement needs fifty questions" in shown
    event = settled.last_event()
    assert (event.action, event.origin) == (Action.QUALITY_VIEWED, Origin.CLI)


def test_figures_are_printed_as_csv(settled: Product) -> None:
    names, line = list(csv.reader(io.StringIO(run("--csv", "--by", "language"))))
    assert (names[1], line[1]) == ("asked", "1")
    assert settled.last_event().action is Action.QUALITY_VIEWED


def test_agreement_is_printed_as_json(settled: Product) -> None:
    found = json.loads(run("--json"))
    assert found == {"questions": 1, "people": 2, "alpha": None, "too_few": "requests"}
    assert settled.last_event().action is Action.QUALITY_VIEWED


@pytest.mark.parametrize("words", [("--weeks", "5"), ("--desk", "no-such-desk")])
def test_an_unknown_period_or_desk_is_named(
    settled: Product, words: tuple[str, str]
) -> None:
    before = len(settled.events())
    shown = RUNNER.invoke(app, ["quality", *words])
    assert isinstance(shown.exception, Invalid)
    assert len(settled.events()) == before
