"""Who somebody is to help-clip, and their browsers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Roles come from desks.toml; being a Slack admin grants none."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    LESS_MASKED = "less_masked"  # may ask to hear a span less disguised or unmasked
    AUDITOR = "auditor"
    SAFETY_OFFICER = "safety_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A Slack identity. Never an e-mail address, never a display name."""

    team_id: str
    user_id: str


class Membership(StrEnum):
    """What Slack says somebody is. Only members hold roles."""

    MEMBER = "member"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"
    OUTSIDER = "outsider"  # of another workspace, or nobody Slack knows


@dataclass(frozen=True, kw_only=True)
class Member:
    """What roles are given to: a user id and its Slack user groups."""

    user_id: str
    groups: frozenset[str] = frozenset()


# Whoever is no full member of the workspace: no id and no group, so no role.
NOBODY = Member(user_id="")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in browser. Only the hash of its cookie is stored, and a keyed hash of
    what the browser calls itself. `name` is what Slack calls the person, for their own
    eyes; may be empty.

    `authenticated_at` is when Slack says the person signed in, never later than
    `started_at`.
    """

    token_hash: str
    person: Person
    browser: str
    csrf: str
    started_at: datetime
    authenticated_at: datetime
    expires_at: datetime
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in under way; taken once when Slack sends the person back."""

    state_hash: str
    nonce: str
    return_to: str
    expires_at: datetime
