"""An Enterprise organisation: two workspaces with the app, and one without it.

The sandbox plays it if asked to. Sources: the pages "Organization-ready apps" and
"Changes to APIs" (https://api.slack.com/enterprise/apps), bolt-python #23.
"""

from dataclasses import dataclass

from bot.sandbox.config import (
    BOT_USER_ID,
    ENTERPRISE_ID,
    FAR_TEAM_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    WEST_TEAM_ID,
)
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup
from bot.sandbox.workspace.workspace import Workspace

ENTERPRISE_NAME = "Sandbox Group"
_TEAMS = {
    TEAM_ID: (TEAM_NAME, TEAM_DOMAIN),
    WEST_TEAM_ID: ("Sandbox West", "sandbox-west"),
    FAR_TEAM_ID: ("Sandbox Far", "sandbox-far"),
}
TEAMS_WITH_APP = (TEAM_ID, WEST_TEAM_ID)
_WANDA, _WIM, _WALT = "W0WESTREV1", "W0WESTREV2", "W0WESTLEAD"
_OLGA, _FAYE = "W0OFFICER1", "W0FARAWAY1"


@dataclass(frozen=True)
class Organisation:
    """How the app is installed.

    `mode` is off (in one workspace that belongs to no organisation), workspaces (in two
    workspaces of one, with a token each) or org-wide (in all of it, with one token).
    """

    mode: str

    @property
    def exists(self) -> bool:
        """Return whether the workspaces belong to an organisation."""
        return self.mode != "off"

    @property
    def is_org_wide(self) -> bool:
        """Return whether one token stands for the whole organisation."""
        return self.mode == "org-wide"

    @property
    def id(self) -> str | None:
        """Return the organisation's id, None if there is none."""
        if self.exists:
            return ENTERPRISE_ID
        return None

    @property
    def reference(self) -> Json | None:
        """Return the `enterprise` of interaction payloads."""
        if not self.exists:
            return None
        return {
            "id": ENTERPRISE_ID,
            "name": ENTERPRISE_NAME,
        }

    def team(self, team_id: str) -> Json:
        """Return the `team` of interaction payloads."""
        _, domain = _TEAMS[team_id]
        shown: Json = {
            "id": team_id,
            "domain": domain,
        }
        if self.exists:
            shown["enterprise_id"] = ENTERPRISE_ID
            shown["enterprise_name"] = ENTERPRISE_NAME
        return shown

    def authorization(self, team_id: str) -> Json:
        """Return the installation for which an event of a workspace is sent."""
        installed_in: str | None = team_id
        if self.is_org_wide:
            installed_in = None
        return {
            "enterprise_id": self.id,
            "team_id": installed_in,
            "user_id": BOT_USER_ID,
            "is_bot": True,
            "is_enterprise_install": self.is_org_wide,
        }

    def has_app(self, team_id: str) -> bool:
        """Return whether the app receives events of this workspace."""
        return self.is_org_wide or team_id in TEAMS_WITH_APP

    def team_of_person(self, person: Person) -> str:
        """Return the workspace from which a person acts; a guest company acts in ours."""
        if person.enterprise_id:
            return person.team_id
        return TEAM_ID


def team_name(team_id: str) -> str:
    """Return the name of a workspace or of the organisation."""
    if team_id == ENTERPRISE_ID:
        return ENTERPRISE_NAME
    name, _ = _TEAMS[team_id]
    return name


def add_organisation(workspace: Workspace) -> None:
    """Put the default workspace into an organisation, beside two others.

    Wanda, Wim and Walt are of Sandbox West, the officer Olga of both workspaces with
    the app, and Faye of the one without it.
    """
    for person in workspace.people.values():
        if not person.is_external:
            person.enterprise_id = ENTERPRISE_ID
    for person in _people():
        workspace.people[person.id] = person
    desk = Channel(
        id="C0WESTDESK",
        name="help-west",
        kind="group",
        members=[_WANDA, _WIM, _WALT, BOT_USER_ID],
        creator=_WALT,
        team_id=WEST_TEAM_ID,
    )
    workspace.channels[desk.id] = desk
    group = UserGroup(
        "S0WESTREVS",
        "Reviewers West",
        "reviewers-west",
        [_WANDA, _WIM],
        team_id=WEST_TEAM_ID,
    )
    workspace.usergroups[group.id] = group


def _people() -> list[Person]:
    return [
        _person(_WANDA, "Wanda Ortiz", "Reviewer", WEST_TEAM_ID),
        _person(_WIM, "Wim Jansen", "Reviewer", WEST_TEAM_ID),
        _person(_WALT, "Walt Moss", "Lead", WEST_TEAM_ID),
        _person(_OLGA, "Olga Persson", "Safety officer", TEAM_ID, [WEST_TEAM_ID]),
        _person(_FAYE, "Faye Duran", "Colleague", FAR_TEAM_ID),
    ]


def _person(
    user_id: str,
    real_name: str,
    title: str,
    team_id: str,
    other_team_ids: list[str] | None = None,
) -> Person:
    handle = real_name.lower().replace(" ", ".")
    return Person(
        user_id,
        real_name,
        handle,
        title,
        team_id=team_id,
        email=f"{handle}@sandbox.example",
        persona=True,
        enterprise_id=ENTERPRISE_ID,
        other_team_ids=other_team_ids or [],
    )
