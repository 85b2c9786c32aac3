"""A result as JSON and back, the same for every sink. docs/clip-sources.md lists its
keys.
"""

import json
from datetime import UTC, datetime

from bot.errors import Invalid
from storage.records import Answer, Result, Span


def result_to_json(result: Result) -> bytes:
    """One line of UTF-8 without its line break."""
    document = {
        "id": result.id,
        "request": result.request,
        "clip_id": result.clip_id,
        "span": {"start_ms": result.span.start_ms, "end_ms": result.span.end_ms},
        "locale": result.locale,
        "answer": str(result.answer),
        "text": result.text,
        "how": result.how,
        "proposals": result.proposals,
        "agreeing": result.agreeing,
        "quorum": result.quorum,
        "blind": result.blind,
        "dissent": list(result.dissent),
        "settled_at": result.settled_at.astimezone(UTC)
        .isoformat()
        .replace("+00:00", "Z"),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def result_from_json(line: bytes) -> Result:
    """Raises `Invalid` for anything `result_to_json` did not write."""
    try:
        document = json.loads(line)
        return Result(
            id=str(document["id"]),
            request=str(document["request"]),
            clip_id=str(document["clip_id"]),
            span=Span(
                start_ms=int(document["span"]["start_ms"]),
                end_ms=int(document["span"]["end_ms"]),
            ),
            locale=str(document["locale"]),
            answer=Answer(document["answer"]),
            text=None if document["text"] is None else str(document["text"]),
            how=str(document["how"]),
            proposals=int(document["proposals"]),
            agreeing=int(document["agreeing"]),
            quorum=int(document["quorum"]),
            blind=document["blind"] is True,
            dissent=tuple(str(text) for text in document["dissent"]),
            settled_at=datetime.fromisoformat(document["settled_at"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Invalid("This is not a result as help-clip writes them.") from None
