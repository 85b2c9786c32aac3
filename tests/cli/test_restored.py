"""A restored database at a shell: serve refuses it until the restore is on record."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.config.settings import read_settings
from bot.errors import Invalid
from bot.starting import refuse_unrecorded_restore
from storage.audit.proofs.anchors import is_rolled_back
from storage.blobs import Blobs
from storage.records import Action, Origin, Request
from tests.cli.installation import install
from tests.product import Product
from tests.storage.audit.logs import KEYS
from tests.usecases.audit.test_restored import anchors, lost  # noqa: F401

RUNNER = CliRunner()


@pytest.fixture
def restored(
    product: Product,
    lost: list[Request],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Request]:
    """Return the lost requests; the settings name the restored database."""
    install(
        product,
        tmp_path,
        monkeypatch,
        AUDIT_SIGNING_KEY=KEYS.signers[0].export(),
        AUDIT_ANCHORS=str(tmp_path / "anchors"),
    )
    return lost


@pytest.mark.usefixtures("restored")
def test_serve_refuses_a_restored_database_and_names_the_command() -> None:
    with pytest.raises(Invalid, match="help-clip db restored"):
        refuse_unrecorded_restore(read_settings())


def test_the_restore_is_recorded_once_and_then_serve_starts(
    product: Product,
    restored: list[Request],
    anchors: Blobs,  # noqa: F811
) -> None:
    shown = RUNNER.invoke(
        app,
        ["db", "restored", "--reason", "the disk failed"],
        catch_exceptions=False,
    )
    assert shown.exit_code == 0
    assert "the disk failed" not in shown.output
    refuse_unrecorded_restore(read_settings())
    with product.services.store.read() as tx:
        assert not is_rolled_back(tx, anchors)
    event = product.last_event()
    assert (event.action, event.origin) == (Action.DATABASE_RESTORED, Origin.CLI)
    assert restored[0].name not in shown.output


@pytest.mark.usefixtures("restored")
def test_a_restore_without_a_reason_is_refused() -> None:
    shown = RUNNER.invoke(app, ["db", "restored"])
    assert shown.exit_code == 2
