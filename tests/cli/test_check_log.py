"""What `help-clip check` says of the access log."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.cli.check_log import log_lines
from bot.cli.demo import demo_settings
from bot.settings import Settings
from storage.audit.anchors import publish
from storage.audit.sequencer import sequence_all
from storage.audit.tables import checkpoints, tiles
from storage.blobs import open_blobs
from tests.house import House
from tests.storage.audit.logs import KEYS
from tests.storage.audit.witness_server import SIGNER


@pytest.fixture
def settings(house: House, tmp_path: Path) -> Settings:
    """The log of `house` is signed and anchored."""
    house.ask()
    found = demo_settings(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:1").model_copy(
        update={"audit_signing_key": SecretStr(KEYS.signers[0].export())}
    )
    sequence_all(house.services.store, KEYS, house.clock)
    anchors = open_blobs(str(found.audit_anchors))
    publish(house.services.store, KEYS, anchors, house.now)
    return found


def problems(house: House, settings: Settings) -> str:
    lines = list(log_lines(settings, house.services, house.now))
    assert lines
    return "; ".join(line.problem for line in lines if line.problem)


def test_a_signed_and_anchored_log_is_well(house: House, settings: Settings) -> None:
    assert problems(house, settings) == ""
    whats = [line.what for line in log_lines(settings, house.services, house.now)]
    assert whats[0] == "Access log: 1 events signed"
    assert whats[-1] == "Access log: 1 waiting to be signed"  # that it was published


def test_a_log_that_is_not_signed_says_how_to_make_a_key(house: House, settings: Settings) -> None:
    without = settings.model_copy(update={"audit_signing_key": None})
    assert "help-clip audit key" in problems(house, without)


def test_checkpoints_that_are_kept_nowhere_else_are_said(house: House, settings: Settings) -> None:
    without = settings.model_copy(update={"audit_anchors": None})
    assert problems(house, without) == ""  # the auditors' channel keeps them
    desks = replace(house.services.desks, audit_channel_id=None)
    house.services = replace(house.services, desks=desks)
    assert "AUDIT_ANCHORS" in problems(house, without)


def test_events_that_wait_for_long_are_said(house: House, settings: Settings) -> None:
    house.pass_time(minutes=2)
    assert "wait to be signed, the oldest since 2026-03-02 09:00" in problems(house, settings)


def test_a_log_that_was_changed_or_rolled_back_is_said(house: House, settings: Settings) -> None:
    with house.services.store.begin() as tx:
        tx.connection.execute(update(tiles).values(hashes=b"x" * 32))
    assert "not the one last signed" in problems(house, settings)


def test_anchors_that_cannot_be_read_are_said(house: House, settings: Settings) -> None:
    anchors = open_blobs(str(settings.audit_anchors))
    anchors.put("checkpoints/999", b"nonsense")
    assert problems(house, settings) != ""


def test_a_witness_is_said_with_what_it_vouches_for(house: House, settings: Settings) -> None:
    witnessed = settings.model_copy(
        update={"audit_witnesses": f"{SIGNER.verifier} https://witness.example"}
    )
    assert "has cosigned nothing yet" in problems(house, witnessed)
    broken = settings.model_copy(update={"audit_witnesses": "https://witness.example"})
    assert "AUDIT_WITNESSES: " in problems(house, broken)
    with house.services.store.begin() as tx:
        note = tx.connection.execute(select(checkpoints.c.note)).scalar_one()
        text = note.split("\n\n")[0] + "\n"
        tx.connection.execute(update(checkpoints).values(note=note + SIGNER.line(text, time=5)))
    assert problems(house, witnessed) == ""
