"""What `help-clip check` says of the access log."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.cli.checks.log import log_lines
from bot.cli.demo.demo import demo_settings
from bot.config.settings import Settings
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.anchors import publish
from storage.blobs import open_blobs
from storage.tables import checkpoints, tiles
from tests.product import Product
from tests.storage.audit.logs import KEYS
from tests.storage.audit.proofs.witness_server import SIGNER


@pytest.fixture
def settings(product: Product, tmp_path: Path) -> Settings:
    """The log of `house` is signed and anchored."""
    product.ask()
    found = demo_settings(
        tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:1"
    ).model_copy(update={"audit_signing_key": SecretStr(KEYS.signers[0].export())})
    sequence_all(product.services.store, KEYS, product.clock)
    anchors = open_blobs(str(found.audit_anchors))
    publish(product.services.store, KEYS, anchors, product.now)
    return found


def problems(product: Product, settings: Settings) -> str:
    lines = list(log_lines(settings, product.services, product.now))
    assert lines
    return "; ".join(line.problem for line in lines if line.problem)


def test_a_signed_and_anchored_log_is_well(
    product: Product, settings: Settings
) -> None:
    assert problems(product, settings) == ""
    whats = [
        line.subject for line in log_lines(settings, product.services, product.now)
    ]
    assert whats[0] == "Access log: 1 events signed"
    assert whats[-1] == "Access log: 1 waiting to be signed"  # that it was published


def test_a_log_that_is_not_signed_says_how_to_make_a_key(
    product: Product, settings: Settings
) -> None:
    without = settings.model_copy(update={"audit_signing_key": None})
    assert "help-clip audit key" in problems(product, without)


def test_checkpoints_that_are_kept_nowhere_else_are_said(
    product: Product, settings: Settings
) -> None:
    without = settings.model_copy(update={"audit_anchors": None})
    assert problems(product, without) == ""  # the auditors' channel keeps them
    desks = replace(product.services.desks, audit_channel_id=None)
    product.services = replace(product.services, desks=desks)
    assert "AUDIT_ANCHORS" in problems(product, without)


def test_events_that_wait_for_long_are_said(
    product: Product, settings: Settings
) -> None:
    product.pass_time(minutes=2)
    assert "wait to be signed, the oldest since 2026-03-02 09:00" in problems(
        product, settings
    )


def test_a_log_that_was_changed_or_rolled_back_is_said(
    product: Product, settings: Settings
) -> None:
    with product.services.store.begin() as tx:
        tx.connection.execute(update(tiles).values(hashes=b"x" * 32))
    assert "not the one last signed" in problems(product, settings)


def test_anchors_that_cannot_be_read_are_said(
    product: Product, settings: Settings
) -> None:
    anchors = open_blobs(str(settings.audit_anchors))
    anchors.put("checkpoints/999", b"nonsense")
    assert problems(product, settings) != ""


def test_a_witness_is_said_with_what_it_vouches_for(
    product: Product, settings: Settings
) -> None:
    witnessed = settings.model_copy(
        update={"audit_witnesses": f"{SIGNER.verifier} https://witness.example"}
    )
    assert "has cosigned nothing yet" in problems(product, witnessed)
    broken = settings.model_copy(update={"audit_witnesses": "https://witness.example"})
    assert "AUDIT_WITNESSES: " in problems(product, broken)
    with product.services.store.begin() as tx:
        note = tx.connection.execute(select(checkpoints.c.note)).scalar_one()
        text = note.split("\n\n")[0] + "\n"
        tx.connection.execute(
            update(checkpoints).values(note=note + SIGNER.line(text, time=5))
        )
    assert problems(product, witnessed) == ""
