"""Secrets from files: `NAME_FILE` names a file that holds the value of `NAME`.

Container platforms mount secrets so. A value from a file is stripped, since editors end
a file with a new line.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)

from bot.errors import Invalid
from bot.text import text

SUFFIX = "_file"
# Not a secret by its type, but its address holds a password.
_ADDRESS = "database_url"


class SecretFiles(PydanticBaseSettingsSource):
    """The values of secrets whose files the environment or `.env` names.

    `given` holds the variables of both, by their names in lower case. Raises `Invalid`
    for a file that cannot be read, and where value and file are both given.
    """

    def __init__(
        self,
        settings_class: type[BaseSettings],
        given: Mapping[str, str | None],
    ) -> None:
        super().__init__(settings_class)
        self._given = given

    def get_field_value(
        self,
        field: FieldInfo,
        field_name: str,
    ) -> tuple[Any, str, bool]:
        del field
        path = self._given.get(field_name + SUFFIX)
        if not path:
            return None, field_name, False
        if self._given.get(field_name):
            name = field_name.upper()
            raise Invalid(text("cli.settings.given_twice", name=name))
        return _read_secret(field_name, Path(path)), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            if not is_secret(name, field):
                continue
            value, _, _ = self.get_field_value(field, name)
            if value is not None:
                values[name] = value
        return values


def variables(source: PydanticBaseSettingsSource) -> Mapping[str, str | None]:
    """Return the variables of the environment or of `.env`, without empty ones."""
    if isinstance(source, EnvSettingsSource):
        return source.env_vars
    return {}


def is_secret(name: str, field: FieldInfo) -> bool:
    """Return whether the value of a setting may be in a file, and is never shown."""
    if name == _ADDRESS:
        return True
    return field.annotation in (SecretStr, SecretStr | None)


def _read_secret(name: str, path: Path) -> str:
    problem: str | None = text("cli.settings.no_text")
    try:
        secret = path.read_text("utf-8").strip()
        if secret:
            return secret
    except OSError as error:
        problem = error.strerror
    except UnicodeDecodeError:
        # It holds no text either.
        pass
    sentence = text(
        "cli.settings.secret_file_unreadable",
        name=f"{name}{SUFFIX}".upper(),
        path=path,
        problem=problem,
    )
    raise Invalid(sentence)
