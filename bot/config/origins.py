"""The settings in force, and where each value comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.config.secret_files import SUFFIX, variables
from bot.config.settings import Settings, read_settings

_HIDDEN = "***"
# The login of an address ends at its last @: a password may hold any other character.
_LOGIN = re.compile(r"(?<=://)([^:/@]*:)?.*@", re.DOTALL)
# The values of these keys are no secrets; those of all others are hidden.
_SHOWN_KEYS = ("region", "endpoint", "virtual_hosted_style_request", "skip_signature")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
# The path of a webhook is often its secret.
_WEBHOOK = re.compile(r"(https?://[^/?]*)/[^?]*", re.DOTALL | re.IGNORECASE)


class Source(StrEnum):
    """Where the value of a setting was found."""

    ENVIRONMENT = "environment"
    DOTENV = ".env"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class SettingInForce:
    """One setting. `value` is None where it is not set, and empty for a secret.

    `path` is the file that holds a secret, empty where none is named.
    """

    name: str
    value: str | None
    is_hidden: bool
    source: Source
    path: str = ""


def settings_in_force(env_file: Path = Path(".env")) -> Iterator[SettingInForce]:
    """Yield every setting in the order of the settings. Raises `Invalid`."""
    settings = read_settings(env_file)
    environment = variables(EnvSettingsSource(Settings, env_ignore_empty=True))
    dotenv = variables(
        DotEnvSettingsSource(
            Settings,
            env_file=env_file,
            env_ignore_empty=True,
        )
    )
    both = {**dotenv, **environment}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        path = both.get(name + SUFFIX) or ""
        source = Source.DEFAULT
        if name in environment:
            source = Source.ENVIRONMENT
        elif name in dotenv:
            source = Source.DOTENV
        elif path:
            source = Source.FILE
        yield SettingInForce(
            name=name.upper(),
            value=_shown(name, value),
            is_hidden=isinstance(value, SecretStr),
            source=source,
            path=path,
        )


def _shown(name: str, value: Any) -> str | None:
    """Return a value as it may be printed: no secret, and none of an address."""
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return ""
    printed = str(value)
    if "://" not in printed:
        return printed
    return _shown_address(name, printed)


def _shown_address(name: str, address: str) -> str:
    """Return an address without its password, the values of its query, and its hook."""
    shown = _LOGIN.sub(_without_password, address)
    if name == "result_sink":
        shown = _WEBHOOK.sub(rf"\1/{_HIDDEN}", shown)
    place, mark, query = shown.partition("?")
    parts = [_shown_part(part) for part in query.split("&")]
    return place + mark + "&".join(parts)


def _without_password(login: re.Match[str]) -> str:
    user = login[1] or ""
    return f"{user}{_HIDDEN}@"


def _shown_part(part: str) -> str:
    """Return one part of a query, with its value only where that is no secret."""
    key, equals, value = part.partition("=")
    if key in _SHOWN_KEYS or _PLACEHOLDER.fullmatch(value):
        return part
    if equals:
        return f"{key}={_HIDDEN}"
    if part:
        return _HIDDEN
    return ""
