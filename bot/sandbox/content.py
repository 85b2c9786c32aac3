"""What a message may say: text, blocks, attachments, metadata, checked as Slack checks them."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.checks.blocks import check_message_blocks
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import with_block_ids
from bot.sandbox.types import Json

MAX_POST_CHARS = 40_000
MAX_UPDATE_CHARS = 4_000
MAX_MARKDOWN_CHARS = 12_000
MAX_ATTACHMENTS = 100
_MAX_METADATA_BYTES = 16_000
NO_FALLBACK = "This content can't be displayed."


def checked_blocks(blocks: Any, error: str = "invalid_blocks") -> list[Json] | None:
    """Blocks ready to store, None when absent. Raises `error` with json-pointers."""
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    refuse(check_message_blocks(blocks), error)
    return with_block_ids(blocks)


def refuse(problems: list[str], error: str) -> None:
    if problems:
        lines = [f"[ERROR] {p}" for p in problems]
        raise SlackError(error, errors=problems, response_metadata={"messages": lines})


def message_content(call_args: ContentArguments) -> tuple[Json, list[str]]:
    """The stored fields of a message, and warnings. Raises no_text and its relatives."""
    text, blocks, attachments = call_args.text, call_args.blocks, call_args.attachments
    if call_args.markdown_text is not None:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(call_args.markdown_text) > MAX_MARKDOWN_CHARS:
            raise SlackError("msg_too_long" if call_args.long_text_error else "no_text")
        text = call_args.markdown_text
    if attachments is not None and len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    warnings = []
    if len(text) > call_args.max_chars:
        if call_args.long_text_error:
            raise SlackError("msg_too_long")
        text, warnings = text[: call_args.max_chars], ["message_truncated"]
    content: Json = {"text": text or (NO_FALLBACK if blocks else "")}
    if blocks:
        content["blocks"] = blocks
    if attachments:
        numbered = enumerate(attachments, start=1)
        content["attachments"] = [{"id": n, "fallback": "", **a} for n, a in numbered]
    if call_args.metadata is not None:
        content["metadata"] = checked_metadata(call_args.metadata)
    return content, warnings


class ContentArguments:
    """The arguments of chat.* that make up a message, parsed but not yet judged."""

    def __init__(
        self,
        *,
        text: str,
        blocks: Any = None,
        attachments: Any = None,
        metadata: Any = None,
        markdown_text: str | None = None,
        max_chars: int = MAX_POST_CHARS,
        long_text_error: bool = False,
    ) -> None:
        self.text = text
        self.blocks = checked_blocks(blocks)
        self.attachments = attachments if isinstance(attachments, list) else None
        self.metadata = metadata
        self.markdown_text = markdown_text
        self.max_chars = max_chars
        self.long_text_error = long_text_error


def checked_metadata(metadata: Any) -> Json:
    """`{event_type, event_payload}`. Raises invalid_metadata_* or metadata_too_large."""
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackError("invalid_metadata_schema")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > _MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}
