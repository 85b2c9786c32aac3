"""Which tokens belong together, and which desks to their workspaces."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.checks.setup import channel_findings
from bot.cli.demo.demo import demo_settings
from bot.config.desks_file import parse_desks
from bot.config.settings import Settings, read_settings
from bot.config.workspaces import check_only_workspace, check_workspaces
from bot.errors import Invalid
from bot.opened_slack import open_slack
from bot.rules.desks import Desks
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.sandbox.config import BOT_TOKEN, WEST_TOKEN

ROOT = Path(__file__).parents[2]
NAMES = {"T1": "East", "T2": "West"}


def running(mode: str) -> RunningSandbox:
    config = SandboxConfig(manifest=ROOT / "manifest.yml", organisation=mode)
    return start_in_thread(config)


@pytest.fixture(scope="module")
def apart() -> Iterator[RunningSandbox]:
    with running("workspaces") as sandbox:
        yield sandbox


def settings_with(folder: Path, url: str, tokens: str) -> Settings:
    settings = demo_settings(folder, url, "http://127.0.0.1:1")
    values = {**settings.model_dump(), "slack_bot_token": tokens}
    return read_settings(None, **values)


def desks_in(*workspaces: str | None) -> Desks:
    sections = {}
    for number, workspace in enumerate(workspaces):
        section = {"locale": "en", "channel": f"C{number}"}
        if workspace is not None:
            section["workspace"] = workspace
        sections[f"desk-{number}"] = section
    return parse_desks({"desks": sections})


def test_two_tokens_are_two_workspaces(apart: RunningSandbox, tmp_path: Path) -> None:
    tokens = f"{BOT_TOKEN}, {WEST_TOKEN}"
    slack = open_slack(settings_with(tmp_path, apart.url, tokens))
    assert slack.workspaces == {"T0SANDBOX": "Sandbox", "T0WEST001": "Sandbox West"}
    assert slack.team_ids == {"T0SANDBOX", "T0WEST001"}
    assert slack.team_id == "E0SANDBOX"
    assert slack.missing_scopes == []


def test_one_token_of_an_organisation_s_workspace_is_one_workspace(
    apart: RunningSandbox, tmp_path: Path
) -> None:
    slack = open_slack(settings_with(tmp_path, apart.url, BOT_TOKEN))
    assert slack.team_id == "T0SANDBOX"
    assert slack.team_ids == frozenset()


def test_the_refused_one_of_two_tokens_is_named(
    apart: RunningSandbox, tmp_path: Path
) -> None:
    tokens = f"{BOT_TOKEN},xoxb-wrong"
    with pytest.raises(Invalid, match="token 2: Slack answered invalid_auth"):
        open_slack(settings_with(tmp_path, apart.url, tokens))


def test_two_tokens_of_one_workspace_are_refused(
    apart: RunningSandbox, tmp_path: Path
) -> None:
    tokens = f"{BOT_TOKEN},{BOT_TOKEN}"
    with pytest.raises(Invalid, match="two tokens are of the same workspace"):
        open_slack(settings_with(tmp_path, apart.url, tokens))


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("off", "do not belong to one Enterprise organisation"),
        ("org-wide", "Remove the other tokens"),
    ],
)
def test_tokens_that_do_not_belong_together_are_refused(
    tmp_path: Path, mode: str, sentence: str
) -> None:
    tokens = f"{BOT_TOKEN},{BOT_TOKEN}"
    with running(mode) as sandbox, pytest.raises(Invalid, match=sentence):
        open_slack(settings_with(tmp_path, sandbox.url, tokens))


@pytest.mark.parametrize("mode", ["workspaces", "org-wide"])
def test_a_channel_outside_of_its_desk_s_workspace_is_a_fault(
    tmp_path: Path, mode: str
) -> None:
    desks = parse_desks(
        {
            "desks": {
                "east": desk("T0SANDBOX", "C0HELPENUS"),
                "west": desk("T0SANDBOX", "C0WESTDESK"),
                "far": desk("T0WEST001", "C0HELPDEDE"),
            }
        }
    )
    tokens = {"workspaces": f"{BOT_TOKEN},{WEST_TOKEN}", "org-wide": BOT_TOKEN}[mode]
    with running(mode) as sandbox:
        settings = settings_with(tmp_path, sandbox.url, tokens)
        file = tmp_path / "desks.toml"
        file.write_text(
            '[desks.east]\nlocale="en"\nchannel="C1"\nworkspace="T0SANDBOX"\n'
            '[desks.west]\nlocale="en"\nchannel="C2"\nworkspace="T0WEST001"\n'
        )
        slack = open_slack(settings.model_copy(update={"desks": file}))
        found = {}
        for finding in channel_findings(slack, desks):
            found[finding.subject.split()[0]] = finding.problems
    assert found["C0HELPENUS"] == []
    assert found["C0WESTDESK"] != []
    assert found["C0HELPDEDE"] != []


def desk(workspace: str, channel: str) -> dict[str, str]:
    return {"locale": "en", "workspace": workspace, "channel": channel}


def test_each_desk_of_several_workspaces_names_its_own() -> None:
    check_workspaces(desks_in("T1", "T2", "T1"), NAMES)
    with pytest.raises(Invalid, match=r"\[desks.desk-1\]: workspace is missing.*T1 \("):
        check_workspaces(desks_in("T1", None), NAMES)
    with pytest.raises(Invalid, match="not installed in the workspace T9"):
        check_workspaces(desks_in("T1", "T9"), NAMES)


def test_a_desk_of_the_only_workspace_may_name_it() -> None:
    check_only_workspace(desks_in(None, "T1"), "T1")
    with pytest.raises(Invalid, match="not installed in the workspace T9"):
        check_only_workspace(desks_in("T9"), "T1")
