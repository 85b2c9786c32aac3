"""People, their memberships and roles, and their browser sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Roles come from desks.toml; a Slack administrator holds none by that."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    # May ask for elevated listens.
    LESS_MASKED = "less_masked"
    AUDITOR = "auditor"
    SAFETY_OFFICER = "safety_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A Slack identity. Never an e-mail address, never a display name."""

    team_id: str
    user_id: str


class Membership(StrEnum):
    """A person's standing in the workspace. Only members hold roles."""

    MEMBER = "member"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"
    # Of another workspace, or unknown to Slack.
    OUTSIDER = "outsider"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person's account in Slack: what decides on roles and on a channel's fitness."""

    user_id: str
    membership: Membership
    team_id: str
    enterprise_id: str | None = None
    is_guest: bool = False
    is_stranger: bool = False
    is_app: bool = False
    locale: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How far the reading of a long list of Slack has come.

    `cursor` is that of the next page, empty before the first one. `complete_at` is when
    the last page of a whole reading was read.
    """

    cursor: str
    read_at: datetime
    complete_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """A full member, as roles are given to: a user id and its Slack user groups."""

    user_id: str
    groups: frozenset[str] = frozenset()


# A person who is no full member of the workspace has no id, no group and so no role.
NOBODY = Member(user_id="")


class PracticeResult(StrEnum):
    """How one exercise of the practice ended. Only the person sees it."""

    # The typed words read like the known word, or they do not.
    SAME = "same"
    OTHER = "other"
    STOPPED = "stopped"
    SKIPPED = "skipped"


class Login(StrEnum):
    """What Slack showed about the person's login when it confirmed a sign-in."""

    # The login is as new as the sign-in.
    NEW = "new"
    # help-clip asked for a new login, and Slack did not show that there was one.
    ASKED = "asked"
    # help-clip did not ask for a new login.
    EARLIER = "earlier"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in browser.

    Only the hash of its cookie is stored, and a keyed hash of its User-Agent; `kind` is
    a name such as "Firefox on Linux" from a fixed list. `name` is the person's name in
    Slack, shown to that person alone; it may be empty. `authenticated_at` is the time
    of the login according to Slack, never later than `started_at`. `used_at` is the
    last use, to the minute. `was_idle`: it was left alone for so long that it is of no
    more use for grave acts.
    """

    token_hash: str
    person: Person
    browser: str
    csrf: str
    started_at: datetime
    authenticated_at: datetime
    expires_at: datetime
    used_at: datetime
    name: str = ""
    kind: str = ""
    login: Login = Login.EARLIER
    was_idle: bool = False
