"""auth.*, api.test and apps.connections.open."""

from bot.sandbox.config import APP_ID, BOT_ID, TEAM_ID, TEAM_NAME
from bot.sandbox.delivery.events import AUTHORIZATION, is_event_context, publish
from bot.sandbox.errors import SlackError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method, page_of


@method("api.test", tokens=())
def api_test(call: Call) -> Json:
    if "error" in call.args:
        raise SlackError(call.text("error"), args=call.args)
    return {"args": {k: v for k, v in call.args.items() if k != "token"}}


@method("auth.test", tokens=("bot", "user", "app"))
def auth_test(call: Call) -> Json:
    if call.token.kind == "app":
        return {"app_name": call.sandbox.manifest.app_name, "app_id": APP_ID}
    person = call.sandbox.workspace.people[call.token.user_id]
    answer = {
        "url": f"{call.sandbox.base_url}/",
        "team": TEAM_NAME,
        "user": person.name,
        "team_id": TEAM_ID,
        "user_id": person.id,
        "is_enterprise_install": False,
    }
    return answer | ({"bot_id": BOT_ID} if call.token.kind == "bot" else {})


@method("auth.revoke", tokens=("bot", "user", "app"))
def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    revoke(call.sandbox, call.token.value)
    return {"revoked": True}


@method("auth.teams.list")
def auth_teams_list(call: Call) -> Json:
    del call
    return {
        "teams": [{"id": TEAM_ID, "name": TEAM_NAME}],
        "response_metadata": {"next_cursor": ""},
    }


@method("apps.connections.open", "connections:write", tokens=("app",), post_only=True)
def connections_open(call: Call) -> Json:
    return {"url": call.sandbox.sockets.issue_url()}


@method("apps.event.authorizations.list", "authorizations:read", tokens=("app",))
def event_authorizations(call: Call) -> Json:
    """On whose behalf an event was delivered: here always the bot's."""
    if not is_event_context(call.text("event_context")):
        raise SlackError("invalid_event_context")
    page, metadata = page_of([AUTHORIZATION], call, 100, 1000)
    return {"authorizations": page, "response_metadata": metadata}


def revoke(sandbox: Sandbox, value: str) -> None:
    """Revoke a token and announce it, as when somebody removes the app's access."""
    token = sandbox.tokens[value]
    token.revoked = True
    sandbox.changed()
    owners = [token.user_id]
    kinds = {"oauth": owners if token.kind == "user" else []}
    kinds["bot"] = owners if token.kind == "bot" else []
    event = {
        "type": "tokens_revoked",
        "tokens": kinds,
        "event_ts": sandbox.clock.next_ts(),
    }
    publish(sandbox, event)
