"""Who somebody is to help-clip, and their browsers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Roles come from desks.toml; being a Slack admin grants none."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    AUDITOR = "auditor"
    SAFETY_OFFICER = "safety_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A Slack identity. Never an e-mail address, never a display name."""

    team_id: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in browser. Only the hash of its cookie is stored."""

    token_hash: str
    person: Person
    csrf: str
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in under way; taken once when Slack sends the person back."""

    state_hash: str
    nonce: str
    return_to: str
    expires_at: datetime
