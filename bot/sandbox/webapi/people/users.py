"""users.*: who is who."""

import base64

from bot.sandbox.config import BOT_USER_ID, TEAM_NAME
from bot.sandbox.delivery.events import publish
from bot.sandbox.errors import SlackError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.people import Person, photo_type, profile_json, user_json

_MAX_PHOTO_BYTES = 10_000_000


def _seen(call: Call, person: Person) -> Json:
    with_email = "users:read.email" in call.token.scopes
    shown = user_json(
        person,
        call.sandbox.base_url,
        with_email=with_email,
        with_locale=call.flag("include_locale"),
    )
    if person.is_external:
        shared = call.sandbox.workspace.channels_of(person.id)
        shown["is_stranger"] = not any(BOT_USER_ID in c.members for c in shared)
    return shown


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


@method("users.profile.set", "users.profile:write", tokens=("user",))
def profile_set(call: Call) -> Json:
    """Change one's own name or title; an administrator changes anybody's."""
    caller = _person(call, call.token.user_id)
    person = call.sandbox.person(call.text("user", caller.id))
    if person is None or (person is not caller and not caller.is_admin):
        raise SlackError("permission_denied")
    profile = call.structured("profile", "invalid_profile")
    if profile is None and call.text("name"):
        profile = {call.text("name"): call.text("value")}
    if not isinstance(profile, dict) or not set(profile) <= {
        "real_name",
        "title",
        "email",
    }:
        raise SlackError("invalid_profile")
    if any(len(str(value)) > 255 for value in profile.values()):
        raise SlackError("too_long")
    for name, value in profile.items():
        setattr(person, name, str(value))
    announce_change(call.sandbox, person)
    shown = profile_json(person, call.sandbox.base_url, with_email=True)
    shown.pop("team")
    return {"username": person.name, "profile": shown}


def announce_change(sandbox: Sandbox, person: Person) -> None:
    """user_change, and pages redrawn."""
    person.updated = sandbox.clock.seconds()
    whole = user_json(person, sandbox.base_url)
    event = {
        "type": "user_change",
        "user": whole,
        "cache_ts": person.updated,
        "event_ts": sandbox.clock.next_ts(),
    }
    publish(sandbox, event)
    sandbox.changed()
    sandbox.hub.tell({"type": "channels"})


@method("users.setPhoto", "users.profile:write", tokens=("user",))
def set_photo(call: Call) -> Json:
    image = call.args.get("image")
    if not isinstance(image, bytes) or photo_type(image) is None:
        raise SlackError("bad_image")
    if len(image) > _MAX_PHOTO_BYTES:
        raise SlackError("too_large")
    return _with_photo(call, base64.b64encode(image).decode())


@method("users.deletePhoto", "users.profile:write", tokens=("user",))
def delete_photo(call: Call) -> Json:
    _with_photo(call, "")
    return {}


def _with_photo(call: Call, photo: str) -> Json:
    person = _person(call, call.token.user_id)
    person.photo = photo
    announce_change(call.sandbox, person)
    whole = profile_json(person, call.sandbox.base_url, with_email=False)
    return {
        "profile": {
            k: v for k, v in whole.items() if k.startswith(("image_", "avatar_"))
        }
    }


@method("users.identity", "identity:read", tokens=("user",))
def identity(call: Call) -> Json:
    person = _person(call, call.token.user_id)
    team = {"id": person.team_id, "name": TEAM_NAME}
    return {"user": {"id": person.id, "name": person.real_name}, "team": team}


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
