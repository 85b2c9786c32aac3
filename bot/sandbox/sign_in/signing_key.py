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
        self,
        private: rsa.RSAPrivateKey | None = None,
        key_id: str | None = None,
    ) -> None:
        if private is None:
            private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if key_id is None:
            key_id = secrets.token_hex(16)
        self._private = private
        self.key_id = key_id

    @classmethod
    def read(cls, saved: Json) -> SigningKey:
        """Return the key that `export` wrote. Raises ValueError if it is no RSA key."""
        private = load_pem_private_key(saved["pem"].encode(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError("the key is not an RSA key")
        return cls(private, str(saved["id"]))

    def export(self) -> Json:
        """Return the key for the state file."""
        pem = self._private.private_bytes(
            Encoding.PEM,
            PrivateFormat.PKCS8,
            NoEncryption(),
        )
        return {
            "id": self.key_id,
            "pem": pem.decode(),
        }

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed JWT."""
        return jwt.encode(
            claims,
            self._private,
            algorithm="RS256",
            headers={"kid": self.key_id},
        )

    def jwks(self) -> Json:
        """Return the public half as a JSON Web Key Set."""
        key: Json = json.loads(RSAAlgorithm.to_jwk(self._private.public_key()))
        key |= {
            "kid": self.key_id,
            "use": "sig",
            "alg": "RS256",
        }
        return {"keys": [key]}
