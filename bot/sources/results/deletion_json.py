"""The JSON of deletions and tombstones. docs/clip-sources.md lists their keys."""

import json

from bot.sources.results.result_json import utc_text
from storage.records import Deletion

EVENT = "deletion_requested"


def deletion_to_json(deletion: Deletion) -> bytes:
    """Return one line of UTF-8 without its line break."""
    document = {
        "event": EVENT,
        "id": deletion.id,
        "clip_id": deletion.clip_id,
        "why": str(deletion.why),
        "requests": list(deletion.requests),
        "asked_at": utc_text(deletion.asked_at),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def tombstone(result_id: str) -> bytes:
    """Return the line that replaces a result, so that it is never delivered again."""
    document = {
        "id": result_id,
        "request": result_id.rpartition("/")[0],
        "erased": True,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def is_tombstone(line: bytes) -> bool:
    """Return whether the line is a tombstone."""
    try:
        document = json.loads(line)
    except ValueError:
        return False
    if not isinstance(document, dict):
        return False
    return document.get("erased") is True


def id_of(line: bytes) -> str:
    """Return the id of the result that a tombstone replaces."""
    return str(json.loads(line)["id"])
