"""Check text, blocks, attachments and metadata of a message as Slack does."""

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
    """The content a call asks for, unchecked."""

    text: str
    blocks: Any = None
    attachments: Any = None
    metadata: Any = None
    markdown_text: str | None = None
    max_chars: int = MAX_POST_CHARS
    refuse_long: bool = False
    """Whether too much text is an error; if not, it is cut."""


def checked_blocks(blocks: Any, error: str = "invalid_blocks") -> list[Json] | None:
    """Return blocks ready to store, None if absent. Raises `error`, with pointers."""
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_message_blocks(blocks)
    if problems:
        lines = [f"[ERROR] {problem}" for problem in problems]
        metadata = {"messages": lines}
        raise SlackError(error, errors=problems, response_metadata=metadata)
    return with_block_ids(blocks)


def message_content(asked: ContentArguments) -> tuple[Json, list[str]]:
    """Return the stored fields of a message, and warnings.

    Raises no_text and the other errors of chat.postMessage's content.
    """
    blocks = checked_blocks(asked.blocks)
    attachments = _checked_attachments(asked.attachments)
    text = _markdown_or_text(asked, blocks)
    if not any((text, blocks, attachments)):
        raise SlackError("no_text")
    # The limit is on the text alone; blocks have limits of their own.
    text, warnings = _of_length(asked, text)
    # Notifications and old clients show the text in place of the blocks.
    if blocks and not text:
        text = NO_FALLBACK
    content: Json = {"text": text}
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
        if asked.refuse_long:
            raise SlackError("msg_too_long")
        raise SlackError("msg_blocks_too_long")
    return asked.markdown_text


def _of_length(asked: ContentArguments, text: str) -> tuple[str, list[str]]:
    if len(text) <= asked.max_chars:
        return text, []
    if asked.refuse_long:
        raise SlackError("msg_too_long")
    return text[: asked.max_chars], ["message_truncated"]


def _checked_attachments(attachments: Any) -> list[Json]:
    """Return attachments, numbered from 1 as Slack does."""
    if attachments is None:
        return []
    if not _is_list_of_objects(attachments):
        raise invalid_arguments(
            "must be an array of objects [json-pointer:/attachments]"
        )
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [
        {
            "id": number,
            "fallback": "",
            **attachment,
        }
        for number, attachment in enumerate(attachments, start=1)
    ]


def _is_list_of_objects(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(item, dict) for item in value)


def checked_metadata(metadata: Any) -> Json:
    """Return `{event_type, event_payload}`.

    Raises invalid_metadata_format, invalid_metadata_schema or metadata_too_large.
    """
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type = metadata.get("event_type")
    event_payload = metadata.get("event_payload")
    if not isinstance(event_type, str):
        raise SlackError("invalid_metadata_schema")
    if event_type == "":
        raise SlackError("invalid_metadata_schema")
    if not isinstance(event_payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > _MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {
        "event_type": event_type,
        "event_payload": event_payload,
    }
