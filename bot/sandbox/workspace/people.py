"""People of a workspace, and how Slack shows them as JSON."""

from dataclasses import dataclass

from bot.sandbox.config import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.sandbox.types import Json

_COLORS = (
    "9f69e7",
    "4bbe2e",
    "e7392d",
    "3c989f",
    "674b1b",
    "e96699",
    "e0a729",
    "684b6c",
)


@dataclass
class Person:
    """Someone in (or seen from) the workspace. `persona`: offered in the chat page's
    switcher.
    """

    id: str
    real_name: str
    name: str
    title: str = ""
    team_id: str = TEAM_ID
    email: str = ""
    tz: str = "Europe/Amsterdam"
    locale: str = "en-US"
    persona: bool = False
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    updated: int = 1_700_000_000
    presence: str = "active"
    photo: str = ""
    """The picture of users.setPhoto, in base64; empty: initials are drawn."""

    @property
    def given_name(self) -> str:
        return self.real_name.partition(" ")[0]

    @property
    def family_name(self) -> str:
        return self.real_name.partition(" ")[2]

    @property
    def color(self) -> str:
        return _COLORS[sum(map(ord, self.id)) % len(_COLORS)]

    @property
    def is_external(self) -> bool:
        return self.team_id != TEAM_ID


def avatar_url(base_url: str, person: Person, size: int = 72) -> str:
    return f"{base_url}/avatar/{person.id}-{size}.svg"


def profile_json(person: Person, base_url: str, with_email: bool) -> Json:
    profile: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.given_name,
        "display_name_normalized": person.given_name,
        "first_name": person.given_name,
        "last_name": person.family_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": f"g{person.id.lower()}",
        "team": person.team_id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        profile[f"image_{size}"] = avatar_url(base_url, person, size)
    if with_email and person.email:
        profile["email"] = person.email
    if person.id == BOT_USER_ID:
        profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    return profile


def user_json(
    person: Person,
    base_url: str,
    *,
    with_email: bool = False,
    with_locale: bool = False,
) -> Json:
    """The user object of users.info and users.list (deactivated people have fewer
    keys).
    """
    user: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile_json(person, base_url, with_email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.deleted:
        return user
    user |= {
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    if with_locale:
        user["locale"] = person.locale
    return user


def photo_type(image: bytes) -> str | None:
    """The media type of a picture people may have, by its first bytes."""
    kinds = {
        b"\x89PNG": "image/png",
        b"\xff\xd8\xff": "image/jpeg",
        b"GIF8": "image/gif",
    }
    return next(
        (kind for start, kind in kinds.items() if image.startswith(start)), None
    )
