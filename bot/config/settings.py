"""Settings, read in this one place from the environment and `.env`.

`.env.example` lists them.
"""

import contextlib
import re
import tomllib
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config.desks_file import parse_desks
from bot.config.secret_files import SecretFiles, variables
from bot.errors import HelpClipError, Invalid
from bot.rules.desks import Desks
from bot.rules.listening.access_conditions import Network
from bot.rules.numbers import whole_number
from bot.rules.work_tools.links import check_template
from bot.text import text
from storage.errors import StorageError

SLACK_API_URL = "https://slack.com/api/"
_HOOK_SECRET_LENGTH = 16
_MAX_PORT = 65535
# Messages of pydantic begin with these words.
_PYDANTICS = re.compile(r"^(?:Value error,|Input|String) ")


class Settings(BaseSettings):
    """One field a setting; the environment wins over `.env`."""

    model_config = SettingsConfigDict(
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_admin_token: SecretStr | None = None
    slack_client_id: str
    slack_client_secret: SecretStr
    slack_api_url: str = SLACK_API_URL
    public_url: str
    work_tool_url: str = ""
    listen: str = "127.0.0.1:8080"
    operators_listen: str = "127.0.0.1:8081"
    trusted_proxies: str = ""
    slack_pkce: bool = True
    new_login_required: bool = False
    session_idle_minutes: int = Field(
        default=480,
        ge=2,
        le=480,
    )
    grave_idle_minutes: int = Field(
        default=30,
        ge=2,
        le=480,
    )
    database_url: str = "sqlite:///help-clip.db"
    clip_source: str
    recogniser_late_ms: int = Field(
        default=0,
        ge=-500,
        le=500,
    )
    result_sink: str
    result_secret: SecretStr | None = None
    hook_secret: SecretStr | None = None
    snippet_store: str = "snippets"
    snippet_key: SecretStr
    key_store: str = "keys"
    audit_signing_key: SecretStr | None = None
    audit_anchors: str | None = None
    audit_witnesses: str | None = None
    desks: Path = Path("desks.toml")
    lease_seconds: int = Field(
        default=20,
        ge=3,
        le=600,
    )
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from, what counts most first."""
        del file_secret_settings
        given = {**variables(dotenv_settings), **variables(env_settings)}
        secret_files = SecretFiles(settings_cls, given)
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            secret_files,
        )

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        if url.endswith("/"):
            return url
        return f"{url}/"

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError(text("cli.settings.origin"))
        return url.rstrip("/")

    @field_validator("work_tool_url")
    @classmethod
    def _leads_to_a_span(cls, template: str) -> str:
        if not template:
            return template
        try:
            return check_template(template)
        except Invalid as error:
            raise ValueError(str(error)) from None

    @field_validator("listen", "operators_listen")
    @classmethod
    def _is_host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if host and _is_port(port):
            return listen
        raise ValueError(text("cli.settings.host_and_port"))

    @field_validator("hook_secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if any(len(part) < _HOOK_SECRET_LENGTH for part in _divided(secret)):
            fewest = _HOOK_SECRET_LENGTH
            raise ValueError(text("cli.settings.too_short", fewest=fewest))
        return secret

    @field_validator("slack_bot_token", "slack_signing_secret", "hook_secret")
    @classmethod
    def _holds_a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _divided(secret):
            raise ValueError(text("cli.settings.no_secret"))
        return secret

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, networks: str) -> str:
        _networks(networks)
        return networks

    @property
    def slack_bot_tokens(self) -> list[str]:
        """Return the bot tokens: one for each workspace, or one for an organisation."""
        return _divided(self.slack_bot_token)

    @property
    def slack_signing_secrets(self) -> list[str]:
        """Return the signing secrets; during a rotation there are several."""
        return _divided(self.slack_signing_secret)

    @property
    def hook_secrets(self) -> list[str]:
        """Return the secrets that sign calls to us; during a rotation several."""
        return _divided(self.hook_secret)

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        return _networks(self.trusted_proxies)

    @property
    def public_address(self) -> tuple[str, int]:
        """Return host and port of `listen`."""
        return _split_address(self.listen)

    @property
    def operators_address(self) -> tuple[str, int]:
        """Return host and port of `operators_listen`."""
        return _split_address(self.operators_listen)


def _split_address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _divided(secret: SecretStr | None) -> list[str]:
    if secret is None:
        return []
    parts = [part.strip() for part in secret.get_secret_value().split(",")]
    return [part for part in parts if part]


def _is_port(port: str) -> bool:
    return whole_number(port, _MAX_PORT) is not None


def _networks(networks: str) -> tuple[Network, ...]:
    parts = [part.strip() for part in networks.split(",")]
    try:
        return tuple(ip_network(part) for part in parts if part)
    except ValueError as error:
        problem = text("cli.settings.networks", problem=error)
        raise ValueError(problem) from None


def read_settings(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:
    """Return the settings.

    Raises `Invalid` with one line that names every setting at fault.
    """
    try:
        # pydantic-settings reads the file with python-dotenv; mypy does not know the
        # argument.
        return Settings(_env_file=env_file, **overrides)  # type: ignore[call-arg]
    except ValidationError as error:
        raise Invalid(_one_line(error)) from None


def plain_values(settings: Settings) -> dict[str, Any]:
    """Return every setting of the environment by its field's name, secrets included."""
    values = {}
    for name, value in settings:
        if isinstance(value, SecretStr):
            values[name] = value.get_secret_value()
        else:
            values[name] = value
    return values


def read_desks(path: Path) -> Desks:
    """Return the desks of `desks.toml`. Raises `Invalid` with the mistake in it."""
    return parse_desks(read_desks_file(path))


def read_desks_file(path: Path) -> dict[str, Any]:
    """Return the content of `desks.toml`, unchecked. Raises `Invalid`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Invalid(text("cli.settings.no_desks", path=path)) from None
    except OSError as error:
        problem = error.strerror
        sentence = text("cli.settings.desks_unreadable", path=path, problem=problem)
        raise Invalid(sentence) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        sentence = text("cli.settings.desks_no_toml", path=path, problem=error)
        raise Invalid(sentence) from None
    except RecursionError:
        raise Invalid(text("cli.settings.desks_too_deep", path=path)) from None
    except ValueError:
        # The TOML reader does not name the line of a number of over 4,300 digits.
        raise Invalid(text("cli.settings.desks_long_number", path=path)) from None


def _one_line(error: ValidationError) -> str:
    missing = []
    wrong = []
    for problem in error.errors():
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            missing.append(name)
        else:
            reason = _PYDANTICS.sub("", problem["msg"])
            wrong.append(f"{name} {reason}")
    faults = "; ".join(wrong)
    count = len(missing) + len(wrong)
    if not missing:
        return text("cli.settings.wrong", faults=faults, count=count)
    names = ", ".join(missing)
    if not wrong:
        return text("cli.settings.missing", names=names, count=count)
    return text("cli.settings.missing_and_wrong", names=names, faults=faults)


def secret_value(secret: SecretStr | None) -> str | None:
    """Return the text of a secret setting, None where it is not set."""
    if secret is None:
        return None
    return secret.get_secret_value()


@contextlib.contextmanager
def naming(setting: str) -> Iterator[None]:
    """Raise errors of the block as `Invalid`, with the setting named."""
    try:
        yield
    except (ValueError, StorageError, HelpClipError) as error:
        problem = str(error)
        if setting not in problem:
            problem = text("cli.wiring.named", setting=setting, problem=problem)
        raise Invalid(problem) from None
