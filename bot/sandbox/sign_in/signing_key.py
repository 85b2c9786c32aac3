"""The RSA key that signs id_tokens, and its public half as a JWK."""

from __future__ import annotations

import json
import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

from bot.sandbox.types import Json


class SigningKey:
    """An RSA-2048 key, a fresh one unless it was read from a state file."""

    def __init__(
        self, private: rsa.RSAPrivateKey | None = None, key_id: str | None = None
    ) -> None:
        self._private = private or rsa.generate_private_key(
            public_exponent=65537, key_size=2048
        )
        self.key_id = key_id or secrets.token_hex(16)

    @classmethod
    def read(cls, saved: Json) -> SigningKey:
        """From what `export` wrote. Raises ValueError."""
        private = load_pem_private_key(saved["pem"].encode(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError("the key is not an RSA key")
        return cls(private, str(saved["id"]))

    def export(self) -> Json:
        pem = self._private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        return {"id": self.key_id, "pem": pem.decode()}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(
            claims, self._private, algorithm="RS256", headers={"kid": self.key_id}
        )

    def jwks(self) -> Json:
        public: Json = json.loads(RSAAlgorithm.to_jwk(self._private.public_key()))
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}
