"""The state file: everything an app and its people would miss after a restart.

Left out are the log and the things that live for seconds: trigger_ids, sign-in codes,
redeliveries.
"""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.sandbox.app.response_urls import ResponseUrl
from bot.sandbox.app.tokens import Token, default_tokens
from bot.sandbox.app.view_stacks import View
from bot.sandbox.config import BOT_USER_ID, SandboxConfig
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.sign_in.signing_key import SigningKey
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.files import File
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup
from bot.sandbox.workspace.workspace import Workspace

_SAVE_EVERY_S = 0.25


def open_sandbox(config: SandboxConfig, base_url: str) -> Sandbox:
    """Return a sandbox, restored from its state file if there is one.

    Raises ValueError for a manifest or a state file that cannot be read.
    """
    sandbox = Sandbox(config, base_url)
    if config.state is not None and config.state.exists():
        load_state(sandbox, config.state)
    return sandbox


async def keep_saved(sandbox: Sandbox) -> None:
    """Write the state file after each change, for as long as the server runs."""
    while sandbox.config.state is not None:
        await asyncio.sleep(_SAVE_EVERY_S)
        save_if_changed(sandbox)


def save_if_changed(sandbox: Sandbox) -> None:
    """Write the state file, if there is one and something changed since the last."""
    path = sandbox.config.state
    if path is not None and sandbox.unsaved:
        sandbox.unsaved = False
        save_state(sandbox, path)


def save_state(sandbox: Sandbox, path: Path) -> None:
    """Write the state so that a crash leaves either the old file or the new one."""
    text = json.dumps(_state_of(sandbox), default=_encode)
    scratch = path.with_name(path.name + ".new")
    # The file holds tokens and a private key: only its owner may read it.
    scratch.touch(mode=0o600)
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def _state_of(sandbox: Sandbox) -> Json:
    stacks = {
        user_id: [asdict(view) for view in stack]
        for user_id, stack in sandbox.views.stacks.items()
    }
    return {
        "workspace": asdict(sandbox.workspace),
        "tokens": [asdict(token) for token in sandbox.tokens.values()],
        "stacks": stacks,
        "homes": _plain(sandbox.views.homes),
        "response_urls": _plain(sandbox.response_urls.known),
        "scheduled": sandbox.scheduled,
        "request_url": sandbox.request_url,
        "key": sandbox.signing_key.export(),
    }


def _plain(records: dict[str, Any]) -> Json:
    """Return dataclass instances by key as plain dictionaries."""
    return {key: asdict(record) for key, record in records.items()}


def load_state(sandbox: Sandbox, path: Path) -> None:
    """Put the saved state into a new sandbox. Raises ValueError if it is unreadable."""
    try:
        saved: Json = json.loads(path.read_text(encoding="utf-8"))
        _restore(sandbox, saved)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"{path} is not a sandbox state file: {problem}") from problem
    sandbox.clock.start_after(sandbox.workspace.latest_ts())


def _restore(sandbox: Sandbox, saved: Json) -> None:
    sandbox.workspace = _workspace(saved["workspace"])
    # The manifest may have been edited since, and names the bot.
    sandbox.workspace.people[BOT_USER_ID].real_name = sandbox.manifest.bot_name
    # The manifest decides about the scopes of the app's own tokens.
    sandbox.tokens = default_tokens(sandbox.manifest, sandbox.organisation.mode)
    for token in saved["tokens"]:
        _restore_token(sandbox.tokens, token)
    sandbox.views.stacks = {
        user_id: [View(**view) for view in stack]
        for user_id, stack in saved["stacks"].items()
    }
    sandbox.views.homes = {
        user_id: View(**view) for user_id, view in saved["homes"].items()
    }
    sandbox.response_urls.known = {
        key: ResponseUrl(**url) for key, url in saved["response_urls"].items()
    }
    sandbox.scheduled = saved["scheduled"]
    saved_request_url = saved["request_url"]
    if not sandbox.config.request_url:
        sandbox.request_url = saved_request_url
    sandbox.signing_key = SigningKey.read(saved["key"])


def _workspace(saved: Json) -> Workspace:
    return Workspace(
        people={key: Person(**person) for key, person in saved["people"].items()},
        channels={
            key: Channel(**channel) for key, channel in saved["channels"].items()
        },
        usergroups={
            key: UserGroup(**group) for key, group in saved["usergroups"].items()
        },
        files={key: _file(file) for key, file in saved["files"].items()},
    )


def _file(saved: Json) -> File:
    content = base64.b64decode(saved["content"])
    return File(
        **{
            **saved,
            "content": content,
        }
    )


def _restore_token(tokens: dict[str, Token], saved: Json) -> None:
    """Restore a token: the app's own get today's scopes, people's keep their grant."""
    own = tokens.get(saved["value"])
    if own is not None:
        own.revoked = bool(saved["revoked"])
        return
    scopes = frozenset(saved["scopes"])
    token = Token(
        **{
            **saved,
            "scopes": scopes,
        }
    )
    tokens[token.value] = token


def _encode(value: Any) -> Any:
    """Return a JSON value for the types that json does not know."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
