"""users.*: who is who."""

from bot.sandbox.errors import SlackError
from bot.sandbox.people import Person, profile_json, user_json
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method, page_of


def _seen(call: Call, person: Person) -> Json:
    with_email = "users:read.email" in call.token.scopes
    return user_json(
        person,
        call.sandbox.base_url,
        with_email=with_email,
        with_locale=call.flag("include_locale"),
    )


def _person(call: Call, user_id: str) -> Person:
    person = call.sandbox.person(user_id)
    if person is None:
        raise SlackError("user_not_found")
    return person


@method("users.info", "users:read")
def info(call: Call) -> Json:
    return {"user": _seen(call, _person(call, call.text("user")))}


@method("users.list", "users:read")
def list_users(call: Call) -> Json:
    own = [p for p in call.sandbox.workspace.people.values() if not p.is_external]
    page, metadata = page_of(own, call, 1000, 1000)
    return {
        "members": [_seen(call, p) for p in page],
        "cache_ts": call.sandbox.clock.seconds(),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    for person in call.sandbox.workspace.people.values():
        if wanted and person.email.lower() == wanted and not person.deleted:
            return {"user": _seen(call, person)}
    raise SlackError("users_not_found")


@method("users.profile.get", "users.profile:read")
def profile_get(call: Call) -> Json:
    person = _person(call, call.text("user", call.token.user_id))
    with_email = "users:read.email" in call.token.scopes
    profile = profile_json(person, call.sandbox.base_url, with_email)
    profile.pop("team")
    return {"profile": profile}


@method("users.getPresence", "users:read")
def get_presence(call: Call) -> Json:
    person = call.sandbox.person(call.text("user", call.token.user_id))
    return {"presence": person.presence if person else "away"}


@method("users.setPresence", "users:write")
def set_presence(call: Call) -> Json:
    wanted = call.text("presence")
    if wanted not in ("auto", "away"):
        raise SlackError("invalid_presence")
    person = call.sandbox.workspace.people[call.token.user_id]
    person.presence = "active" if wanted == "auto" else "away"
    return {}


@method("users.setActive", "users:write")
def set_active(call: Call) -> Json:
    call.sandbox.workspace.people[call.token.user_id].presence = "active"
    return {}
