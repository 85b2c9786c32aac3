"""Every random choice of a snippet follows from its key, so that it can be made
again.
"""

import hashlib
import hmac

import numpy as np


def generator(key: bytes, purpose: str) -> np.random.Generator:
    """A generator of its own for each purpose; nothing of the key can be learnt from
    its values.
    """
    seed = hmac.digest(key, f"help-clip {purpose}".encode(), hashlib.sha256)
    return np.random.Generator(np.random.PCG64(int.from_bytes(seed)))
