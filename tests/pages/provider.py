"""A small OpenID Connect provider on 127.0.0.1 that signs whatever a test wants it
to.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "1000.2000"
CLIENT_SECRET = "not-so-secret"


class Provider:
    """`token` is what the next code is traded for; `codes` are those that have been."""

    def __init__(self) -> None:
        self.keys = {"first": new_key()}
        self.token = ""
        self.codes: list[dict[str, str]] = []
        self.key_reads = 0
        self.away = False
        self.url = ""

    def sign(self, claims: dict[str, Any], key_id: str = "first") -> str:
        return jwt.encode(
            claims, self.keys[key_id], algorithm="RS256", headers={"kid": key_id}
        )

    def jwks(self) -> dict[str, Any]:
        self.key_reads += 1
        return {"keys": [_public(key, key_id) for key_id, key in self.keys.items()]}


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    return {
        **json.loads(RSAAlgorithm.to_jwk(key.public_key())),
        "kid": key_id,
        "use": "sig",
    }


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(503 if provider.away else 200, provider.jwks())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            expected = base64.b64encode(
                f"{CLIENT_ID}:{CLIENT_SECRET}".encode()
            ).decode()
            if provider.away:
                self._answer(503, {})
            elif self.headers["authorization"] != f"Basic {expected}":
                self._answer(200, {"ok": False, "error": "bad_client_secret"})
            elif form["code"] == "used-up":
                self._answer(200, {"ok": False, "error": "invalid_code"})
            else:
                provider.codes.append(form)
                self._answer(200, {"ok": True, "id_token": provider.token})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
