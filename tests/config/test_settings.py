"""Settings, and what is said when one is wrong."""

from pathlib import Path

import pytest

from bot.config.origins import Source, settings_in_force
from bot.config.secret_files import is_secret
from bot.config.settings import Settings, plain_values, read_desks, read_settings
from bot.errors import Invalid

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "s",
    "PUBLIC_URL": "https://help-clip.test/",
    "CLIP_SOURCE": "clips",
    "RESULT_SINK": "results",
    "SNIPPET_KEY": "k",
}


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.env` and an environment that says nothing."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / ".env"


def write(env_file: Path, **changes: str) -> Path:
    lines = {**GOOD, **changes}
    env_file.write_text("\n".join(f"{k}={v}" for k, v in lines.items() if v), "utf-8")
    return env_file


def test_the_file_is_read_and_the_environment_wins(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIP_SOURCE", "elsewhere")
    settings = read_settings(write(env_file))
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.clip_source == "elsewhere"
    assert settings.public_url == "https://help-clip.test"


def test_every_missing_setting_is_named_in_one_line(env_file: Path) -> None:
    with pytest.raises(Invalid) as error:
        read_settings(write(env_file, PUBLIC_URL="", SNIPPET_KEY=""))
    assert "Missing: PUBLIC_URL, SNIPPET_KEY. Set them in" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PUBLIC_URL", "http://example.com", "https://"),
        ("LISTEN", "8080", "HOST:PORT"),
        ("SLACK_SIGNING_SECRET", ",", "holds no secret"),
        ("SLACK_SIGNING_SECRET", " , ", "holds no secret"),
        ("HOOK_SECRET", ",", "holds no secret"),
        ("LISTEN", "127.0.0.1:99999", "HOST:PORT"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL should match"),
        ("LEASE_SECONDS", "1", r"LEASE_SECONDS should be greater.* Set it in"),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(
    env_file: Path, name: str, value: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        read_settings(write(env_file, **{name: value}))


def test_secrets_do_not_show_in_a_printed_setting(env_file: Path) -> None:
    assert "xoxb-1" not in repr(read_settings(write(env_file)))


def test_a_desks_file_that_is_missing_or_broken_says_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file"):
        read_desks(tmp_path / "desks.toml")
    (tmp_path / "desks.toml").write_text("[desks", "utf-8")
    with pytest.raises(Invalid, match="not valid TOML"):
        read_desks(tmp_path / "desks.toml")


SECRETS = {
    name.upper()
    for name, field in Settings.model_fields.items()
    if is_secret(name, field)
}


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_may_be_in_a_file(env_file: Path, name: str) -> None:
    held = "secret-of-a-file-0123456789"
    secret = env_file.parent / "mounted"
    secret.write_text(f"{held}\n", "utf-8")
    write(env_file, **{name: "", f"{name}_FILE": str(secret)})
    value = plain_values(read_settings(env_file))[name.lower()]
    assert value == held


def test_a_secret_given_twice_or_a_file_that_is_away_is_named(env_file: Path) -> None:
    write(env_file, SNIPPET_KEY_FILE="/nowhere/key")
    with pytest.raises(Invalid, match="SNIPPET_KEY and SNIPPET_KEY_FILE are both set"):
        read_settings(env_file)
    write(env_file, SNIPPET_KEY="", SNIPPET_KEY_FILE="/nowhere/key")
    with pytest.raises(Invalid, match="SNIPPET_KEY_FILE: /nowhere/key cannot be read"):
        read_settings(env_file)
    binary = env_file.parent / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    write(env_file, SNIPPET_KEY="", SNIPPET_KEY_FILE=str(binary))
    with pytest.raises(Invalid, match="holds no text"):
        read_settings(env_file)


def test_what_is_in_force_shows_its_source_and_no_secret(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = env_file.parent / "mounted"
    secret.write_text("key-of-a-file", "utf-8")
    database = "postgresql://clip:pass-word@db.test/clip"
    write(
        env_file,
        SNIPPET_KEY="",
        SNIPPET_KEY_FILE=str(secret),
        DATABASE_URL=database,
    )
    monkeypatch.setenv("CLIP_SOURCE", "elsewhere")
    found = {each.name: each for each in settings_in_force(env_file)}
    assert found.keys() == {name.upper() for name in Settings.model_fields}
    assert found["CLIP_SOURCE"].value == "elsewhere"
    assert found["CLIP_SOURCE"].source is Source.ENVIRONMENT
    assert found["PUBLIC_URL"].source is Source.DOTENV
    assert found["LISTEN"].source is Source.DEFAULT
    assert found["SNIPPET_KEY"].path == str(secret)
    assert found["HOOK_SECRET"].value is None
    assert found["DATABASE_URL"].value == "postgresql://clip:***@db.test/clip"
    shown = repr(found)
    for hidden in ("pass-word", "key-of-a-file", "xoxb-1"):
        assert hidden not in shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("CLIP_SOURCE", "s3://clips?region=eu-1", "s3://clips?region=eu-1"),
        ("CLIP_SOURCE", "s3://id:hush@clips/a", "s3://id:***@clips/a"),
        ("CLIP_SOURCE", "az://clips?sv=1&sig=hush", "az://clips?sv=***&sig=***"),
        ("CLIP_SOURCE", "manifest:s3://hush@c/a.csv", "manifest:s3://***@c/a.csv"),
        ("CLIP_SOURCE", "s3://clips?hush", "s3://clips?***"),
        ("RESULT_SINK", "https://a.test/hooks/hush", "https://a.test/***"),
        ("RESULT_SINK", "https://user:hush@a.test/x", "https://user:***@a.test/***"),
        ("RESULT_SINK", "https://[hush@a.test", "https://***@a.test"),
        (
            "DATABASE_URL",
            "postgresql://clip:hu/sh@db.test/clip?sslmode=require&password=hush",
            "postgresql://clip:***@db.test/clip?sslmode=***&password=***",
        ),
        ("DATABASE_URL", "sqlite:///help-clip.db", "sqlite:///help-clip.db"),
        (
            "WORK_TOOL_URL",
            "https://tool.test/{clip_id}?from={start}&to={end}&key=hush",
            "https://tool.test/{clip_id}?from={start}&to={end}&key=***",
        ),
    ],
)
def test_an_address_is_shown_without_its_passwords_and_keys(
    env_file: Path, name: str, value: str, shown: str
) -> None:
    write(env_file, **{name: value})
    found = {each.name: each for each in settings_in_force(env_file)}
    assert found[name].value == shown


def test_an_empty_file_is_no_secret(env_file: Path) -> None:
    empty = env_file.parent / "empty"
    empty.write_text("\n", "utf-8")
    write(env_file, RESULT_SECRET_FILE=str(empty))
    with pytest.raises(Invalid, match=r"RESULT_SECRET_FILE: .* it holds no text"):
        read_settings(env_file)
