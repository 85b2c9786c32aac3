"""Calls to Slack in several workspaces: each goes out for the right one.

An installation in one workspace has a single `KeptWebClient` instead.
"""

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.rules.desks import Desks
from bot.slack.client import KeptWebClient
from bot.slack.payloads import is_person, object_in, text_in
from bot.slack.retry import error_code
from bot.usecases.services import Services

# Returns the workspace that the arguments of a call are about, None if it is unknown.
FindTeam = Callable[[Mapping[str, Any]], str | None]

# Another workspace may know the channel, the person or the user group.
_NOT_HERE = {
    "channel_not_found",
    "no_such_subteam",
    "user_not_found",
    "user_not_visible",
}
_ABOUT_PEOPLE = ("channel", "user_id", "user", "users")


class WorkspacesClient(WebClient):
    """A `WebClient` that makes each call by the client of its workspace.

    `clients` are by team id. `find_team` finds the workspace of a call; where it finds
    none, the workspaces with tokens of their own are asked in turn.
    """

    def __init__(self, clients: Mapping[str, KeptWebClient]) -> None:
        self.clients = dict(clients)
        self.first = next(iter(self.clients.values()))
        super().__init__(
            base_url=self.first.base_url,
            timeout=self.first.timeout,
            retry_handlers=[],
        )
        self.find_team: FindTeam = _find_nothing

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **more: Any,
    ) -> SlackResponse:
        """Call one method. Raises what `KeptWebClient.api_call` raises."""
        *others, last = self._in_turn(json or params or {})
        for likely in others:
            try:
                return likely.api_call(
                    api_method,
                    json=json,
                    params=params,
                    **more,
                )
            except SlackApiError as error:
                if error_code(error) not in _NOT_HERE:
                    raise
        return last.api_call(
            api_method,
            json=json,
            params=params,
            **more,
        )

    def by_token(self) -> list[KeptWebClient]:
        """Return one client for each token."""
        return list({client.token: client for client in self.clients.values()}.values())

    def _in_turn(self, arguments: Mapping[str, Any]) -> list[KeptWebClient]:
        """Return the clients that are asked, the most likely one first."""
        team_id = self.find_team(arguments)
        found = self.first
        if team_id is not None:
            found = self.clients.get(team_id, self.first)
            channel = text_in(arguments, "channel")
            if channel and not is_person(channel):
                # A desk's channel is in the workspace that its desk names.
                return [found]
        others = [each for each in self.by_token() if each.token != found.token]
        return [found, *others]


def _find_nothing(arguments: Mapping[str, Any]) -> str | None:
    del arguments
    return None


def find_by_channel(desks: Desks) -> FindTeam:
    """Return a function that finds the workspace of a desk's channel."""

    def find(arguments: Mapping[str, Any]) -> str | None:
        return desks.team_of_channel(text_in(arguments, "channel"))

    return find


def find_by_channel_and_person(services: Services) -> FindTeam:
    """Return a function that finds the workspace of a desk's channel or of a person."""

    def find(arguments: Mapping[str, Any]) -> str | None:
        team_id = services.desks.team_of_channel(text_in(arguments, "channel"))
        if team_id is not None:
            return team_id
        for name in _ABOUT_PEOPLE:
            user_id = text_in(arguments, name)
            if is_person(user_id):
                return _team_of_person(services, user_id)
        return None

    return find


def _team_of_person(services: Services, user_id: str) -> str | None:
    with services.store.read() as tx:
        account = tx.people.known([user_id]).get(user_id)
    if account is None or account.team_id not in services.team_ids:
        return None
    return account.team_id


def clients_by_team(client: WebClient) -> dict[str, WebClient]:
    """Return the client of each workspace by its id; an empty id for the only one."""
    if isinstance(client, WorkspacesClient):
        return dict(client.clients)
    return {"": client}


def client_for(client: WebClient, body: Mapping[str, Any]) -> WebClient | None:
    """Return the client of the installation that Slack sent a delivery to.

    None is returned for an installation without a token in the settings.
    """
    if not isinstance(client, WorkspacesClient):
        return client
    for team_id in _installed_in(client, body):
        if team_id in client.clients:
            return client.clients[team_id]
    if len(client.by_token()) == 1:
        return client
    return None


def _installed_in(client: WorkspacesClient, body: Mapping[str, Any]) -> list[str]:
    """Return the workspaces that a delivery names, the most telling one first.

    `team` is that of the acting person, maybe of a workspace without the app that
    shares the channel (bolt-js #1614).
    """
    view = object_in(body, "view")
    channel_id = text_in(object_in(body, "channel"), "id")
    found = [
        text_in(view, "app_installed_team_id"),
        client.find_team({"channel": channel_id}) or "",
        text_in(object_in(body, "team"), "id"),
        text_in(body, "team_id"),
    ]
    for authorization in body.get("authorizations") or []:
        found.append(text_in(authorization, "team_id"))
    return found
