"""People of a workspace, and how Slack shows them as JSON."""

from dataclasses import dataclass, field

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
_IMAGE_SIZES = (24, 32, 48, 72, 192, 512)
_PHOTO_TYPES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


@dataclass
class Person:
    """A person of the workspace, or of another one that shares a channel with it."""

    id: str
    real_name: str
    name: str
    title: str = ""
    team_id: str = TEAM_ID
    email: str = ""
    tz: str = "Europe/Amsterdam"
    locale: str = "en-US"
    persona: bool = False
    """Whether the chat page's switcher offers this person."""
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
    enterprise_id: str = ""
    """The id of our organisation, if there is one and the person belongs to it."""
    other_team_ids: list[str] = field(default_factory=list)
    """Further workspaces of the organisation that the person is a member of."""

    @property
    def given_name(self) -> str:
        """Return the first word of the name."""
        return self.real_name.partition(" ")[0]

    @property
    def family_name(self) -> str:
        """Return the name without its first word."""
        return self.real_name.partition(" ")[2]

    @property
    def color(self) -> str:
        """Return the colour of the drawn avatar, always the same for one person."""
        number = sum(ord(letter) for letter in self.id)
        return _COLORS[number % len(_COLORS)]

    @property
    def is_external(self) -> bool:
        """Return whether the person belongs to another organisation."""
        return self.team_id != TEAM_ID and not self.enterprise_id

    @property
    def team_ids(self) -> list[str]:
        """Return every workspace that the person is a member of."""
        return [self.team_id, *self.other_team_ids]


def avatar_url(
    base_url: str,
    person: Person,
    size: int = 72,
) -> str:
    """Return the address of a person's picture, `size` pixels wide."""
    return f"{base_url}/avatar/{person.id}-{size}.svg"


def profile_json(
    person: Person,
    base_url: str,
    with_email: bool,
) -> Json:
    """Return the profile object of users.profile.get and of every user object."""
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
    for size in _IMAGE_SIZES:
        profile[f"image_{size}"] = avatar_url(base_url, person, size)
    if with_email and person.email:
        profile["email"] = person.email
    if person.id == BOT_USER_ID:
        profile |= {
            "api_app_id": APP_ID,
            "bot_id": BOT_ID,
            "always_active": True,
        }
    return profile


def user_json(
    person: Person,
    base_url: str,
    *,
    with_email: bool = False,
    with_locale: bool = False,
    seen_from: str = "",
) -> Json:
    """Return the user object of users.info; deactivated people have fewer keys.

    A person of several workspaces is shown as one of `seen_from`.
    """
    team_id = person.team_id
    if seen_from in person.other_team_ids:
        team_id = seen_from
    user: Json = {
        "id": person.id,
        "team_id": team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile_json(person, base_url, with_email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    # Slack strips deactivated people of all but these.
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
    if person.enterprise_id:
        user["enterprise_user"] = {
            "id": person.id,
            "enterprise_id": person.enterprise_id,
            "enterprise_name": "Sandbox Group",
            "is_admin": False,
            "is_owner": False,
            "teams": person.team_ids,
        }
    return user


def photo_type(image: bytes) -> str | None:
    """Return the media type by the first bytes, or None if no profile may have it."""
    for start, media_type in _PHOTO_TYPES.items():
        if image.startswith(start):
            return media_type
    return None
