"""Read an app manifest (YAML or JSON)."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.sandbox.types import Json

_EXAMPLE_URL = "http://127.0.0.1:8000/slack/events"
DEFAULT_MANIFEST: Json = {
    "display_information": {
        "name": "help-clip",
        "description": "Ask colleagues about one muddled word",
    },
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
        },
        "bot_user": {
            "display_name": "help-clip",
            "always_online": True,
        },
        "slash_commands": [
            {
                "command": "/help-clip",
                "description": "Ask about a muddled word",
                "url": _EXAMPLE_URL,
                "usage_hint": "[clip] [1.2-1.9]",
            },
            {
                "command": "/clip-queue",
                "description": "Words that need a ruling",
                "url": _EXAMPLE_URL,
            },
            {
                "command": "/clip-audit",
                "description": "Who heard what",
                "url": _EXAMPLE_URL,
                "usage_hint": "[clip | person | request]",
            },
        ],
        "shortcuts": [
            {
                "name": "Ask about a word",
                "type": "global",
                "callback_id": "ask",
                "description": "Ask colleagues about one muddled word",
            },
            {
                "name": "Ask about this clip",
                "type": "message",
                "callback_id": "ask_about_message",
                "description": "Ask about the clip named in this message",
            },
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "bookmarks:read",
                "bookmarks:write",
                "channels:history",
                "channels:join",
                "channels:manage",
                "channels:read",
                "chat:write",
                "commands",
                "emoji:read",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "groups:write",
                "im:history",
                "im:read",
                "im:write",
                "links:read",
                "links:write",
                "mpim:history",
                "mpim:read",
                "mpim:write",
                "pins:read",
                "pins:write",
                "reactions:read",
                "reactions:write",
                "remote_files:read",
                "remote_files:share",
                "remote_files:write",
                "team:read",
                "usergroups:read",
                "usergroups:write",
                "users.profile:read",
                "users:read",
                "users:read.email",
                "users:write",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "channel_archive",
                "channel_created",
                "channel_deleted",
                "channel_rename",
                "channel_shared",
                "channel_unarchive",
                "channel_unshared",
                "file_shared",
                "link_shared",
                "member_joined_channel",
                "member_left_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "reaction_added",
                "reaction_removed",
                "subteam_created",
                "subteam_members_changed",
                "subteam_updated",
                "tokens_revoked",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that change how a workspace behaves."""

    document: Json

    @property
    def app_name(self) -> str:
        """Return the app's name."""
        return str(self._section("display_information").get("name", "app"))

    @property
    def bot_name(self) -> str:
        """Return the bot user's name, the app's where it has none."""
        return str(self._feature("bot_user").get("display_name") or self.app_name)

    @property
    def commands(self) -> list[Json]:
        """Return the slash commands."""
        return list(self._section("features").get("slash_commands", []))

    @property
    def shortcuts(self) -> list[Json]:
        """Return the global and message shortcuts."""
        return list(self._section("features").get("shortcuts", []))

    @property
    def unfurl_domains(self) -> list[str]:
        """Return the domains whose links the app is notified of."""
        return list(self._section("features").get("unfurl_domains", []))

    @property
    def home_enabled(self) -> bool:
        """Return whether the app has a Home tab."""
        return bool(self._feature("app_home").get("home_tab_enabled"))

    @property
    def messages_enabled(self) -> bool:
        """Return whether the app's Messages tab is on, as it is by default."""
        return bool(self._feature("app_home").get("messages_tab_enabled", True))

    @property
    def messages_read_only(self) -> bool:
        """Return whether people cannot write to the app in its Messages tab."""
        home = self._feature("app_home")
        return bool(home.get("messages_tab_read_only_enabled", False))

    @property
    def bot_scopes(self) -> frozenset[str]:
        """Return the scopes of the bot token."""
        scopes = self._section("oauth_config").get("scopes", {})
        return frozenset(scopes.get("bot", []))

    @property
    def bot_events(self) -> frozenset[str]:
        """Return the events the app subscribed to, such as `message.channels`."""
        return frozenset(self._setting("event_subscriptions").get("bot_events", []))

    @property
    def redirect_urls(self) -> list[str]:
        """Return the addresses that signing in may lead back to."""
        return list(self._section("oauth_config").get("redirect_urls", []))

    def request_url(self, kind: str, command: str | None = None) -> str | None:
        """Return the address of HTTP deliveries, or None if the manifest has none.

        `kind` is events, interactive or slash_commands; each command has its own url.
        """
        if kind == "events":
            return _text(self._setting("event_subscriptions").get("request_url"))
        if kind == "interactive":
            return _text(self._setting("interactivity").get("request_url"))
        for known in self.commands:
            if known["command"] == command:
                return _text(known.get("url"))
        return None

    def _section(self, name: str) -> Json:
        section: Json = self.document.get(name, {})
        return section

    def _feature(self, name: str) -> Json:
        feature: Json = self._section("features").get(name, {})
        return feature

    def _setting(self, name: str) -> Json:
        setting: Json = self._section("settings").get(name, {})
        return setting


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    if value == "":
        return None
    return value


def load_manifest(path: Path | None) -> Manifest:
    """Return the manifest at `path`, or a small default one for None.

    Raises ValueError that names the problem.
    """
    if path is None:
        return Manifest(DEFAULT_MANIFEST)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise ValueError(f"cannot read the manifest {path}: {problem}") from problem
    if not isinstance(document, dict):
        raise ValueError(f"the manifest {path} is not a mapping")
    return Manifest(document)
