"""The default workspace: its people, channels and user groups."""

from bot.sandbox.config import BOT_USER_ID, OTHER_TEAM_ID
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup

_REVIEWERS = ["U0REVIEW1", "U0REVIEW2", "U0REVIEW3"]
_ADMIN = "U0ADMIN01"


def default_people(bot_name: str) -> list[Person]:
    return [
        _person("U0REVIEW1", "Rosa Keller", "Reviewer", persona=True),
        _person("U0REVIEW2", "Ravi Nair", "Reviewer", persona=True),
        _person("U0LEAD001", "Lena Okafor", "Lead", persona=True),
        _person("U0AUDIT01", "Amir Haddad", "Auditor", persona=True),
        _person("U0SAFETY1", "Sofia Lindgren", "Safety officer", persona=True),
        _person("U0REVIEW3", "Jonas Weber", "Reviewer"),
        _person(_ADMIN, "Ada Brandt", "Administrator", is_admin=True, is_owner=True),
        _person(
            "U0GUEST01",
            "Gil Moreau",
            "Guest",
            is_restricted=True,
            is_ultra_restricted=True,
        ),
        _person("U0EXTERN1", "Emi Tanaka", "Vendor", team_id=OTHER_TEAM_ID),
        _person("U0GONE001", "Greta Novak", "Reviewer", deleted=True),
        Person(
            id=BOT_USER_ID,
            real_name=bot_name,
            name=bot_name.replace("-", ""),
            is_bot=True,
        ),
    ]


def default_channels() -> list[Channel]:
    desk = ["U0REVIEW1", "U0REVIEW2", "U0LEAD001", BOT_USER_ID]
    everybody = [
        *_REVIEWERS,
        "U0LEAD001",
        "U0AUDIT01",
        "U0SAFETY1",
        _ADMIN,
        "U0GUEST01",
        BOT_USER_ID,
    ]
    return [
        _private(
            "C0HELPENUS", "help-english-us", [*_REVIEWERS, "U0LEAD001", BOT_USER_ID]
        ),
        _private("C0HELPDEDE", "help-deutsch", desk),
        _private("C0HELPARAB", "help-arabic", desk),
        _private("C0HELPKIDS", "help-children-us", desk),
        Channel(
            id="C0GENERAL1",
            name="general",
            members=everybody,
            creator=_ADMIN,
            general=True,
        ),
        _private("C0AUDIT001", "audit", ["U0AUDIT01", _ADMIN, BOT_USER_ID]),
        _private("C0SAFETY01", "safety", ["U0SAFETY1", _ADMIN, BOT_USER_ID]),
    ]


def default_usergroups() -> list[UserGroup]:
    return [
        UserGroup(
            "S0REVIEWER", "Reviewers English", "reviewers-english", list(_REVIEWERS)
        ),
        UserGroup("S0LEADS001", "Leads", "leads", ["U0LEAD001"]),
        UserGroup("S0AUDITORS", "Auditors", "auditors", ["U0AUDIT01"]),
        UserGroup("S0SAFETY01", "Safety", "safety", ["U0SAFETY1"]),
    ]


def _person(user_id: str, real_name: str, title: str, **facts: object) -> Person:
    handle = real_name.lower().replace(" ", ".")
    person = Person(
        user_id, real_name, handle, title, email=f"{handle}@sandbox.example"
    )
    for key, value in facts.items():
        setattr(person, key, value)
    return person


def _private(channel_id: str, name: str, members: list[str]) -> Channel:
    return Channel(
        id=channel_id, name=name, kind="group", members=list(members), creator=_ADMIN
    )
