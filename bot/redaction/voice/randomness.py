"""Random choices that follow from a snippet's key, so that it can be made again."""

import hashlib
import hmac

import numpy as np


def generator(key: bytes, purpose: str) -> np.random.Generator:
    """Return a generator of its own for each purpose.

    Its values reveal nothing of the key.
    """
    label = f"help-clip {purpose}"
    seed = hmac.digest(key, label.encode(), hashlib.sha256)
    bits = np.random.PCG64(int.from_bytes(seed))
    return np.random.Generator(bits)
