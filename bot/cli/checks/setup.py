"""`help-clip setup`: check that every channel is fit for its use in desks.toml."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli.output import print_mark
from bot.config.settings import read_desks, read_settings
from bot.rules.channels.fitness import for_uses, judge, other_apps, purposes, what_to_do
from bot.rules.desks import Desks
from bot.slack.channel_inspector import ChannelInspector
from bot.slack.retry import error_code
from bot.text import text
from bot.wiring import open_slack


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A channel with its faults. `note` is worth knowing but no fault."""

    subject: str
    problems: list[str]
    note: str | None = None


def setup() -> None:
    """Check every channel of desks.toml, safety and audit channels included.

    Exit status 1 when something needs mending.
    """
    settings = read_settings()
    client, identity = open_slack(settings)
    n_unfit = 0
    for found in channel_findings(client, identity, read_desks(settings.desks)):
        n_unfit += bool(found.problems)
        print_mark(found.subject, passed=not found.problems)
        for problem in found.problems:
            typer.echo(f"    {problem}")
        if found.note:
            typer.echo(f"    {found.note}")
    raise typer.Exit(int(n_unfit > 0))


def channel_findings(
    client: WebClient,
    identity: AuthorizeResult,
    desks: Desks,
) -> Iterator[Finding]:
    """Yield a finding for each channel that desks.toml uses."""
    inspector = ChannelInspector(
        client, lambda: datetime.now(UTC), identity.bot_user_id
    )
    for channel_id, uses in purposes(desks).items():
        subject = text(
            "cli.setup.named", channel=channel_id, uses=_name_uses(desks, uses)
        )
        try:
            snapshot = inspector.inspect(channel_id)
        except SlackApiError as error:
            yield Finding(subject=subject, problems=[_slack_problem(error)])
            continue
        faults = judge(snapshot, identity.team_id or "", identity.enterprise_id)
        relevant = for_uses(faults, uses)
        yield Finding(
            subject=subject,
            problems=what_to_do(relevant, str),
            note=other_apps(relevant, str),
        )
    if desks.safety_channel_id is None:
        yield Finding(
            subject=text("cli.setup.no_safety_channel_name"),
            problems=[text("cli.setup.no_safety_channel")],
        )


def _name_uses(desks: Desks, uses: Sequence[str]) -> str:
    names = []
    for use in uses:
        if use in desks.desks:
            names.append(text("cli.setup.desk", desk=use))
        else:
            names.append(text("cli.setup.channel", use=use))
    return ", ".join(names)


def _slack_problem(error: SlackApiError) -> str:
    code = error_code(error)
    if code == "missing_scope":
        return text("cli.setup.missing_scope", scope=error.response.get("needed"))
    return text("cli.setup.slack_error", code=code)
