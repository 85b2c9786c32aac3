"""An independent judge: the Go team's sumdb packages accept our notes and proofs, no
others.

Debian has them as golang-golang-x-mod-dev.
"""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from storage.audit.log.append import canonical
from storage.audit.log.sequencer import latest
from storage.audit.log.tree import StoredNodes, root_at
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.export import receipt
from storage.audit.proofs.merkle import consistency_proof
from storage.audit.query.search import Question, every
from storage.migrations import upgrade
from storage.store import Store
from tests.databases import skip_unless_ci
from tests.storage.audit.logs import KEYS, log_of

SOURCES = Path("/usr/share/gocode")
SIZE = 700


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled Go program."""
    if (
        shutil.which("go") is None
        or not (SOURCES / "src/golang.org/x/mod/sumdb").exists()
    ):
        skip_unless_ci("Go or its x/mod packages are not installed")
    folder = tmp_path_factory.mktemp("go")
    program = folder / "judge"
    source = Path(__file__).parent / "interop" / "verify.go"
    environment = {
        **os.environ,
        "GOPATH": str(SOURCES),
        "GO111MODULE": "off",
        "GOCACHE": str(folder / "cache"),
    }
    command = ["go", "build", "-o", str(program), str(source)]
    subprocess.run(command, env=environment, check=True, timeout=600)
    return program


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A log with proofs, as the Go program reads it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log')}/log.db"
    upgrade(url)
    store = Store(url)
    log_of(store, SIZE)
    with store.read() as tx:
        found = sorted(
            every(tx.log, Question(newest_first=False)), key=lambda one: one.id
        )
        nodes = StoredNodes(tx.connection, SIZE)
        made = {
            "Key": str(KEYS.verifiers[0]),
            "SigningKey": KEYS.signers[0].export(),
            "Note": latest(tx.connection),
            "Entries": [canonical(one.event).decode() for one in found],
            "Inclusion": [
                {
                    "Index": index,
                    "Proof": _texts(
                        list(receipt(tx.log, KEYS.verifiers, found[index].id).hashes)
                    ),
                }
                for index in (0, 1, 255, 256, 417, 698, 699)
            ],
            "Consistency": [
                {
                    "Old": old,
                    "Root": _text(root_at(tx.connection, old)),
                    "Proof": _texts(consistency_proof(old, SIZE, nodes)),
                }
                for old in (1, 2, 255, 256, 257, 512, 699, 700)
            ],
        }
    store.close()
    return made


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


def _texts(hashes: list[bytes]) -> list[str]:
    return [_text(hash_) for hash_ in hashes]


def ask(judge: Path, case: dict[str, Any]) -> str:
    done = subprocess.run(
        [judge],
        input=json.dumps(case),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def test_go_accepts_our_checkpoint_our_root_and_every_proof(
    judge: Path, case: dict[str, Any]
) -> None:
    assert ask(judge, case).startswith("ok\n")


def test_a_note_that_go_signs_is_ours_to_the_byte(
    judge: Path, case: dict[str, Any]
) -> None:
    signed = ask(judge, case).removeprefix("ok\n")
    assert signed == case["Note"]
    assert checkpoint.verify(signed, KEYS.verifiers).size == SIZE


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"Entries": ["{}"] * SIZE}, "root:"),
        ({"Note": KEYS.sign(SIZE, b"r" * 32)}, "root:"),
        (
            {"Inclusion": [{"Index": 3, "Proof": [_text(b"x" * 32)] * 10}]},
            "inclusion of 3",
        ),
        (
            {"Consistency": [{"Old": 9, "Root": _text(b"x" * 32), "Proof": []}]},
            "consistency",
        ),
    ],
)
def test_go_refuses_what_is_not_so(
    judge: Path, case: dict[str, Any], change: dict[str, Any], complaint: str
) -> None:
    assert ask(judge, {**case, **change}).startswith(complaint)


def test_go_refuses_a_changed_note(judge: Path, case: dict[str, Any]) -> None:
    text = Checkpoint(origin=KEYS.origin, size=SIZE + 1, root=b"r" * 32).text
    forged = text + "\n" + case["Note"].partition("\n\n")[2]
    assert ask(judge, {**case, "Note": forged}).startswith("note:")
