"""`help-clip setup`: check that every channel is fit for its use in desks.toml."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import typer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.cli.output import plain, print_mark
from bot.config.settings import read_desks, read_settings
from bot.opened_slack import OpenedSlack, open_slack
from bot.rules.channels.fitness import (
    ChannelSnapshot,
    for_uses,
    judge,
    other_apps,
    purposes,
    what_to_do,
)
from bot.rules.desks import Desks
from bot.rules.organisation import Organisation
from bot.rules.people.membership import account_of, counts
from bot.rules.slack_calls.readings import PEOPLE_A_PAGE
from bot.slack.calls.workspaces import (
    WorkspacesClient,
    clients_by_team,
    find_by_channel,
)
from bot.slack.channel_inspector import ChannelInspector, read_account
from bot.slack.payloads import pages
from bot.slack.retry import error_code
from bot.text import text
from storage.records import Account


class ListedPeople:
    """The people of the workspaces, read by pages once; others are read one by one."""

    def __init__(
        self,
        client: WebClient,
        organisation: Organisation,
    ) -> None:
        self._client = client
        self._organisation = organisation
        self._known: dict[str, Account] = {}

    def accounts(
        self,
        channel_id: str,
        user_ids: list[str],
        changed_user_id: str | None,
    ) -> Mapping[str, Account]:
        """Return the account of each person. Raises `SlackApiError` and `OSError`."""
        del channel_id, changed_user_id
        if not self._known:
            self._read_list()
        for user_id in user_ids:
            if user_id not in self._known:
                self._known[user_id] = read_account(
                    self._client,
                    user_id,
                    self._organisation,
                )
        return self._known

    def _read_list(self) -> None:
        for client in clients_by_team(self._client).values():
            for page in pages(partial(_read_page, client)):
                for user in page["members"]:
                    self._keep(account_of(user, self._organisation))

    def _keep(self, account: Account) -> None:
        """Keep an account, unless a full member of another workspace is known."""
        known = self._known.get(account.user_id)
        if counts(known, account, self._organisation.team_ids):
            self._known[account.user_id] = account


def _read_page(client: WebClient, cursor: str | None) -> SlackResponse:
    return client.users_list(limit=PEOPLE_A_PAGE, cursor=cursor)


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
    slack = open_slack(settings)
    desks = read_desks(settings.desks)
    n_unfit = 0
    for found in channel_findings(slack, desks):
        n_unfit += bool(found.problems)
        print_mark(found.subject, passed=not found.problems)
        for problem in found.problems:
            typer.echo(plain(f"    {problem}"))
        if found.note:
            typer.echo(plain(f"    {found.note}"))
    raise typer.Exit(int(n_unfit > 0))


def channel_findings(
    slack: OpenedSlack,
    desks: Desks,
) -> Iterator[Finding]:
    """Yield a finding for each channel that desks.toml uses."""
    client = slack.client
    if isinstance(client, WorkspacesClient):
        client.find_team = find_by_channel(desks)
    inspector = ChannelInspector(
        client=client,
        people=ListedPeople(client, slack.organisation),
        own_bots=slack.own_bots,
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
        faults = judge(snapshot, slack.organisation)
        relevant = for_uses(faults, uses)
        yield Finding(
            subject=subject,
            problems=[*what_to_do(relevant, str), *_other_workspace(snapshot, desks)],
            note=other_apps(relevant, str),
        )
    if desks.safety_channel_id is None:
        yield Finding(
            subject=text("cli.setup.no_safety_channel_name"),
            problems=[text("cli.setup.no_safety_channel")],
        )


def _other_workspace(snapshot: ChannelSnapshot, desks: Desks) -> list[str]:
    """Return the fault of a channel outside of its desk's workspace, if it is one."""
    team_id = desks.team_of_channel(snapshot.channel_id)
    if team_id is None or not snapshot.team_ids or team_id in snapshot.team_ids:
        return []
    return [text("cli.setup.other_workspace", workspace=team_id)]


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
