"""`help-clip setup`: is every channel fit for what desks.toml uses it for?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import typer
from rich.console import Console
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.channels import for_uses, judge, purposes, what_to_do
from bot.rules.desks import Desks
from bot.settings import read_desks, read_settings
from bot.slack.looker import Looker
from bot.slack.retry import code_of
from bot.wiring import open_slack


def setup() -> None:
    """Look at every channel of desks.toml, safety and audit included, and say what to mend.

    Exit status 1 when something is.
    """
    settings = read_settings()
    client, identity = open_slack(settings)
    console = Console(highlight=False, soft_wrap=True)
    bad = 0
    for what, problems in channel_findings(
        client, read_desks(settings.desks), identity.team_id or "", identity.enterprise_id
    ):
        bad += bool(problems)
        console.print(f"{'[red]✗[/red]' if problems else '[green]✓[/green]'} {what}")
        for problem in problems:
            console.print(f"    {problem}", markup=False)
    raise typer.Exit(1 if bad else 0)


def channel_findings(
    client: WebClient, desks: Desks, team_id: str, enterprise_id: str | None
) -> Iterator[tuple[str, list[str]]]:
    """Each channel with what is wrong in it; nothing, where it is fit."""
    looker = Looker(client, lambda: datetime.now(UTC))
    for channel_id, uses in purposes(desks).items():
        what = ", ".join(f"desk {use}" if use in desks.desks else f"{use} channel" for use in uses)
        try:
            seen = judge(looker.look(channel_id), team_id, enterprise_id)
        except SlackApiError as error:
            yield f"{channel_id} ({what})", [_not_said(error)]
            continue
        yield f"{channel_id} ({what})", what_to_do(for_uses(seen, uses), str)
    if desks.safety_channel_id is None:
        yield "Safety channel", ['desks.toml names none. Set safety_channel = "C...".']


def _not_said(error: SlackApiError) -> str:
    code = code_of(error)
    if code == "missing_scope":
        needed = error.response.get("needed")
        return f"The app lacks the scope {needed}. Install it anew from manifest.yml."
    return f"Slack says {code}. Try again in a minute."
