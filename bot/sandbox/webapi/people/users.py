"""users.*: people, their profiles and presence."""

import base64

from bot.sandbox.activity.accounts import announce_change
from bot.sandbox.config import BOT_USER_ID, TEAM_NAME
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import is_in_reach
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.people import Person, photo_type, profile_json, user_json

_MAX_PHOTO_BYTES = 10_000_000
_MAX_FIELD_CHARS = 255
_PROFILE_FIELDS = {"real_name", "title", "email"}
_PHOTO_FIELDS = ("image_", "avatar_")


def _shown(call: Call, person: Person) -> Json:
    """Return a person as the token may see them."""
    shown = user_json(
        person,
        call.sandbox.base_url,
        with_email=_may_see_email(call),
        with_locale=call.flag("include_locale"),
        seen_from=call.team_id,
    )
    if person.is_external:
        shown["is_stranger"] = not _shares_channel_with_bot(call, person)
    return shown


def _may_see_email(call: Call) -> bool:
    return "users:read.email" in call.token.scopes


def _shares_channel_with_bot(call: Call, person: Person) -> bool:
    channels = call.workspace.channels_of(person.id)
    return any(BOT_USER_ID in channel.members for channel in channels)


def _person(call: Call, user_id: str) -> Person:
    person = call.sandbox.person(user_id)
    if person is None or not is_in_reach(call, person):
        raise SlackError("user_not_found")
    return person


@method("users.info", "users:read")
def user_info(call: Call) -> Json:
    """Return a person, also one of another organisation or deactivated."""
    return {"user": _shown(call, _person(call, call.text("user")))}


@method("users.list", "users:read")
def list_users(call: Call) -> Json:
    """Return the people of this workspace."""
    people = call.workspace.people.values()
    own = [person for person in people if call.team_id in person.team_ids]
    page, metadata = page_of(own, call, 1000, 1000)
    return {
        "members": [_shown(call, person) for person in page],
        "cache_ts": call.sandbox.clock.seconds(),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    """Return the active person with this email address."""
    wanted = call.text("email").lower()
    if not wanted:
        raise SlackError("users_not_found")
    active = [person for person in call.workspace.people.values() if not person.deleted]
    for person in active:
        if person.email.lower() == wanted:
            return {"user": _shown(call, person)}
    raise SlackError("users_not_found")


@method("users.profile.get", "users.profile:read")
def get_profile(call: Call) -> Json:
    """Return a person's profile, the caller's own by default."""
    person = _person(call, call.text("user", call.user_id))
    return {"profile": _profile(call, person, _may_see_email(call))}


def _profile(
    call: Call,
    person: Person,
    with_email: bool,
) -> Json:
    """Return a profile as these methods have it: without `team`."""
    profile = profile_json(person, call.sandbox.base_url, with_email)
    profile.pop("team")
    return profile


@method("users.profile.set", "users.profile:write", tokens=("user",))
def set_profile(call: Call) -> Json:
    """Change one's own profile; an administrator may change each person's."""
    caller = _person(call, call.user_id)
    person = call.sandbox.person(call.text("user", caller.id))
    if person is None:
        raise SlackError("permission_denied")
    if person is not caller and not caller.is_admin:
        raise SlackError("permission_denied")
    fields = _profile_fields(call)
    for name, value in fields.items():
        setattr(person, name, value)
    announce_change(call.sandbox, person)
    return {
        "username": person.name,
        "profile": _profile(call, person, with_email=True),
    }


def _profile_fields(call: Call) -> dict[str, str]:
    """Return the fields to set, of `profile` or of `name` and `value`."""
    profile = call.structured("profile", "invalid_profile")
    if profile is None and call.text("name"):
        profile = {call.text("name"): call.text("value")}
    if not isinstance(profile, dict):
        raise SlackError("invalid_profile")
    if not _PROFILE_FIELDS.issuperset(profile):
        raise SlackError("invalid_profile")
    fields = {name: str(value) for name, value in profile.items()}
    for value in fields.values():
        if len(value) > _MAX_FIELD_CHARS:
            raise SlackError("too_long")
    return fields


@method("users.setPhoto", "users.profile:write", tokens=("user",))
def set_photo(call: Call) -> Json:
    """Give the caller a picture, uploaded as `image`."""
    image = call.args.get("image")
    if not isinstance(image, bytes):
        raise SlackError("bad_image")
    if photo_type(image) is None:
        raise SlackError("bad_image")
    if len(image) > _MAX_PHOTO_BYTES:
        raise SlackError("too_large")
    return _with_photo(call, base64.b64encode(image).decode())


@method("users.deletePhoto", "users.profile:write", tokens=("user",))
def delete_photo(call: Call) -> Json:
    """Remove the caller's picture."""
    _with_photo(call, "")
    return {}


def _with_photo(call: Call, photo: str) -> Json:
    person = _person(call, call.user_id)
    person.photo = photo
    announce_change(call.sandbox, person)
    profile = _profile(call, person, with_email=False)
    images = {
        name: value for name, value in profile.items() if name.startswith(_PHOTO_FIELDS)
    }
    return {"profile": images}


@method("users.identity", "identity:read", tokens=("user",))
def identity(call: Call) -> Json:
    """Return the token's user and team, as before OpenID Connect."""
    person = _person(call, call.user_id)
    team = {
        "id": person.team_id,
        "name": TEAM_NAME,
    }
    return {
        "user": {
            "id": person.id,
            "name": person.real_name,
        },
        "team": team,
    }


@method("users.getPresence", "users:read")
def get_presence(call: Call) -> Json:
    """Return active or away; unknown people are away."""
    person = call.sandbox.person(call.text("user", call.user_id))
    if person is None:
        return {"presence": "away"}
    return {"presence": person.presence}


@method("users.setPresence", "users:write")
def set_presence(call: Call) -> Json:
    """Set the caller's presence to auto, which is active here, or to away."""
    presences = {
        "auto": "active",
        "away": "away",
    }
    wanted = call.text("presence")
    if wanted not in presences:
        raise SlackError("invalid_presence")
    call.caller.presence = presences[wanted]
    return {}


@method("users.setActive", "users:write")
def set_active(call: Call) -> Json:
    """Set the caller's presence to active."""
    call.caller.presence = "active"
    return {}
