"""`help-clip config`: the settings in force, and where each comes from."""

from bot.cli.output import print_table
from bot.config.origins import SettingInForce, Source, settings_in_force
from bot.text import text


def config() -> None:
    """Show every setting in force and its source; secrets stay hidden."""
    columns = [
        text("cli.config.setting"),
        text("cli.config.value"),
        text("cli.config.comes_from"),
    ]
    rows = []
    for setting in settings_in_force():
        rows.append([setting.name, _value_of(setting), _source_of(setting)])
    print_table(columns, rows)


def _value_of(setting: SettingInForce) -> str:
    if setting.value is None:
        return text("cli.config.unset")
    if setting.is_hidden:
        return text("cli.config.hidden")
    return setting.value


def _source_of(setting: SettingInForce) -> str:
    if setting.source is Source.FILE:
        return setting.path
    if setting.source is Source.DOTENV:
        return setting.source
    return text(f"cli.config.{setting.source}")
