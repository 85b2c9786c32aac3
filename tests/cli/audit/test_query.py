"""`help-clip audit` as somebody at a shell uses it."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.errors import HelpClipError
from storage.audit.verify import main as verify_offline
from storage.errors import StorageError
from storage.records import Action, Origin
from tests.cli.installation import install
from tests.product import RAVI, Product
from tests.storage.audit.logs import KEYS
from tests.storage.audit.proofs.witness_server import SIGNER, running_witness

RUNNER = CliRunner()


@pytest.fixture
def told(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A little history, and settings that name its database."""
    request = product.open()
    product.answer(RAVI, request, "lamp")
    monkeypatch.delenv("AUDIT_ANCHORS", raising=False)
    install(
        product,
        tmp_path,
        monkeypatch,
        AUDIT_SIGNING_KEY=KEYS.signers[0].export(),
    )
    return product


def audit(*words: str) -> Result:
    shown = RUNNER.invoke(app, ["audit", *words])
    assert shown.exception is None or isinstance(shown.exception, SystemExit), (
        shown.exception
    )
    return shown


def refused(*words: str) -> str:
    shown = RUNNER.invoke(app, ["audit", *words])
    assert isinstance(shown.exception, HelpClipError | StorageError), shown.output
    return str(shown.exception)


def test_a_question_is_answered_under_its_own_event(told: Product) -> None:
    shown = audit("query", "--request", "HC-1001")
    assert "This question is event" in shown.stdout
    assert "snippet.heard" in shown.stdout
    assert told.last_event().action is Action.LOG_QUERIED
    assert told.last_event().origin is Origin.CLI


def test_json_lines_and_csv_hold_every_event(told: Product) -> None:
    found = [json.loads(line) for line in audit("query", "--json").stdout.splitlines()]
    assert found[0]["action"] == "log.exported"
    assert len(found) == len(told.events())
    assert audit("query", "--csv").stdout.startswith("id,at,action")
    assert (
        json.loads(audit("query", "--ocsf").stdout.splitlines()[0])["class_uid"] == 6006
    )


@pytest.mark.usefixtures("told")
def test_a_question_about_a_person_needs_a_reason() -> None:
    assert "Add the reason" in refused("query", "--person", RAVI)
    assert RAVI in audit("query", "--person", RAVI, "--reason", "case 3").stdout


@pytest.mark.usefixtures("told")
def test_a_wrong_filter_is_one_clear_line() -> None:
    assert "Write a day as" in refused("query", "--since", "yesterday")
    assert "no such action" in refused("query", "--action", "snippet.eaten")


def test_sign_anchor_verify_export_and_prove(told: Product, tmp_path: Path) -> None:
    note = audit("checkpoint", "--anchors", "anchors").stdout
    assert note.startswith(f"{KEYS.origin}\n")
    assert "Genuine" in audit("verify", "--anchors", "anchors").stdout
    assert "No anchor was compared" in audit("verify").stdout
    audit("checkpoint")
    assert audit("export", "-o", "log.bundle").exit_code == 0
    key = str(KEYS.verifiers[0])
    assert verify_offline([str(tmp_path / "log.bundle"), "--key", key]) == 0
    assert audit("receipt", "2", "-o", "two.tlog-proof").exit_code == 0
    assert verify_offline([str(tmp_path / "two.tlog-proof"), "--key", key]) == 0
    with told.services.store.begin() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE events SET outcome = 'denied' WHERE id = 2"
        )
    shown = audit("verify")
    assert shown.exit_code == 1
    assert "NOT GENUINE: altered: Entry 1" in shown.stdout


@pytest.mark.usefixtures("told")
def test_the_anchors_are_those_of_the_settings(tmp_path: Path) -> None:
    with (tmp_path / ".env").open("a") as settings:
        settings.write("\nAUDIT_ANCHORS=kept-apart\n")
    audit("checkpoint")
    assert list((tmp_path / "kept-apart").iterdir())
    shown = audit("verify").stdout
    assert "1 kept elsewhere" in shown
    assert "No anchor was compared" not in shown


def test_a_witness_cosigns_what_is_signed_by_hand(
    told: Product, tmp_path: Path
) -> None:
    with running_witness(KEYS.verifiers[0]) as witness:
        with (tmp_path / ".env").open("a", encoding="utf-8") as env:
            env.write(f'\nAUDIT_WITNESSES="{SIGNER.verifier} {witness.url}"\n')
        note = audit("checkpoint").stdout
        assert f"— {SIGNER.name} " in note
        assert f"by {SIGNER.name}." in audit("verify").stdout
        witness.instead = (422, "")
        told.ask(span="1.0-1.3")
        assert f"— {SIGNER.name} " not in audit("checkpoint").stdout
    published = [e for e in told.events() if e.action is Action.CHECKPOINT_PUBLISHED]
    assert len(published) == 1  # the second left the database nowhere


