"""Check the blocks of a message as Slack does. Each problem ends in `[json-pointer:...]`."""

from typing import Any

MAX_MESSAGE_BLOCKS = 50


def check_message_blocks(blocks: list[Any]) -> list[str]:
    """Problems of a message's blocks; an empty list means they are fine."""
    if len(blocks) > MAX_MESSAGE_BLOCKS:
        return [f"no more than {MAX_MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]"]
    return [
        f"must be an object with a type [json-pointer:/blocks/{n}]"
        for n, block in enumerate(blocks)
        if not (isinstance(block, dict) and isinstance(block.get("type"), str))
    ]
