"""A result as JSON and back, for every sink. docs/clip-sources.md lists its keys."""

import json
import re
from datetime import UTC, datetime

from bot.errors import Invalid
from bot.text import text
from storage.records import Answer, Result, Span

_RESULT_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def check_object_name(result_id: str) -> str:
    """Return a result's id if it may be the name of an object. Raises `Invalid`."""
    if _RESULT_ID.fullmatch(result_id) is None:
        raise Invalid(text("sources.bucket.result_name"))
    return result_id


def result_to_json(result: Result) -> bytes:
    """Return one line of UTF-8 without its line break."""
    document = {
        "id": result.id,
        "request": result.request,
        "clip_id": result.clip_id,
        "span": {
            "start_ms": result.span.start_ms,
            "end_ms": result.span.end_ms,
        },
        "locale": result.locale,
        "answer": str(result.answer),
        "text": result.text,
        "how": result.how,
        "proposals": result.proposals,
        "agreeing": result.agreeing,
        "quorum": result.quorum,
        "blind": result.blind,
        "dissent": list(result.dissent),
        "settled_at": utc_text(result.settled_at),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def utc_text(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def result_from_json(line: bytes) -> Result:
    """Return the result of a line that `result_to_json` wrote; else raise `Invalid`."""
    try:
        document = json.loads(line)
        word = document["text"]
        if word is not None:
            word = str(word)
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
            text=word,
            how=str(document["how"]),
            proposals=int(document["proposals"]),
            agreeing=int(document["agreeing"]),
            quorum=int(document["quorum"]),
            blind=document["blind"] is True,
            dissent=tuple(str(reading) for reading in document["dissent"]),
            settled_at=datetime.fromisoformat(document["settled_at"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Invalid(text("results.json.not_a_result")) from None
