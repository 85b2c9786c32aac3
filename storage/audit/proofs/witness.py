"""Ask witnesses for cosignatures: a client of c2sp.org/tlog-witness.

A witness is a server of another operator. It keeps the last checkpoint it saw of a log
and cosigns another only with a proof that it continues that one, so two different
histories cannot be shown unnoticed.
"""

import base64
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from storage.audit.log.tree import BrokenTree, StoredNodes
from storage.audit.proofs import note
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import consistency_proof
from storage.audit.proofs.note import BadNote, Verifier
from storage.store import Store

TIMEOUT_SECONDS = 5.0
# In bytes.
MAX_ANSWER = 64_000
_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\n", re.ASCII)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Witness:
    """A witness's submission prefix, which takes checkpoints, and its public key."""

    key: Verifier
    url: str


def read_witnesses(text: str) -> tuple[Witness, ...]:
    """Return the witnesses of AUDIT_WITNESSES: `KEY URL` pairs divided by commas.

    Raises `BadNote`.
    """
    return tuple(_read(part.strip()) for part in text.split(",") if part.strip())


def _read(pair: str) -> Witness:
    text, _, url = pair.partition(" ")
    key = Verifier.read(text)
    if not key.is_witness:
        raise BadNote(f"{key.name} is a log's key, not a witness's (whose type is 4).")
    local = url.startswith(("http://127.0.0.1:", "http://localhost:"))
    if not (local or url.startswith("https://")):
        raise BadNote(f"Write the address of {key.name} after its key: KEY https://...")
    return Witness(key, url.strip().rstrip("/"))


class NotCosigned(Exception):
    """A witness refused to cosign; the message is its reason in a sentence."""


class Witnesses:
    """Add available cosignatures to a checkpoint. A missing one delays nothing."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self._witnesses = tuple(witnesses)
        self._known: dict[
            Witness, int
            # The size that each witness cosigned last, as far as known.
        ] = {}
        # Problems by witness, while the last attempt failed.
        self.trouble: dict[str, str] = {}

    def cosign(
        self,
        store: Store,
        signed: str,
        found: Checkpoint,
    ) -> str:
        """Return the note with every cosignature that was available."""
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
            for witness in self._witnesses:
                try:
                    signed += self._ask(
                        client,
                        store,
                        witness,
                        signed,
                        found,
                    )
                    self.trouble.pop(witness.key.name, None)
                except (NotCosigned, httpx.HTTPError) as error:
                    self._complain(witness, error)
        return signed

    def _complain(self, witness: Witness, error: Exception) -> None:
        said = type(error).__name__
        if isinstance(error, NotCosigned):
            said = str(error)
        if self.trouble.get(witness.key.name) != said:
            log.warning("witness %s has not cosigned: %s", witness.key.name, said)
        self.trouble[witness.key.name] = said

    def _ask(
        self,
        client: httpx.Client,
        store: Store,
        witness: Witness,
        signed: str,
        found: Checkpoint,
    ) -> str:
        if note.lines_of(signed, [witness.key]):
            return ""
        old = min(self._known.get(witness, 0), found.size)
        status, answer = _post(client, witness, _request(store, signed, found, old))
        size = _SIZE.fullmatch(answer)
        if status == httpx.codes.CONFLICT and size is not None and int(size[1]) != old:
            # The answer names the size that the witness knows; the proof has to start
            # there.
            old = int(size[1])
            if old > found.size:
                raise NotCosigned(
                    f"it has cosigned {old} entries already, but this checkpoint has {found.size}: "
                    "another process was quicker, or the log was rolled back"
                )
            status, answer = _post(client, witness, _request(store, signed, found, old))
        if status != httpx.codes.OK:
            raise NotCosigned(_REFUSALS.get(status, f"it answered {status}"))
        line = _line(answer, signed, witness)
        self._known[witness] = found.size
        return line


_REFUSALS = {
    403: "it does not know the log's key",
    404: "it does not know this log",
    409: "it has cosigned another tree of this size: the log was forked",
    422: "what it has cosigned is no part of this log: the log was forked",
}


def _request(
    store: Store,
    signed: str,
    found: Checkpoint,
    old: int,
) -> str:
    with store.read() as tx:
        try:
            hashes = consistency_proof(
                old, found.size, StoredNodes(tx.connection, found.size)
            )
        except BrokenTree as error:
            raise NotCosigned(f"what it cosigned last was pruned. {error}") from error
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in hashes)]
    return "\n".join(lines) + "\n\n" + signed


def _post(
    client: httpx.Client,
    witness: Witness,
    body: str,
) -> tuple[int, str]:
    request = client.stream(
        "POST", f"{witness.url}/add-checkpoint", content=body.encode()
    )
    with request as answer:
        read = b""
        for chunk in answer.iter_bytes():
            read += chunk
            if len(read) > MAX_ANSWER:
                raise NotCosigned("its answer does not end")
        return answer.status_code, read.decode("utf-8", "replace")


def _line(
    answer: str,
    signed: str,
    witness: Witness,
) -> str:
    """Return this witness's own signature line of an answer."""
    cosigned = f"{note.parse(signed).text}\n{answer}"
    try:
        mine = note.lines_of(cosigned, [witness.key])
        note.verify(cosigned, [witness.key])
    except BadNote as error:
        raise NotCosigned("its answer holds no cosignature by its key") from error
    return mine[0]