def test_a_kept_checkpoint_is_compared_with_the_log(
    told: Product, tmp_path: Path
) -> None:
    message = f"The access log has 3 entries:\n```\n{audit('checkpoint').stdout}```"
    (tmp_path / "kept.txt").write_text(message, "utf-8")
    told.ask(span="1.0-1.3")
    audit("checkpoint")
    assert (
        "is consistent: the log continues it"
        in audit("verify", "--checkpoint", "kept.txt").stdout
    )
    shown = RUNNER.invoke(app, ["audit", "verify", "--checkpoint", "-"], input=message)
    assert "is consistent" in shown.stdout
    with told.services.store.begin() as tx:  # an old copy is put back, and signed on
        for table in ("log_entries", "log_tiles", "log_checkpoints"):
            tx.connection.exec_driver_sql(f"DELETE FROM {table}")
        tx.connection.exec_driver_sql("DELETE FROM events WHERE id > 2")
    audit("checkpoint")
    shown = audit("verify", "--checkpoint", "kept.txt")
    assert shown.exit_code == 1
    assert "NOT GENUINE: rolled back" in shown.stdout
    for n in range(1, 9):
        told.ask(span=f"2.{n}-2.{n + 1}", clip="en-us-0001")
    audit("checkpoint")
    shown = audit("verify", "--checkpoint", "kept.txt")
    assert shown.exit_code == 1
    assert "NOT GENUINE: forked" in shown.stdout


@pytest.mark.usefixtures("told")
def test_a_checkpoint_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("see you at lunch", "utf-8")
    assert "no checkpoint in this text" in refused("verify", "--checkpoint", "kept.txt")
    assert "no readable file" in refused("verify", "--checkpoint", "lost.txt")


def test_an_export_that_fails_leaves_no_file(told: Product, tmp_path: Path) -> None:
    assert "not signed yet" in refused("export", "-o", "log.bundle")
    assert not list(tmp_path.glob("log.bundle*"))
    assert told.last_event().action is Action.LOG_EXPORTED


def test_without_a_key_one_line_says_how_to_make_one(
    told: Product, tmp_path: Path
) -> None:
    text = (tmp_path / ".env").read_text("utf-8")
    (tmp_path / ".env").write_text(
        text.replace("AUDIT_SIGNING_KEY", "NOTHING"), "utf-8"
    )
    assert "help-clip audit key" in refused("verify")
    shown = audit("key", "example.com/log")
    assert shown.stdout.startswith("AUDIT_SIGNING_KEY=PRIVATE+KEY+example.com/log+")
    assert "no spaces" in refused("key", "a b")
    assert told.events()


@pytest.mark.usefixtures("told")
def test_pruning_takes_whole_past_months_only() -> None:
    assert "whole months" in refused("prune", "2026-01-15")
    assert "Removed 0 entries" in audit("prune", "2026-01-01").stdout


def test_a_pack_is_verified_offline_and_an_altered_byte_is_named(
    told: Product,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    period = ("--from", "2020-01-01", "--to", "2100-01-01")
    assert "not signed yet" in refused("pack", *period, "-o", "pack.zip")
    assert not list(tmp_path.glob("pack.zip*"))
    audit("checkpoint")
    made = audit("pack", *period, "-o", "pack.zip")
    assert told.last_event().action is Action.PACK_MADE
    key = str(KEYS.verifiers[0])
    assert key in made.stdout
    capsys.readouterr()
    assert verify_offline(["pack.zip", "--key", key]) == 0
    assert "Genuine pack" in capsys.readouterr().out
    signed = audit("sign-off", "pack.zip")
    digest = sha256((tmp_path / "pack.zip").read_bytes()).hexdigest()
    assert digest in made.stdout
    assert digest in signed.stdout
    assert told.last_event().digest == digest
    with zipfile.ZipFile("pack.zip") as pack:
        place = pack.getinfo("tables/denials.csv").header_offset
    altered = bytearray((tmp_path / "pack.zip").read_bytes())
    altered[place + 30 + len("tables/denials.csv") + 20 + 8] ^= 1
    (tmp_path / "pack.zip").write_bytes(altered)
    assert verify_offline(["pack.zip", "--key", key]) == 1
    assert "Line 1 of tables/denials.csv was altered" in capsys.readouterr().out
    assert "tables/denials.csv" in refused("sign-off", "pack.zip")
    assert told.last_event().action is Action.PACK_SIGNED
    assert "no readable file" in refused("sign-off", "lost.zip")
