"""Damage to transcripts: bytes of any file, and values inside JSON that stays JSON."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.sources.transcripts.samples import JSON, Spoken, written

WORDS: list[Spoken] = [
    ("turn", 503, 911),
    ("on", 1001, 1207),
    ("the", 1207, 1303),
    ("lamp.", 1313, 1702),
]
_PIECES = (
    b"null", b"[]", b"{}", b'""', b"-1", b"1e9", b"\n", b"<", b"\t", b'"', b"0", b"-->",
    b"9999999999", b"true", b"\xff",
)  # fmt: skip
_VALUES = (
    None, [], {}, "", -1, 1e9, 0, True, "x", float("nan"), 1e300, 10**30, [1], "-->", [[]],
    {"text": 1}, ["a", 1, 2], ["", None], -0.2, "1.5s", "\0", "a b c", [{}], "\ud800", "[x",
)  # fmt: skip
_FILES = written(WORDS)

Document = Any


def damaged_file(rng: random.Random) -> tuple[str, bytes]:
    """Return the extension and bytes of a file with a few bytes changed."""
    extension, whole = rng.choice(_FILES)
    data = bytearray(whole)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(data))
        kind = rng.random()
        if kind < 0.5:
            data[at : at + rng.randint(0, 6)] = rng.choice(_PIECES)
        elif kind < 0.7:
            start = rng.randint(0, len(data))
            data[at:at] = data[start : start + rng.randint(1, 60)]
        else:
            del data[at : at + rng.randint(1, 20)]
    return extension, bytes(data)


def odd_document(rng: random.Random) -> tuple[str, bytes]:
    """Return JSON of some format with a few values, keys or items changed."""
    write: Callable[[list[Spoken]], object] = rng.choice(JSON)[1]
    document = json.loads(json.dumps(write(WORDS)))
    for _ in range(rng.randint(1, 4)):
        _change(document, rng)
    return "transcript.json", json.dumps(document).encode()


def _change(document: Document, rng: random.Random) -> None:
    places = list(_places(document))
    if not places:
        return
    holder, key = rng.choice(places)
    value = json.loads(json.dumps(rng.choice(_VALUES)))
    kind = rng.random()
    if kind < 0.6:
        holder[key] = value
    elif kind < 0.8:
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(key, value)
    else:
        holder[f"{key}x"] = holder.pop(key)


def _places(document: Document) -> Iterator[tuple[Any, Any]]:
    """Yield every list or object of a document with each of its keys."""
    keys: list[Any] = []
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = list(range(len(document)))
    for key in keys:
        yield document, key
        yield from _places(document[key])
