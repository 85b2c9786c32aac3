"""Opening Slack: clients with tokens that Slack accepts, and why it does not.

One token is that of one workspace, or of a whole Enterprise organisation. Several
tokens are those of workspaces of one organisation.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.config.settings import Settings, read_desks, secret_value
from bot.config.workspaces import check_workspaces
from bot.errors import HelpClipError, Invalid, Unavailable
from bot.rules.organisation import Organisation
from bot.rules.slack_calls.errors import Course, course_of
from bot.slack.calls.pacer import Pacer
from bot.slack.calls.workspaces import WorkspacesClient, find_by_channel_and_person
from bot.slack.client import KeptWebClient
from bot.slack.manifest import missing_scopes
from bot.slack.payloads import pages
from bot.slack.retry import TOO_MANY_REQUESTS, error_code, retry_after
from bot.text import text
from bot.usecases.services import Services

# A row may take three Slack calls: open a conversation, look for an earlier post, and
# post. Even if all of them hang, they are given up before the row's lease ends and
# another replica posts the message too.
CALLS_IN_A_LEASE = 4


class SlackAway(Unavailable):
    """Slack is not reached, or cannot answer now; `after` is the pause it asks for."""

    def __init__(self, sentence: str, after: timedelta) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True, kw_only=True)
class OpenedSlack:
    """A client, the identity of its first token, and the scopes that a token lacks.

    `missing_by_team` has the scopes by the team of the token, "" for the only one.
    `workspaces` are the names of the workspaces served, by team id. `are_several` is
    also true of one workspace with a token for its organisation.
    """

    client: KeptWebClient | WorkspacesClient
    identity: AuthorizeResult
    missing_by_team: dict[str, list[str]]
    workspaces: dict[str, str]
    own_bots: frozenset[str]
    first_client: KeptWebClient
    are_several: bool = False

    @property
    def missing_scopes(self) -> list[str]:
        """Return the scopes that any token lacks, sorted."""
        lacking = self.missing_by_team.values()
        return sorted({scope for scopes in lacking for scope in scopes})

    @property
    def team_id(self) -> str:
        """Return the id under which people are recorded."""
        if self.are_several:
            return self.identity.enterprise_id or ""
        return self.identity.team_id or ""

    @property
    def team_ids(self) -> frozenset[str]:
        """Return the workspaces served where they are several, empty for one."""
        if self.are_several:
            return frozenset(self.workspaces)
        return frozenset()

    @property
    def answered_date(self) -> str | None:
        """Return the Date header of Slack's last answer."""
        return self.first_client.answered_date

    @property
    def organisation(self) -> Organisation:
        """Return the workspaces served."""
        return Organisation(
            team_ids=self.team_ids | {self.team_id},
            enterprise_id=self.identity.enterprise_id,
        )


@dataclass(frozen=True, kw_only=True)
class _Token:
    """A bot token that Slack accepts, and what it stands for."""

    client: KeptWebClient
    identity: AuthorizeResult
    name: str
    is_org_wide: bool
    missing_scopes: list[str] = field(default_factory=list)


def open_slack(settings: Settings) -> OpenedSlack:
    """Return a client with tokens that Slack accepts, after a call of auth.test each.

    Raises `SlackAway`, or `Invalid` if Slack refuses a token or the tokens do not
    belong together.
    """
    values = settings.slack_bot_tokens
    tokens = []
    for number, value in enumerate(values, start=1):
        with _naming_refusal(settings, number, len(values)):
            tokens.append(_open_token(settings, value))
    first = tokens[0]
    if len(tokens) == 1 and not first.is_org_wide:
        return OpenedSlack(
            client=first.client,
            first_client=first.client,
            identity=first.identity,
            missing_by_team={"": first.missing_scopes},
            workspaces={first.identity.team_id or "": first.name},
            own_bots=_bots_of(tokens),
        )
    return _open_organisation(settings, tokens)


def _open_token(settings: Settings, token: str) -> _Token:
    client = _web_client(settings, token)
    me = client.auth_test()
    identity = AuthorizeResult(
        enterprise_id=me.get("enterprise_id"),
        team_id=me["team_id"],
        bot_user_id=me["user_id"],
        bot_id=me.get("bot_id"),
        bot_token=token,
    )
    return _Token(
        client=client,
        identity=identity,
        name=str(me.get("team") or ""),
        is_org_wide=bool(me.get("is_enterprise_install")),
        missing_scopes=missing_scopes(me.headers),
    )


@contextmanager
def _naming_refusal(
    settings: Settings,
    number: int = 1,
    count: int = 1,
) -> Iterator[None]:
    """Raise Slack's refusal of a token in the block as `SlackAway` or `Invalid`.

    The token is the one with this number, of `count`.
    """
    try:
        yield
    except SlackApiError as error:
        raise _token_refused(error, "bot_token_refused", number, count) from None
    except OSError as error:
        problem = text(
            "cli.wiring.slack_does_not_answer",
            address=settings.slack_api_url,
            kind=type(error).__name__,
        )
        raise SlackAway(problem, timedelta(0)) from None


