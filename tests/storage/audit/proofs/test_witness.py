"""Witnesses cosign what continues what they saw; what they refuse is said and holds
nothing up.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from storage.audit.checks.database import check
from storage.audit.keeper import Keeper
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs import checkpoint
from storage.audit.proofs.anchors import publish
from storage.audit.proofs.bundle import verify_bundle
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import write_bundle
from storage.audit.proofs.note import BadNote, Signer
from storage.audit.proofs.witness import MAX_ANSWER, Witness, Witnesses, read_witnesses
from storage.audit.verify import main as verify_offline
from storage.store import Store
from storage.tables import checkpoints, entries, events, tiles, unsequenced
from tests.storage.audit.logs import KEYS, write
from tests.storage.audit.proofs.witness_server import (
    SIGNER,
    STRANGER,
    TestWitness,
    running_witness,
)
from tests.storage.builders import NOW

BOTH = Keys(KEYS.signers, witnesses=(SIGNER.verifier,))
NAME = SIGNER.name


@pytest.fixture
def witness() -> Iterator[TestWitness]:
    with running_witness(KEYS.verifiers[0]) as running:
        yield running


def publish_more(
    store: Store, witnesses: Witnesses, count: int, first: int = 0
) -> str | None:
    """Grow the log, publish it, and return the note that went out."""
    write(store, count, first)
    sequence_all(store, BOTH, lambda: NOW)
    if publish(store, BOTH, None, NOW, None, witnesses, at_once=True) is None:
        return None
    with store.read() as tx:
        query = select(checkpoints.c.note).where(
            checkpoints.c.published_at.is_not(None)
        )
        return (
            tx.connection.execute(query.order_by(checkpoints.c.size.desc()))
            .scalars()
            .first()
        )


def find_cosigners(note: str | None) -> list[tuple[str, int]]:
    found = checkpoint.find_cosigners([note or ""], BOTH.verifiers)
    return [(key.name, size) for key, size in found]


def test_a_witness_follows_the_log_as_it_grows(
    store: Store, witness: TestWitness
) -> None:
    witnesses = Witnesses([witness.witness])
    assert find_cosigners(publish_more(store, witnesses, 300)) == [(NAME, 300)]
    assert find_cosigners(publish_more(store, witnesses, 500, 300)) == [(NAME, 801)]
    assert [body.split("\n")[0] for body in witness.sent] == ["old 0", "old 300"]
    assert witnesses.trouble == {}


def test_a_restarted_process_asks_which_size_the_witness_knows(
    store: Store, witness: TestWitness
) -> None:
    publish_more(store, Witnesses([witness.witness]), 7)
    assert find_cosigners(publish_more(store, Witnesses([witness.witness]), 7, 7)) == [
        (NAME, 15)
    ]
    assert [body.split("\n")[0] for body in witness.sent] == ["old 0", "old 0", "old 7"]


def test_what_is_cosigned_is_verified_reported_and_exported(
    store: Store,
    witness: TestWitness,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish_more(store, Witnesses([witness.witness]), 9)
    sequence_all(store, BOTH, lambda: NOW)
    expected = ((SIGNER.verifier, 9),)
    assert check(store, BOTH.verifiers).cosigned == expected
    with store.read() as tx:
        bundle = b"".join(write_bundle(tx.log, BOTH.verifiers))
        without = b"".join(write_bundle(tx.log, KEYS.verifiers))
    assert verify_bundle(io.BytesIO(bundle), KEYS.verifiers).cosigned == expected
    assert verify_bundle(io.BytesIO(without), KEYS.verifiers).cosigned == ()
    path = tmp_path / "log.bundle"
    path.write_bytes(bundle)
    assert verify_offline([str(path), "--key", str(KEYS.verifiers[0])]) == 0
    said = capsys.readouterr().out
    assert f"Cosigned up to entry 8 by {NAME}; its key came with the bundle" in said
    keys = [option for key in BOTH.verifiers for option in ("--key", str(key))]
    assert verify_offline([str(path), *keys]) == 0
    assert f"by {NAME}.\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        ((404, ""), "does not know this log"),
        ((403, ""), "does not know the log's key"),
        ((422, ""), "the log was forked"),
        ((409, "9\n"), "the log was forked"),
        ((409, "10000\n"), "cosigned 10000 entries already, but this checkpoint has 9"),
        ((409, "ten\n"), "the log was forked"),
        ((500, "oh"), "it answered 500"),
        ((301, ""), "it answered 301"),
        ((200, ""), "no cosignature by its key"),
        ((200, "\n\n\n"), "no cosignature by its key"),
        ((200, "hello\n"), "no cosignature by its key"),
        ((200, STRANGER.line("x\n", time=5)), "no cosignature by its key"),
        ((200, SIGNER.line("another text\n", time=5)), "no cosignature by its key"),
        ((200, "— " * MAX_ANSWER), "does not end"),
    ],
)
def test_a_witness_that_does_not_cosign_is_said_and_holds_nothing_up(
    store: Store, witness: TestWitness, instead: tuple[int, str], sentence: str
) -> None:
    witness.instead = instead
    witnesses = Witnesses([witness.witness])
    write(store, 9)
    keeper = Keeper(store, BOTH, lambda: NOW, None, lambda *_: None, witnesses)
    assert keeper.step() == 9
    assert keeper.trouble is None
    assert sentence in witnesses.trouble[NAME]
    assert check(store, BOTH.verifiers).cosigned == ()
    witness.instead = None
    assert find_cosigners(publish_more(store, witnesses, 1, 9)) == [(NAME, 11)]
    assert witnesses.trouble == {}


def test_what_nobody_outside_has_is_not_called_published(store: Store) -> None:
    nobody = Witnesses([Witness(SIGNER.verifier, "http://127.0.0.1:9")])
    assert publish_more(store, nobody, 3) is None
    assert nobody.trouble == {NAME: "ConnectError"}


def test_a_witness_sees_a_log_that_was_rolled_back_or_forked(
    store: Store, witness: TestWitness
) -> None:
    publish_more(store, Witnesses([witness.witness]), 9)
    with store.begin() as tx:
        for table in (entries, tiles, checkpoints, unsequenced, events):
            tx.connection.execute(delete(table))
    witnesses = Witnesses([witness.witness])
    assert publish_more(store, witnesses, 5, 20) is None
    assert "the log was rolled back" in witnesses.trouble[NAME]
    assert publish_more(store, witnesses, 20, 30) is None
    assert "the log was forked" in witnesses.trouble[NAME]


def test_a_cosignature_changed_in_the_database_is_seen(
    store: Store, witness: TestWitness
) -> None:
    note = publish_more(store, Witnesses([witness.witness]), 9)
    assert note is not None
    text = note.split("\n\n")[0] + "\n"
    forged = note.replace(
        SIGNER.line(text, time=1_774_000_000), SIGNER.line("x\n", time=9)
    )
    assert forged != note
    with pytest.raises(BadNote, match="forged"):
        checkpoint.verify(forged, BOTH.verifiers)


GOOD = f"{SIGNER.verifier} https://witness.example/w"


def test_witnesses_are_read_from_one_setting() -> None:
    assert read_witnesses("") == read_witnesses(" , ") == ()
    other = f"{STRANGER.verifier} http://127.0.0.1:80/"
    assert read_witnesses(f"{GOOD}, {other}") == (
        Witness(SIGNER.verifier, "https://witness.example/w"),
        Witness(STRANGER.verifier, "http://127.0.0.1:80"),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{KEYS.verifiers[0]} https://witness.example", "is a log's key"),
        (str(SIGNER.verifier), "KEY https://"),
        (f"{SIGNER.verifier} http://witness.example", "KEY https://"),
        (f"{SIGNER.verifier} ftp://witness.example", "KEY https://"),
        ("https://witness.example", "name+hash+key"),
        (
            Signer("a.example/w", b"s" * 32, kind=4).export() + " https://a.example",
            "not base64",
        ),
    ],
)
def test_a_witness_that_cannot_be_read_is_one_clear_line(
    text: str, sentence: str
) -> None:
    with pytest.raises(BadNote) as caught:
        read_witnesses(text)
    assert sentence in str(caught.value)
