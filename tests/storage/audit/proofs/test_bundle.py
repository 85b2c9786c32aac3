"""Bundles and receipts: genuine ones verify with nothing else at hand, all others are
named.
"""

import base64
import io
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from storage.audit.checks.walk import Fault
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs import note, tlog_proof
from storage.audit.proofs.anchors import publish, read_anchored
from storage.audit.proofs.bundle import Verified, verify_bundle
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import receipt, write_bundle
from storage.audit.proofs.note import BadNote, Signer
from storage.audit.proofs.tlog_proof import TlogProof
from storage.audit.query.search import Question, every
from storage.audit.verify import main
from storage.blobs import open_blobs
from storage.errors import Missing, StorageError
from storage.migrations import upgrade
from storage.records import Person
from storage.store import Store
from storage.tables import checkpoints, entries
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.audit.proofs.witness_server import SIGNER as WITNESS
from tests.storage.builders import NOW

TRUSTED = KEYS.verifiers


def verify(bundle: bytes, known: tuple[str, ...] = ()) -> Verified:
    return verify_bundle(io.BytesIO(bundle), TRUSTED, known)


def fault(bundle: bytes, known: tuple[str, ...] = ()) -> Fault:
    with pytest.raises(Fault) as caught:
        verify(bundle, known)
    return caught.value


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A log of 700 with checkpoints at 300, 600 and 700; bundles, receipts, anchors of
    it.
    """
    url = f"sqlite:///{tmp_path_factory.mktemp('log')}/log.db"
    upgrade(url)
    store, anchors = Store(url), open_blobs("memory://")
    made: dict[str, object] = {}
    for size in (300, 600):
        with store.read() as tx:
            have = len(list(every(tx.log, Question())))
        write(store, size - have, first=have)
        sequence_all(store, KEYS, lambda: NOW)
        with store.read() as tx:
            made[f"old-{size}"] = b"".join(write_bundle(tx.log, TRUSTED))
        publish(store, KEYS, anchors, NOW, at_once=True)
    write(store, 99, first=600)
    sequence_all(store, KEYS, lambda: NOW)
    with store.read() as tx:
        made["whole"] = b"".join(write_bundle(tx.log, TRUSTED))
        person = Question(person=Person(team_id="T1", user_id="U3"))
        chosen = [found.id for found in every(tx.log, person)]
        made["part"] = b"".join(write_bundle(tx.log, TRUSTED, chosen))
        made["chosen"] = len(chosen)
        made["nothing"] = b"".join(write_bundle(tx.log, TRUSTED, []))
        made["receipt"] = str(receipt(tx.log, TRUSTED, 417))
    made["anchors"] = tuple(read_anchored(anchors))
    store.close()
    return made


@pytest.fixture(scope="module")
def whole(shelf: dict[str, object]) -> bytes:
    found = shelf["whole"]
    assert isinstance(found, bytes)
    return found


@pytest.fixture(scope="module")
def part(shelf: dict[str, object]) -> bytes:
    found = shelf["part"]
    assert isinstance(found, bytes)
    return found


@pytest.fixture(scope="module")
def anchors(shelf: dict[str, object]) -> tuple[str, ...]:
    found = shelf["anchors"]
    assert isinstance(found, tuple)
    return found


def test_a_whole_bundle_is_genuine(whole: bytes, anchors: tuple[str, ...]) -> None:
    found = verify(whole, anchors)
    assert (found.size, found.entries, found.checkpoints) == (700, 700, 3)
    assert found.origin == KEYS.origin


def test_a_bundle_of_one_persons_entries_is_genuine_and_holds_no_others(
    part: bytes, shelf: dict[str, object], anchors: tuple[str, ...]
) -> None:
    found = verify(part, anchors)
    assert (found.size, found.entries) == (700, shelf["chosen"])
    users = set(re.findall(rb'"user":"(\w+)"', part))
    assert users == {b"U3"}


def test_a_bundle_of_nothing_is_still_under_the_checkpoints(
    shelf: dict[str, object],
) -> None:
    bundle = shelf["nothing"]
    assert isinstance(bundle, bytes)
    assert verify(bundle).entries == 0
    assert b"{" not in bundle


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 1024])
def test_bundles_of_any_size_and_choice_are_genuine(tmp_path: Path, size: int) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    upgrade(url)
    store = Store(url)
    log_of(store, size)
    publish(store, KEYS, open_blobs("memory://"), NOW, at_once=True)
    with store.read() as tx:
        assert verify(b"".join(write_bundle(tx.log, TRUSTED))).entries == size
        assert verify(b"".join(write_bundle(tx.log, TRUSTED, [size]))).entries == 1
        assert verify(b"".join(write_bundle(tx.log, TRUSTED, [1]))).entries == 1
    store.close()


def test_a_log_without_a_checkpoint_has_no_bundle(store: Store) -> None:
    with store.read() as tx, pytest.raises(StorageError, match="not signed yet"):
        list(write_bundle(tx.log, TRUSTED))


def test_an_event_that_is_not_signed_yet_cannot_be_exported_with_proof(
    store: Store,
) -> None:
    log_of(store, 3)
    write(store, 1, first=3)
    with store.read() as tx, pytest.raises(Missing, match="not signed yet"):
        list(write_bundle(tx.log, TRUSTED, [4]))
    with store.read() as tx, pytest.raises(Missing, match="signed log"):
        receipt(tx.log, TRUSTED, 4)


def lines(bundle: bytes) -> list[bytes]:
    return bundle.splitlines(keepends=True)


def line_of(bundle: bytes, index: int) -> int:
    """The line number of an entry in a whole bundle."""
    found = [n for n, line in enumerate(lines(bundle)) if line.startswith(b"{")]
    return found[index]


@pytest.mark.parametrize("index", [0, 255, 256, 417, 699])
def test_an_altered_entry_is_named(whole: bytes, index: int) -> None:
    changed = lines(whole)
    at = line_of(whole, index)
    changed[at] = changed[at].replace(b'"allowed"', b'"denied"')
    found = fault(b"".join(changed))
    assert (found.kind, found.index) == ("altered", index)


@pytest.mark.parametrize("index", [0, 255, 256, 417, 699])
def test_a_missing_entry_is_named(whole: bytes, index: int) -> None:
    changed = lines(whole)
    del changed[line_of(whole, index)]
    found = fault(b"".join(changed))
    assert (found.kind, found.index) == ("missing", index)


@pytest.mark.parametrize("index", [0, 255, 256, 417, 699])
def test_an_inserted_entry_is_named(whole: bytes, index: int) -> None:
    changed = lines(whole)
    changed.insert(line_of(whole, index), b'{"action":"snippet.heard"}\n')
    found = fault(b"".join(changed))
    assert found.kind == "inserted"
    # Before a block's first line an entry belongs to the block before.
    assert found.index == index


def test_swapped_entries_are_named(whole: bytes) -> None:
    changed = lines(whole)
    one, other = line_of(whole, 300), line_of(whole, 420)
    changed[one], changed[other] = changed[other], changed[one]
    found = fault(b"".join(changed))
    assert (found.kind, found.index) == ("reordered", 300)


def blocks(bundle: bytes) -> tuple[bytes, list[bytes], bytes]:
    head, *rest = re.split(rb"(?m)^(?=block )", bundle)
    last, end = rest[-1][: -len(b"end\n")], rest[-1][-len(b"end\n") :]
    return head, [*rest[:-1], last], end


def test_a_missing_block_is_named(whole: bytes) -> None:
    head, parts, end = blocks(whole)
    found = fault(head + parts[0] + parts[2] + end)
    assert (found.kind, found.index) == ("missing", 256)


def test_swapped_blocks_are_seen(whole: bytes) -> None:
    head, parts, end = blocks(whole)
    assert fault(head + parts[1] + parts[0] + parts[2] + end).kind == "missing"
    assert fault(head + parts[0] + parts[0] + parts[2] + end).kind == "reordered"


def test_a_truncated_log_is_named(whole: bytes) -> None:
    head, parts, end = blocks(whole)
    found = fault(head + parts[0] + parts[1] + end)
    assert (found.kind, found.index) == ("truncated", 512)


@pytest.mark.parametrize("cut", [1, 4, 5, 100, 5000, 100_000])
def test_a_bundle_that_breaks_off_is_seen(whole: bytes, cut: int) -> None:
    with pytest.raises(StorageError):
        verify(whole[:-cut])


def test_an_entry_altered_together_with_its_hash_is_narrowed_down(whole: bytes) -> None:
    head, parts, end = blocks(whole)
    block, *given = lines(parts[1])
    given[100] = b'{"action":"snippet.heard"}\n'
    _, number, which, encoded = block.split()
    hashes = bytearray(base64.b64decode(encoded))
    hashes[100 * 32 : 101 * 32] = tlog_proof.leaf_hash(given[100][:-1])
    block = b" ".join([b"block", number, which, base64.b64encode(hashes)]) + b"\n"
    found = fault(head + parts[0] + block + b"".join(given) + parts[2] + end)
    assert (found.kind, found.index) == ("forked", 300)


def test_a_checkpoint_by_another_key_is_forged(whole: bytes) -> None:
    [old], forger = KEYS.signers, Signer(KEYS.origin, b"f" * 32)
    changed = lines(whole)
    for n, line in enumerate(changed):
        if line.startswith(b"checkpoint "):
            *words, encoded = line.split()
            text = base64.b64decode(encoded).decode().partition("\n\n")[0] + "\n"
            signed = f"{text}\n{forger.line(text)}".encode()
            changed[n] = b" ".join([*words, base64.b64encode(signed)]) + b"\n"
    assert fault(b"".join(changed)).kind == "forged"
    swapped = b"".join(changed).replace(
        str(old.verifier).encode(), str(forger.verifier).encode()
    )
    found = fault(swapped)
    assert found.kind == "forged"
    assert "not trusted" in str(found)
    # Without a key from elsewhere a bundle can only agree with itself: the reader is
    # told so.
    assert verify_bundle(io.BytesIO(swapped)).keys == (forger.verifier,)


def test_an_old_bundle_is_genuine_but_shorter_than_what_is_known(
    shelf: dict[str, object], anchors: tuple[str, ...]
) -> None:
    old = shelf["old-300"]
    assert isinstance(old, bytes)
    assert verify(old).size == 300
    assert fault(old, anchors).kind == "rolled back"


def test_a_forked_log_does_not_continue_a_known_checkpoint(
    tmp_path: Path, anchors: tuple[str, ...]
) -> None:
    url = f"sqlite:///{tmp_path}/fork.db"
    upgrade(url)
    store = Store(url)
    write(store, 299)
    write(store, 500, first=1000)
    sequence_all(store, KEYS, lambda: NOW)
    with store.read() as tx:
        bundle = b"".join(write_bundle(tx.log, TRUSTED))
    assert verify(bundle).size == 799
    assert fault(bundle, anchors).kind == "forked"
    store.close()


def test_a_known_checkpoint_that_was_left_out_is_not_taken_on_trust(
    part: bytes,
) -> None:
    known = KEYS.sign(256 + 10, b"r" * 32)
    whole_size = verify(part).size
    assert whole_size == 700
    assert fault(part, (known,)).kind in {"malformed", "forked"}


def mutate(bundle: bytes, dice: random.Random) -> bytes:
    """Any small change: a byte, a cut, a copy, a swap; of bytes or of lines."""
    kind = dice.randrange(7)
    if kind < 4:
        at = dice.randrange(len(bundle))
        if kind == 0:
            return (
                bundle[:at]
                + bytes([bundle[at] ^ (1 << dice.randrange(8))])
                + bundle[at + 1 :]
            )
        if kind == 1:
            return bundle[:at] + bytes([dice.randrange(256)]) + bundle[at:]
        length = dice.choice((1, 2, 40, 300, 9000))
        if kind == 2:
            return bundle[:at] + bundle[at + length :]
        other = dice.randrange(len(bundle))
        return bundle[:at] + bundle[other : other + length] + bundle[at:]
    some = lines(bundle)
    one, other = dice.randrange(len(some)), dice.randrange(len(some))
    if kind == 4:
        del some[one]
    elif kind == 5:
        some.insert(one, some[other])
    else:
        some[one], some[other] = some[other], some[one]
    return b"".join(some)


def test_of_ten_thousand_mutations_none_is_accepted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    upgrade(url)
    store = Store(url)
    log_of(store, 30)
    publish(store, KEYS, open_blobs("memory://"), NOW, at_once=True)
    write(store, 40, first=40)
    sequence_all(store, KEYS, lambda: NOW)
    with store.read() as tx:
        whole = b"".join(write_bundle(tx.log, TRUSTED))
        part = b"".join(write_bundle(tx.log, TRUSTED, [3, 20, 50]))
        slip = str(receipt(tx.log, TRUSTED, 20)).encode()
    with store.begin() as tx:
        notes = tx.connection.execute(
            select(checkpoints.c.size, checkpoints.c.note)
        ).all()
        for size, signed in notes:
            line = WITNESS.line(note.parse(signed).text, time=1_774_000_000)
            row = update(checkpoints).where(checkpoints.c.size == size)
            tx.connection.execute(row.values(note=signed + line))
        witnessed = b"".join(write_bundle(tx.log, (*TRUSTED, WITNESS.verifier)))
    store.close()
    assert verify(whole).entries == 71
    assert verify(witnessed).cosigned == ((WITNESS.verifier, 71),)
    dice = random.Random(20_260_322)
    accepted = []
    for n in range(10_000):
        original = (whole, part, slip, witnessed)[n % 4]
        changed = mutate(original, dice)
        if changed == original:
            continue
        with suppress(StorageError, UnicodeDecodeError):
            if original is slip:
                tlog_proof.verify(tlog_proof.parse(changed.decode()), TRUSTED)
            else:
                verify(changed)
            accepted.append(changed)
    assert accepted == []


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(rubbish: bytes) -> None:
    for head in (
        b"",
        b"help-clip audit bundle v1\n",
        b"help-clip audit bundle v1\nkey ",
        f"help-clip audit bundle v1\nkey {TRUSTED[0]}\ncheckpoint 1 1 ".encode(),
        f"help-clip audit bundle v1\nkey {TRUSTED[0]}\ncheckpoint 1 1 ".encode()
        + base64.b64encode(KEYS.sign(2, b"r" * 32).encode())
        + b"\nblock 0 ",
    ):
        with pytest.raises(StorageError):
            verify(head + rubbish)


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_no_receipt(rubbish: str) -> None:
    for head in (
        "",
        f"{tlog_proof.HEADER}\n",
        f"{tlog_proof.HEADER}\nextra e30=\nindex 0\n",
    ):
        with pytest.raises(StorageError):
            tlog_proof.verify(tlog_proof.parse(head + rubbish), TRUSTED)


def test_a_receipt_proves_its_entry_and_no_other(shelf: dict[str, object]) -> None:
    text = shelf["receipt"]
    assert isinstance(text, str)
    slip = tlog_proof.parse(text)
    assert str(slip) == text
    assert tlog_proof.verify(slip, TRUSTED).size == 700
    for other in (
        TlogProof(slip.index + 1, slip.entry, slip.hashes, slip.note),
        TlogProof(slip.index, b"{}", slip.hashes, slip.note),
        TlogProof(slip.index, slip.entry, slip.hashes[:-1], slip.note),
        TlogProof(slip.index, slip.entry, (*slip.hashes, slip.hashes[0]), slip.note),
    ):
        with pytest.raises(Fault):
            tlog_proof.verify(other, TRUSTED)
    forged = Keys((Signer(KEYS.origin, b"f" * 32),)).sign(700, b"r" * 32)
    with pytest.raises(BadNote):
        tlog_proof.verify(
            TlogProof(slip.index, slip.entry, slip.hashes, forged), TRUSTED
        )


def test_every_entry_has_a_receipt_that_verifies(store: Store) -> None:
    log_of(store, 270)
    with store.read() as tx:
        ids = tx.connection.execute(select(entries.c.event_id)).scalars().all()
        for number in ids[::9]:
            assert (
                tlog_proof.verify(receipt(tx.log, TRUSTED, number), TRUSTED).size == 270
            )


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The verifier as an auditor runs it, with no database library to be had."""
    block = (
        "import sys, runpy\n"
        "for name in ('sqlalchemy', 'alembic', 'psycopg', 'bot', 'obstore'):\n"
        "    sys.modules[name] = None\n"
        "sys.argv[0] = 'verify'\n"
        "runpy.run_module('storage.audit.verify', run_name='__main__')\n"
    )
    command = [sys.executable, "-c", block, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_verifier_runs_without_database_or_bot(
    tmp_path: Path, whole: bytes, anchors: tuple[str, ...]
) -> None:
    bundle, kept = tmp_path / "log.bundle", tmp_path / "kept.checkpoint"
    bundle.write_bytes(whole)
    kept.write_text(anchors[0])
    done = run(bundle, "--key", str(TRUSTED[0]), "--checkpoint", kept)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"Genuine: 700 of 700 entries of {KEYS.origin}, under 3 checkpoints.\n"
    )
    bundle.write_bytes(whole.replace(b'"allowed"', b'"denied"', 1))
    done = run(bundle, "--key", str(TRUSTED[0]))
    assert done.returncode == 1
    assert done.stdout == "NOT GENUINE: altered: Entry 0 was altered.\n"


def test_the_verifier_says_what_was_not_compared(
    tmp_path: Path, whole: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "log.bundle"
    bundle.write_bytes(whole)
    assert main([str(bundle)]) == 0
    said = capsys.readouterr().out
    assert "The key came with the bundle" in said
    assert str(TRUSTED[0]) in said
    assert "newer entries may exist" in said


def test_the_verifier_reads_receipts(
    tmp_path: Path, shelf: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    slip = tmp_path / "event.tlog-proof"
    slip.write_text(str(shelf["receipt"]))
    assert main([str(slip), "--key", str(TRUSTED[0])]) == 0
    assert "Genuine: entry 416 of 700" in capsys.readouterr().out
    assert main([str(slip)]) == 1
    assert "give the log's with --key" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
