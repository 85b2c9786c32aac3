"""Scheduled messages, posted when their time has come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.sandbox.activity import messages
from bot.sandbox.types import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_LOOK_EVERY_S = 0.2


async def keep_posting(sandbox: Sandbox) -> None:
    """Post what is due; runs for as long as the server does."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = sandbox.clock.now()
        for entry in [e for e in sandbox.scheduled.values() if e["post_at"] <= now]:
            del sandbox.scheduled[entry["id"]]
            _post(sandbox, entry)


def _post(sandbox: Sandbox, entry: Json) -> None:
    channel = sandbox.workspace.channels.get(entry["channel_id"])
    if channel is None or channel.archived:
        return
    parent = channel.messages.get(entry["thread_ts"] or "")
    thread_ts = parent.get("thread_ts", parent["ts"]) if parent else None
    messages.post(
        sandbox, channel, entry["user_id"], entry["content"], thread_ts=thread_ts
    )