def _open_organisation(
    settings: Settings,
    tokens: Sequence[_Token],
) -> OpenedSlack:
    """Return a client for several workspaces of one organisation.

    The workspaces of a token for the organisation are those that desks.toml names.
    Raises `Invalid`.
    """
    first = tokens[0]
    _check_organisation(tokens)
    names = {token.identity.team_id or "": token.name for token in tokens}
    if first.is_org_wide:
        names = _workspaces_with_desks(settings, first.client)
    elif len(names) < len(tokens):
        raise Invalid(text("cli.wiring.tokens_of_one_workspace"))
    values = dict.fromkeys(names, settings.slack_bot_tokens[0])
    if not first.is_org_wide:
        values = dict(zip(names, settings.slack_bot_tokens, strict=True))
    clients = {}
    for team_id, value in values.items():
        clients[team_id] = _web_client(
            settings,
            value,
            team_id=team_id,
            is_org_wide=first.is_org_wide,
        )
    missing = {str(token.identity.team_id): token.missing_scopes for token in tokens}
    return OpenedSlack(
        client=WorkspacesClient(clients),
        first_client=first.client,
        identity=first.identity,
        missing_by_team=missing,
        workspaces=names,
        own_bots=_bots_of(tokens),
        are_several=True,
    )


def _check_organisation(tokens: Sequence[_Token]) -> None:
    """Raise `Invalid` unless the tokens are of workspaces of one organisation."""
    if len(tokens) > 1 and any(token.is_org_wide for token in tokens):
        raise Invalid(text("cli.wiring.token_beside_organisation"))
    organisations = {token.identity.enterprise_id for token in tokens}
    if len(organisations) > 1 or None in organisations:
        raise Invalid(text("cli.wiring.several_organisations"))


def _workspaces_with_desks(
    settings: Settings,
    client: KeptWebClient,
) -> dict[str, str]:
    """Return the name of each workspace that has the app and a desk, by team id.

    Raises `Invalid` for a desk in a workspace without the app, or in none.
    """
    granted: dict[str, str] = {}
    with _naming_refusal(settings):
        for page in pages(lambda cursor: client.auth_teams_list(cursor=cursor)):
            granted |= {team["id"]: str(team["name"]) for team in page["teams"]}
    desks = read_desks(settings.desks)
    check_workspaces(desks, granted)
    named = {desk.team_id for desk in desks.desks.values()}
    return {team_id: name for team_id, name in granted.items() if team_id in named}


def _bots_of(tokens: Sequence[_Token]) -> frozenset[str]:
    return frozenset(token.identity.bot_user_id or "" for token in tokens)


def connect(
    services: Services,
    client: KeptWebClient | WorkspacesClient,
    clock: Callable[[], datetime],
) -> None:
    """Give the clients the pace of their workspaces, shared by the database."""
    kept = [client] if isinstance(client, KeptWebClient) else client.clients.values()
    for each in kept:
        each.pacer = Pacer(services.store, clock, each.team_id)
        each.link = services.slack_link
    if isinstance(client, WorkspacesClient):
        client.find_team = find_by_channel_and_person(services)


def app_token_client(settings: Settings) -> KeptWebClient | None:
    """Return the client that opens Socket Mode, None without an app token."""
    token = secret_value(settings.slack_app_token)
    if token is None:
        return None
    return _web_client(settings, token)


def _web_client(
    settings: Settings,
    token: str,
    team_id: str = "",
    *,
    is_org_wide: bool = False,
) -> KeptWebClient:
    return KeptWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=max(1, settings.lease_seconds // CALLS_IN_A_LEASE),
        team_id=team_id,
        is_org_wide=is_org_wide,
    )


def app_token_refused(error: SlackApiError) -> HelpClipError:
    """Return the error for an app token that Slack refuses, or cannot check now."""
    return _token_refused(error, "app_token_refused")


def _token_refused(
    error: SlackApiError,
    sentence: str,
    number: int = 1,
    count: int = 1,
) -> HelpClipError:
    """Return the error: the token is at fault only where Slack answers that it is."""
    code = error_code(error)
    if course_of(code) is Course.PASSES:
        sentence = text("cli.wiring.slack_is_ill", code=code)
        return SlackAway(sentence, _pause_of(error))
    if count > 1:
        problem = text(
            "cli.wiring.one_bot_token_refused",
            number=number,
            code=code,
        )
        return Invalid(problem)
    return Invalid(text(f"cli.wiring.{sentence}", code=code))


def _pause_of(error: SlackApiError) -> timedelta:
    if error.response.status_code != TOO_MANY_REQUESTS:
        return timedelta(0)
    return retry_after(error.response.headers)
