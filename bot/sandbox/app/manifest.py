"""Read an app manifest (YAML or JSON) and answer questions about it."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.sandbox.types import Json

DEFAULT_MANIFEST: Json = {
    "display_information": {
        "name": "help-clip",
        "description": "Ask colleagues about one muddled word",
    },
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "help-clip", "always_online": True},
        "slash_commands": [
            {
                "command": "/help-clip",
                "description": "Ask about a muddled word",
                "usage_hint": "[clip] [1.2-1.9]",
            },
            {"command": "/clip-queue", "description": "Words that need a ruling"},
            {
                "command": "/clip-audit",
                "description": "Who heard what",
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
        return str(self.document.get("display_information", {}).get("name", "app"))

    @property
    def bot_name(self) -> str:
        bot = self.document.get("features", {}).get("bot_user", {})
        return str(bot.get("display_name") or self.app_name)

    @property
    def commands(self) -> list[Json]:
        return list(self.document.get("features", {}).get("slash_commands", []))

    @property
    def shortcuts(self) -> list[Json]:
        return list(self.document.get("features", {}).get("shortcuts", []))

    @property
    def unfurl_domains(self) -> list[str]:
        return list(self.document.get("features", {}).get("unfurl_domains", []))

    @property
    def home_enabled(self) -> bool:
        return bool(self._app_home.get("home_tab_enabled"))

    @property
    def messages_enabled(self) -> bool:
        """Whether the app's Messages tab is on (it is, unless the manifest says
        otherwise).
        """
        return bool(self._app_home.get("messages_tab_enabled", True))

    @property
    def messages_read_only(self) -> bool:
        """Whether people cannot write to the app in its Messages tab."""
        return bool(self._app_home.get("messages_tab_read_only_enabled", False))

    @property
    def _app_home(self) -> Json:
        home: Json = self.document.get("features", {}).get("app_home", {})
        return home

    @property
    def bot_scopes(self) -> frozenset[str]:
        return frozenset(self._scopes("bot"))

    @property
    def bot_events(self) -> frozenset[str]:
        subscriptions = self.document.get("settings", {}).get("event_subscriptions", {})
        return frozenset(subscriptions.get("bot_events", []))

    @property
    def redirect_urls(self) -> list[str]:
        return list(self.document.get("oauth_config", {}).get("redirect_urls", []))

    def request_url(self, kind: str, command: str | None = None) -> str | None:
        """Where HTTP deliveries of this kind go (`events`, `interactive`, ...), if it
        says so.
        """
        settings = self.document.get("settings", {})
        if kind == "events":
            return _text(settings.get("event_subscriptions", {}).get("request_url"))
        if kind == "interactive":
            return _text(settings.get("interactivity", {}).get("request_url"))
        urls = (c.get("url") for c in self.commands if c["command"] == command)
        return _text(next(urls, None))

    def _scopes(self, kind: str) -> list[str]:
        return list(
            self.document.get("oauth_config", {}).get("scopes", {}).get(kind, [])
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def load_manifest(path: Path | None) -> Manifest:
    """The manifest at `path`, or a small default. Raises ValueError naming what is
    wrong.
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
