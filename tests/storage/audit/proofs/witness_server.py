"""A small witness (c2sp.org/tlog-witness) on this machine, written from the
specification.
"""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from storage.audit.proofs import checkpoint, note
from storage.audit.proofs.checkpoint import Checkpoint
from storage.audit.proofs.merkle import EMPTY_ROOT
from storage.audit.proofs.note import BadNote, Signer, Verifier
from storage.audit.proofs.witness import Witness
from tests.storage.audit.proofs.consistency import verify_consistency

SIGNER = Signer("witness.example/w1", b"w" * 32, kind=4)
STRANGER = Signer("witness.example/w2", b"x" * 32, kind=4)


@dataclass
class TestWitness:
    """What it remembers, what it was sent, and how it may be told to misbehave."""

    __test__ = False

    trusted: Verifier
    signer: Signer = SIGNER
    latest: Checkpoint | None = None
    sent: list[str] = field(default_factory=list)
    instead: tuple[int, str] | None = None  # answered to everything
    url: str = ""

    @property
    def witness(self) -> Witness:
        return Witness(SIGNER.verifier, self.url)

    def answer(self, body: str) -> tuple[int, str]:
        self.sent.append(body)
        if self.instead is not None:
            return self.instead
        head, _, signed = body.partition("\n\n")
        first, *proof = head.split("\n")
        old = int(first.removeprefix("old "))
        try:
            found = checkpoint.parse(note.parse(signed).text)
            if found.origin != self.trusted.name:
                return 404, ""
            checkpoint.verify(signed, [self.trusted])
        except BadNote:
            return 403, ""
        if old > found.size:
            return 400, ""
        size, root = (
            (self.latest.size, self.latest.root) if self.latest else (0, EMPTY_ROOT)
        )
        if old != size or (old == found.size and root != found.root):
            return 409, f"{size}\n"
        hashes = [base64.b64decode(line, validate=True) for line in proof]
        if not verify_consistency(old, found.size, hashes, root, found.root):
            return 422, ""
        self.latest = found
        lines = [
            each.line(found.text, time=1_774_000_000)
            for each in (STRANGER, self.signer)
        ]
        return 200, "".join(lines)


@contextmanager
def running_witness(trusted: Verifier) -> Iterator[TestWitness]:
    """A witness on a port of its own."""
    state = TestWitness(trusted)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            status, text = (
                state.answer(body) if self.path == "/w/add-checkpoint" else (404, "")
            )
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/w"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
