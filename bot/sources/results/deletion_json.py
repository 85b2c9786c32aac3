"""What a sink writes when something is erased. docs/clip-sources.md lists the keys."""

import json
from datetime import UTC

from storage.records import Deletion

EVENT = "deletion_requested"


def deletion_to_json(deletion: Deletion) -> bytes:
    """One line of UTF-8 without its line break."""
    document = {
        "event": EVENT,
        "id": deletion.id,
        "clip_id": deletion.clip_id,
        "why": str(deletion.why),
        "requests": list(deletion.requests),
        "asked_at": deletion.asked_at.astimezone(UTC)
        .isoformat()
        .replace("+00:00", "Z"),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def tombstone(result_id: str) -> bytes:
    """What stands where a result was, so that it is never delivered again."""
    document = {
        "id": result_id,
        "request": result_id.rpartition("/")[0],
        "erased": True,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def is_tombstone(line: bytes) -> bool:
    """Whether a result was erased here."""
    try:
        document = json.loads(line)
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("erased") is True


def id_of(line: bytes) -> str:
    """The result's id that a tombstone names."""
    return str(json.loads(line)["id"])
