"""A pack holds the quarter with its proofs, and one altered byte of it is named."""

import csv
import io
import random
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Invalid, Refused, Unavailable
from bot.usecases.audit.restored import record_restore
from bot.usecases.context import Act
from bot.usecases.evidence.make import make_pack, sign_off
from storage.audit.checks.walk import Fault
from storage.audit.log.sequencer import sequence_all
from storage.audit.packs.archive import PackWriter
from storage.audit.packs.listed import Scope
from storage.audit.packs.verify import verify_pack
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.note import Signer, Verifier
from storage.audit.verify import main
from storage.records import Action, Origin, Outcome
from tests.product import AMIR, JONAS, RAVI, ROSA, Product
from tests.storage.audit.logs import KEYS
from tests.storage.audit.proofs.witness_server import SIGNER as WITNESS

ON_BOTH_DATABASES = True
DAY = timedelta(days=1)


def pack_of(product: Product, folder: Path, *desks: str) -> Path:
    sequence_all(product.services.store, KEYS, product.clock)
    act = product.act(AMIR)
    scope = Scope(since=act.now - DAY, until=act.now + DAY, desks=desks)
    path = folder / "pack.zip"
    _, pieces = make_pack(product.services, act, KEYS, scope)
    path.write_bytes(b"".join(pieces))
    return path


def rows_of(path: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as pack:
        body = pack.read(f"tables/{table}.csv").decode()
    return list(csv.DictReader(io.StringIO(body)))


def add_desk(product: Product, name: str) -> None:
    desks = product.services.desks
    known = dict(desks.desks)
    known[name] = replace(known["english-us"], id=name)
    product.services.desks = replace(desks, desks=known)


@pytest.fixture
def path(product: Product, tmp_path: Path) -> Path:
    request = product.open()
    product.hear(RAVI, request)
    return pack_of(product, tmp_path)


def test_a_pack_is_verified_without_database_and_bot(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "--key", str(KEYS.verifiers[0])]) == 0
    report = capsys.readouterr().out
    assert "Genuine pack" in report
    assert verify_pack(path, KEYS.verifiers).digest in report


def test_a_pack_lists_the_listens_and_each_event_in_every_form(path: Path) -> None:
    with zipfile.ZipFile(path) as pack:
        events = pack.read("events.jsonl").splitlines()
        ocsf = pack.read("events.ocsf.jsonl").splitlines()
        table = list(csv.reader(io.StringIO(pack.read("events.csv").decode())))
        summary = pack.read("summary.html").decode()
    assert len(events) == len(ocsf) == len(table) - 1
    everywhere = rows_of(path, "listens")[-1]
    assert everywhere["desk"] == "*"
    assert everywhere["plays"] == everywhere["ears"] == "1"
    assert "<script" not in summary


def test_one_altered_byte_anywhere_is_named(path: Path) -> None:
    data = path.read_bytes()
    rng = random.Random(20)
    faults = set()
    for place in {*rng.sample(range(len(data)), 150), 0, len(data) - 1}:
        altered = bytearray(data)
        altered[place] ^= 1 << rng.randrange(8)
        path.write_bytes(altered)
        with pytest.raises(Fault) as caught:
            verify_pack(path, KEYS.verifiers)
        faults.add(re.sub("[0-9]+", "N", str(caught.value)))
    assert any("Line N of events.csv" in each for each in faults)


def test_an_altered_line_is_named_by_its_number(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "altered.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "events.jsonl":
                lines = body.splitlines(keepends=True)
                lines[2] = lines[2].replace(b"20", b"21", 1)
                body = b"".join(lines)
            new.writestr(info, body)
        new.comment = old.comment
    with pytest.raises(Fault, match=r"Line 3 of events.jsonl was altered"):
        verify_pack(target, KEYS.verifiers)


@pytest.mark.parametrize("signer", [Signer.new(KEYS.origin), WITNESS])
@pytest.mark.parametrize("trusted", [(), (*KEYS.verifiers, WITNESS.verifier)])
def test_a_pack_around_genuine_proofs_is_signed_by_the_log_alone(
    path: Path,
    signer: Signer,
    trusted: Sequence[Verifier],
) -> None:
    with zipfile.ZipFile(path) as pack:
        made = {name: pack.read(name) for name in pack.namelist()}
    writer = PackWriter(Keys((signer,)), datetime(2026, 3, 2, tzinfo=UTC))
    pieces = [
        piece
        for name in made
        if f"lines/{name}.crc32" in made
        for piece in writer.add(name, [made[name]])
    ]
    path.write_bytes(b"".join([*pieces, *writer.finish()]))
    with pytest.raises(Fault, match="a key that is not"):
        verify_pack(path, trusted)


def test_a_restore_of_the_database_is_in_the_pack_of_each_desk(
    product: Product, tmp_path: Path
) -> None:
    product.open()
    act = Act(person=None, origin=Origin.CLI, now=product.now)
    sequence_all(product.services.store, KEYS, product.clock)
    restore = record_restore(product.services, act, KEYS, reason="the disk failed")
    product.pass_time(minutes=1)
    add_desk(product, "quiet")
    path = pack_of(product, tmp_path, "quiet")
    (row,) = rows_of(path, "restores")
    assert row["goes_on_from_entry"] == str(restore.size)
    assert row["lost_entries"] == "0"
    assert verify_pack(path, KEYS.verifiers).files


def test_a_pack_without_every_signed_act_is_not_made(
    product: Product,
) -> None:
    product.hear(JONAS, product.open(clip="en-us-0006", span="2.8-3.5"))
    product.pass_time(minutes=1)
    act = product.act(AMIR)
    scope = Scope(since=act.now - DAY, until=act.now)
    _, pieces = make_pack(product.services, act, KEYS, scope)
    with pytest.raises(Unavailable, match="not signed yet"):
        next(pieces)


def test_a_pack_of_one_desk_has_no_act_of_another(
    product: Product, tmp_path: Path
) -> None:
    product.open()
    add_desk(product, "quiet")
    path = pack_of(product, tmp_path, "quiet")
    with zipfile.ZipFile(path) as pack:
        body = pack.read("events.csv").decode()
    assert {row["desk"] for row in csv.DictReader(io.StringIO(body))} <= {"quiet", ""}


def test_only_an_auditor_makes_a_pack_and_signs_it_off(product: Product) -> None:
    act = product.act(ROSA)
    scope = Scope(since=act.now - DAY, until=act.now)
    with pytest.raises(Refused):
        make_pack(product.services, act, KEYS, scope)
    assert product.last_event().action is Action.PACK_MADE
    assert product.last_event().outcome is Outcome.DENIED
    with pytest.raises(Refused):
        sign_off(product.services, act, "0" * 64)
    assert product.last_event().action is Action.PACK_SIGNED


def test_a_sign_off_holds_the_digest_of_the_pack(product: Product, path: Path) -> None:
    digest = verify_pack(path, KEYS.verifiers).digest
    sign_off(product.services, product.act(AMIR), digest)
    assert product.last_event().digest == digest
    with pytest.raises(Invalid):
        sign_off(product.services, product.act(AMIR), "of no pack")


def test_an_unknown_desk_and_an_empty_period_are_reported(product: Product) -> None:
    act = product.act(AMIR)
    for scope in (
        Scope(since=act.now, until=act.now),
        Scope(since=act.now - DAY, until=act.now, desks=("nowhere",)),
    ):
        with pytest.raises(Invalid):
            make_pack(product.services, act, KEYS, scope)
