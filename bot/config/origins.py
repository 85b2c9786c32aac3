"""The settings in force, and where each value comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource
from sqlalchemy import make_url

from bot.config.secret_files import SUFFIX, variables
from bot.config.settings import Settings, read_settings


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
            value=_shown(value),
            is_hidden=isinstance(value, SecretStr),
            source=source,
            path=path,
        )


def _shown(value: Any) -> str | None:
    """Return a value as it may be printed: no secret, and no password of an address."""
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return ""
    printed = str(value)
    if "://" not in printed or "@" not in printed:
        return printed
    return make_url(printed).render_as_string(hide_password=True)
