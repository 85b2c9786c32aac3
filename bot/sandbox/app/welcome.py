"""Read the welcome file: first steps, and commands to try in an empty channel."""

import json
from pathlib import Path

from bot.sandbox.types import Json


def load_welcome(path: Path | None) -> Json | None:
    """Return `{channel, steps, commands, sign_in_cookies}`, or None without a file.

    `steps` are sentences, `commands` are objects with `command` and `shows`.
    `sign_in_cookies` names the cookies with which the app's pages on this host keep a
    person signed in; they are optional. Raises ValueError that names the problem.
    """
    if path is None:
        return None
    try:
        welcome = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ValueError(f"cannot read the welcome file {path}: {problem}") from problem
    if not isinstance(welcome, dict):
        raise ValueError(f"the welcome file {path} is not an object")
    if not {"channel", "steps", "commands"}.issubset(welcome):
        raise ValueError(f"the welcome file {path} lacks channel, steps or commands")
    return welcome
