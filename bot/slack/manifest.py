"""The manifest of the Slack app: its scopes, commands, events and addresses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DELIVERIES = "/slack/events"
_FILE = Path(__file__).parent / "manifest.yml"
_ONE_WORKSPACE = "org_deploy_enabled: false"
_ORGANISATION = "org_deploy_enabled: true"
_GRANTED = "x-oauth-scopes"


def read_manifest() -> dict[str, Any]:
    """Return the manifest for Socket Mode, with addresses of an example."""
    manifest: dict[str, Any] = yaml.safe_load(text_of_manifest())
    return manifest


def text_of_manifest() -> str:
    """Return the manifest for Socket Mode as it is written, with its comments."""
    return _FILE.read_text("utf-8")


def manifest_for_organisation() -> str:
    """Return the manifest, with its comments, of an app for a whole organisation."""
    return text_of_manifest().replace(_ONE_WORKSPACE, _ORGANISATION)


def manifest_for_http(public_url: str, *, is_org_wide: bool = False) -> str:
    """Return the manifest, as YAML, of an app that gets its deliveries over HTTP.

    Without Socket Mode, Slack wants an address for each command too.
    """
    manifest = read_manifest()
    address = f"{public_url}{DELIVERIES}"
    for command in manifest["features"]["slash_commands"]:
        command["url"] = address
    manifest["oauth_config"]["redirect_urls"] = [f"{public_url}/sign-in/done"]
    settings = manifest["settings"]
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    settings["socket_mode_enabled"] = False
    settings["org_deploy_enabled"] = is_org_wide
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)


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
