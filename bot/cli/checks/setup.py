"""`help-clip setup`: is every channel fit for what desks.toml uses it for?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from rich.console import Console
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.settings import read_desks, read_settings
from bot.rules.channels.fitness import for_uses, judge, other_apps, purposes, what_to_do
from bot.rules.desks import Desks
from bot.slack.channel_inspector import Looker
from bot.slack.retry import code_of
from bot.wiring import open_slack


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A channel, what is wrong in it, and what is only worth knowing."""

    what: str
    problems: list[str]
    note: str | None = None


def setup() -> None:
    """Look at every channel of desks.toml, safety and audit included, and say what to
    mend.

    Exit status 1 when something is.
    """
    settings = read_settings()
    client, identity = open_slack(settings)
    console = Console(highlight=False, soft_wrap=True)
    bad = 0
    for found in channel_findings(client, identity, read_desks(settings.desks)):
        bad += bool(found.problems)
        console.print(
            f"{'[red]✗[/red]' if found.problems else '[green]✓[/green]'} {found.what}"
        )
        for line in [*found.problems, *([found.note] if found.note else [])]:
            console.print(f"    {line}", markup=False)
    raise typer.Exit(1 if bad else 0)


def channel_findings(
    client: WebClient, identity: AuthorizeResult, desks: Desks
) -> Iterator[Finding]:
    """Each channel with what is wrong in it; nothing, where it is fit."""
    looker = Looker(client, lambda: datetime.now(UTC), identity.bot_user_id)
    for channel_id, uses in purposes(desks).items():
        what = ", ".join(
            f"desk {use}" if use in desks.desks else f"{use} channel" for use in uses
        )
        try:
            look = looker.look(channel_id)
        except SlackApiError as error:
            yield Finding(what=f"{channel_id} ({what})", problems=[_not_said(error)])
            continue
        seen = for_uses(
            judge(look, identity.team_id or "", identity.enterprise_id), uses
        )
        yield Finding(
            what=f"{channel_id} ({what})",
            problems=what_to_do(seen, str),
            note=other_apps(seen, str),
        )
    if desks.safety_channel_id is None:
        problem = 'desks.toml names none. Set safety_channel = "C...".'
        yield Finding(what="Safety channel", problems=[problem])


def _not_said(error: SlackApiError) -> str:
    code = code_of(error)
    if code == "missing_scope":
        needed = error.response.get("needed")
        return f"The app lacks the scope {needed}. Install it anew from manifest.yml."
    return f"Slack says {code}. Try again in a minute."
