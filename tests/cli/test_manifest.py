"""`help-clip manifest` writes the app for one workspace, or for an organisation."""

import yaml
from typer.testing import CliRunner

from bot.cli.app import app


def printed(*options: str) -> dict[str, object]:
    shown = CliRunner().invoke(app, ["manifest", *options])
    assert shown.exit_code == 0, shown.output
    settings: dict[str, object] = yaml.safe_load(shown.output)["settings"]
    return settings


def test_the_app_is_one_of_a_workspace_unless_asked_otherwise() -> None:
    assert printed()["org_deploy_enabled"] is False
    assert printed("--org")["org_deploy_enabled"] is True


def test_an_app_of_an_organisation_may_get_its_deliveries_over_http() -> None:
    settings = printed("--org", "--http", "https://help-clip.example.com")
    assert settings["org_deploy_enabled"] is True
    assert settings["socket_mode_enabled"] is False
    alone = printed("--http", "https://help-clip.example.com")
    assert alone["org_deploy_enabled"] is False
