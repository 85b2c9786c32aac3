"""What a message may say: text, blocks, attachments, metadata, checked as Slack checks
them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.block_kit.block_checks import MAX_MARKDOWN_CHARS, check_message_blocks
from bot.sandbox.block_kit.stored_blocks import with_block_ids
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json

MAX_POST_CHARS = 40_000
MAX_UPDATE_CHARS = 4_000
MAX_ATTACHMENTS = 100
NO_FALLBACK = "This content can't be displayed."
_MAX_METADATA_BYTES = 16_000


@dataclass
class ContentArguments:
    """What a call wants said, as it came. `refuse_long`: too much text is an error, not
    cut.
    """

    text: str
    blocks: Any = None
    attachments: Any = None
    metadata: Any = None
    markdown_text: str | None = None
    max_chars: int = MAX_POST_CHARS
    refuse_long: bool = False


def checked_blocks(blocks: Any, error: str = "invalid_blocks") -> list[Json] | None:
    """Blocks ready to store, None when absent. Raises `error` with json-pointers."""
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_message_blocks(blocks)
    if problems:
        lines = [f"[ERROR] {p}" for p in problems]
        raise SlackError(error, errors=problems, response_metadata={"messages": lines})
    return with_block_ids(blocks)


def message_content(asked: ContentArguments) -> tuple[Json, list[str]]:
    """The stored fields of a message, and warnings. Raises no_text and its
    relatives.
    """
    blocks = checked_blocks(asked.blocks)
    attachments = _checked_attachments(asked.attachments)
    text = _markdown_or_text(asked, blocks)
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    text, warnings = _of_length(asked, text)
    content: Json = {"text": text or (NO_FALLBACK if blocks else "")}
    if blocks:
        content["blocks"] = blocks
    if attachments:
        content["attachments"] = attachments
    if asked.metadata is not None:
        content["metadata"] = checked_metadata(asked.metadata)
    return content, warnings


def _markdown_or_text(asked: ContentArguments, blocks: list[Json] | None) -> str:
    if asked.markdown_text is None:
        return asked.text
    if asked.text or blocks:
        raise SlackError("markdown_text_conflict")
    if len(asked.markdown_text) > MAX_MARKDOWN_CHARS:
        raise SlackError("msg_too_long" if asked.refuse_long else "msg_blocks_too_long")
    return asked.markdown_text


def _of_length(asked: ContentArguments, text: str) -> tuple[str, list[str]]:
    if len(text) <= asked.max_chars:
        return text, []
    if asked.refuse_long:
        raise SlackError("msg_too_long")
    return text[: asked.max_chars], ["message_truncated"]


def _checked_attachments(attachments: Any) -> list[Json]:
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(
        isinstance(a, dict) for a in attachments
    ):
        raise invalid_arguments(
            "must be an array of objects [json-pointer:/attachments]"
        )
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [{"id": n, "fallback": "", **a} for n, a in enumerate(attachments, start=1)]


def checked_metadata(metadata: Any) -> Json:
    """`{event_type, event_payload}`. Raises invalid_metadata_* or
    metadata_too_large.
    """
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackError("invalid_metadata_schema")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > _MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {
        "event_type": metadata["event_type"],
        "event_payload": metadata["event_payload"],
    }
