"""The state file: everything an app and its people would miss after a restart.

Left out are what lives for seconds (trigger_ids, sign-in codes, redeliveries) and the
log.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.sandbox.app.response_urls import ResponseUrl
from bot.sandbox.app.tokens import Token, default_tokens
from bot.sandbox.app.view_stacks import View
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.sign_in.signing_key import SigningKey
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.files import File
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup
from bot.sandbox.workspace.workspace import Workspace

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox


def save(sandbox: Sandbox, path: Path) -> None:
    """Write the state so that a crash leaves either the old file or the new one."""
    scratch = path.with_name(path.name + ".new")
    scratch.touch(mode=0o600)
    scratch.write_text(
        json.dumps(_state_of(sandbox), default=_encode), encoding="utf-8"
    )
    scratch.replace(path)


def _state_of(sandbox: Sandbox) -> Json:
    return {
        "workspace": asdict(sandbox.workspace),
        "tokens": [asdict(token) for token in sandbox.tokens.values()],
        "stacks": {
            u: [asdict(v) for v in stack] for u, stack in sandbox.views.stacks.items()
        },
        "homes": {u: asdict(view) for u, view in sandbox.views.homes.items()},
        "response_urls": {
            k: asdict(url) for k, url in sandbox.response_urls.known.items()
        },
        "scheduled": sandbox.scheduled,
        "request_url": sandbox.request_url,
        "key": sandbox.key.export(),
    }


def load(sandbox: Sandbox, path: Path) -> None:
    """Put the saved state into a new sandbox. Raises ValueError when it cannot be
    read.
    """
    try:
        saved: Json = json.loads(path.read_text(encoding="utf-8"))
        sandbox.workspace = _workspace(saved["workspace"])
        sandbox.workspace.people[BOT_USER_ID].real_name = sandbox.manifest.bot_name
        sandbox.tokens = default_tokens(sandbox.manifest)
        for token in saved["tokens"]:
            _restore_token(sandbox.tokens, token)
        sandbox.views.stacks = {
            u: [View(**v) for v in s] for u, s in saved["stacks"].items()
        }
        sandbox.views.homes = {u: View(**v) for u, v in saved["homes"].items()}
        urls = saved["response_urls"].items()
        sandbox.response_urls.known = {k: ResponseUrl(**url) for k, url in urls}
        sandbox.scheduled = saved["scheduled"]
        sandbox.request_url = sandbox.config.request_url or saved["request_url"]
        sandbox.key = SigningKey.read(saved["key"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"{path} is not a sandbox state file: {problem}") from problem
    sandbox.clock.not_before(sandbox.workspace.latest_ts())


def _workspace(saved: Json) -> Workspace:
    return Workspace(
        people={k: Person(**v) for k, v in saved["people"].items()},
        channels={k: Channel(**v) for k, v in saved["channels"].items()},
        usergroups={k: UserGroup(**v) for k, v in saved["usergroups"].items()},
        files={
            k: File(**{**v, "content": base64.b64decode(v["content"])})
            for k, v in saved["files"].items()
        },
    )


def _restore_token(tokens: dict[str, Token], saved: Json) -> None:
    """The app's own tokens get the scopes of today's manifest, people's keep what was
    granted.
    """
    own = tokens.get(saved["value"])
    if own is not None:
        own.revoked = bool(saved["revoked"])
    else:
        token = Token(**{**saved, "scopes": frozenset(saved["scopes"])})
        tokens[token.value] = token


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
