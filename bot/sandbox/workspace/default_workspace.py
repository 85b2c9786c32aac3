"""The default workspace: its people, channels and user groups."""

from bot.sandbox.config import ADMIN_USER_ID, BOT_USER_ID, OTHER_TEAM_ID
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup

_ROSA = "U0REVIEW1"
_RAVI = "U0REVIEW2"
_JONAS = "U0REVIEW3"
_LENA = "U0LEAD001"
_AMIR = "U0AUDIT01"
_SOFIA = "U0SAFETY1"
_ADA = ADMIN_USER_ID
_GIL = "U0GUEST01"
_EMI = "U0EXTERN1"
_GRETA = "U0GONE001"


def default_people(bot_name: str) -> list[Person]:
    """Return the five personas, other people of every kind, and the bot."""
    return [
        _person(_ROSA, "Rosa Keller", "Reviewer", persona=True),
        _person(_RAVI, "Ravi Nair", "Reviewer", persona=True),
        _person(_LENA, "Lena Okafor", "Lead", persona=True),
        _person(_AMIR, "Amir Haddad", "Auditor", persona=True),
        _person(_SOFIA, "Sofia Lindgren", "Safety officer", persona=True),
        _person(_JONAS, "Jonas Weber", "Reviewer"),
        _person(
            _ADA,
            "Ada Brandt",
            "Administrator",
            is_admin=True,
            is_owner=True,
        ),
        _person(
            _GIL,
            "Gil Moreau",
            "Guest",
            is_restricted=True,
            is_ultra_restricted=True,
        ),
        _person(_EMI, "Emi Tanaka", "Vendor", team_id=OTHER_TEAM_ID),
        _person(_GRETA, "Greta Novak", "Reviewer", deleted=True),
        Person(
            id=BOT_USER_ID,
            real_name=bot_name,
            name=bot_name.replace("-", ""),
            is_bot=True,
        ),
    ]


def default_channels() -> list[Channel]:
    """Return the desks' channels, `general`, `audit` and `safety`."""
    english_desk = [_ROSA, _RAVI, _JONAS, _LENA, BOT_USER_ID]
    other_desk = [_ROSA, _RAVI, _LENA, BOT_USER_ID]
    staff = [_ROSA, _RAVI, _JONAS, _LENA, _AMIR, _SOFIA, _ADA]
    general = Channel(
        id="C0GENERAL1",
        name="general",
        members=[*staff, _GIL, BOT_USER_ID],
        creator=_ADA,
        general=True,
    )
    return [
        _private("C0HELPENUS", "help-english-us", english_desk),
        _private("C0HELPDEDE", "help-deutsch", other_desk),
        _private("C0HELPARAB", "help-arabic", other_desk),
        _private("C0HELPKIDS", "help-children-us", other_desk),
        general,
        _private("C0AUDIT001", "audit", [_AMIR, _ADA, BOT_USER_ID]),
        _private("C0SAFETY01", "safety", [_SOFIA, _ADA, BOT_USER_ID]),
    ]


def default_usergroups() -> list[UserGroup]:
    """Return one user group for each role."""
    reviewers = [_ROSA, _RAVI, _JONAS]
    return [
        UserGroup("S0REVIEWER", "Reviewers English", "reviewers-english", reviewers),
        UserGroup("S0LEADS001", "Leads", "leads", [_LENA]),
        UserGroup("S0AUDITORS", "Auditors", "auditors", [_AMIR]),
        UserGroup("S0SAFETY01", "Safety", "safety", [_SOFIA]),
    ]


def _person(
    user_id: str,
    real_name: str,
    title: str,
    **facts: object,
) -> Person:
    handle = real_name.lower().replace(" ", ".")
    person = Person(
        user_id,
        real_name,
        handle,
        title,
        email=f"{handle}@sandbox.example",
    )
    for name, value in facts.items():
        setattr(person, name, value)
    return person


def _private(
    channel_id: str,
    name: str,
    members: list[str],
) -> Channel:
    return Channel(
        id=channel_id,
        name=name,
        kind="group",
        members=list(members),
        creator=_ADA,
    )
