"""The manifest of the Slack app: its scopes, commands, events and addresses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent / "manifest.yml"
_GRANTED = "x-oauth-scopes"


def read_manifest() -> dict[str, Any]:
    """Return the manifest for Socket Mode, with addresses of an example."""
    manifest: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return manifest


def missing_scopes(headers: Mapping[str, str]) -> list[str]:
    """Return the scopes of the manifest that the token of an answer lacks, sorted.

    None is missing where the answer does not name its scopes.
    """
    granted = headers.get(_GRANTED)
    if granted is None:
        return []
    wanted = read_manifest()["oauth_config"]["scopes"]["bot"]
    lacking = set(wanted) - set(granted.replace(" ", "").split(","))
    return sorted(lacking)
