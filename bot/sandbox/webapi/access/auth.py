"""auth.*, api.test and apps.connections.open."""

from bot.sandbox.activity.installation import revoke_token
from bot.sandbox.config import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.delivery.events import is_event_context
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.organisation import TEAMS_WITH_APP, team_name

_ALL_TOKENS = ("bot", "user", "app")


@method("api.test", tokens=())
def api_test(call: Call) -> Json:
    """Return the arguments, or raise the error that they name."""
    if "error" in call.args:
        raise SlackError(call.text("error"), args=call.args)
    echoed = {name: value for name, value in call.args.items() if name != "token"}
    return {"args": echoed}


@method("auth.test", tokens=_ALL_TOKENS)
def auth_test(call: Call) -> Json:
    """Return the token's team and user, or the app for an app-level token."""
    if call.token.kind == "app":
        return {
            "app_name": call.sandbox.manifest.app_name,
            "app_id": APP_ID,
        }
    person = call.caller
    answer = {
        "url": f"{call.sandbox.base_url}/",
        "team": team_name(call.token.team_id),
        "user": person.name,
        "team_id": call.token.team_id,
        "user_id": person.id,
        "is_enterprise_install": call.token.is_org_wide,
    }
    if call.sandbox.organisation.exists:
        answer["enterprise_id"] = call.sandbox.organisation.id
    if call.token.kind == "bot":
        answer["bot_id"] = BOT_ID
    return answer


@method("auth.revoke", tokens=_ALL_TOKENS)
def auth_revoke(call: Call) -> Json:
    """Revoke the token of the call, unless `test` is set."""
    if call.flag("test"):
        return {"revoked": False}
    revoke_token(call.sandbox, call.token.value)
    return {"revoked": True}


@method("auth.teams.list")
def auth_teams_list(call: Call) -> Json:
    """Return the workspaces that the token may act on."""
    team_ids = [call.token.team_id]
    if call.token.is_org_wide:
        team_ids = list(TEAMS_WITH_APP)
    teams = [{"id": team_id, "name": team_name(team_id)} for team_id in team_ids]
    return {
        "teams": teams,
        "response_metadata": {"next_cursor": ""},
    }


@method("apps.connections.open", "connections:write", tokens=("app",), post_only=True)
def open_connection(call: Call) -> Json:
    """Return an address for Socket Mode."""
    return {"url": call.sandbox.sockets.issue_url()}


@method("apps.event.authorizations.list", "authorizations:read", tokens=("app",))
def list_event_authorizations(call: Call) -> Json:
    """Return the installations an event was delivered for: here always the bot's."""
    if not is_event_context(call.text("event_context")):
        raise SlackError("invalid_event_context")
    authorization = call.sandbox.organisation.authorization(TEAM_ID)
    page, metadata = page_of([authorization], call, 100, 1000)
    return {
        "authorizations": page,
        "response_metadata": metadata,
    }
