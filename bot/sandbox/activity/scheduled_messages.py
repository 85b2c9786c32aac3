"""Post scheduled messages when their time has come."""

from __future__ import annotations

import asyncio

from bot.sandbox.activity import messages
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.threads import find_parent_ts

_LOOK_EVERY_S = 0.2


async def keep_posting(sandbox: Sandbox) -> None:
    """Post the messages that are due, for as long as the server runs."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = sandbox.clock.now()
        for entry in list(sandbox.scheduled.values()):
            if entry["post_at"] <= now:
                del sandbox.scheduled[entry["id"]]
                _post(sandbox, entry)


def _post(sandbox: Sandbox, entry: Json) -> None:
    channel = sandbox.workspace.channels.get(entry["channel_id"])
    # The channel may have been deleted or archived since.
    if channel is None or channel.archived:
        return
    messages.post(
        sandbox,
        channel,
        entry["user_id"],
        entry["content"],
        thread_ts=find_parent_ts(channel, entry["thread_ts"]),
    )
