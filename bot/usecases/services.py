"""The collaborators of every use case."""

from dataclasses import dataclass, field

from bot.rules.desks import Desks
from bot.rules.organisation import Organisation
from bot.rules.people.idle import IdleLimits
from bot.rules.slack_calls.readings import people_lists
from bot.sources import ClipSource, ResultSink
from bot.usecases.people.refused_visitors import RefusedVisitors
from bot.usecases.people.slack_link import SlackLink
from storage.blobs import Blobs
from storage.keys import ClipKeys
from storage.records import Person
from storage.seal import MasterKey
from storage.store import Store


@dataclass(kw_only=True)
class Services:
    """The collaborators of every use case; the wiring builds one at start.

    Only `desks` is ever replaced later, as a whole: when changed roles are confirmed.
    With `is_new_login_required`, grave acts need a new login that Slack has shown.
    `team_id` is the id under which people are recorded: that of the workspace, or of
    the organisation where `team_ids` names the workspaces that are served.
    `work_tool` is the address of a span in the work tool, with placeholders, or empty.
    """

    store: Store
    desks: Desks
    clips: ClipSource
    sink: ResultSink
    blobs: Blobs
    clip_keys: ClipKeys
    snippet_key: MasterKey
    public_url: str
    team_id: str
    enterprise_id: str | None = None
    team_ids: frozenset[str] = frozenset()
    idle: IdleLimits = field(default_factory=IdleLimits)
    is_new_login_required: bool = False
    work_tool: str = ""
    refused_visitors: RefusedVisitors = field(default_factory=RefusedVisitors)
    slack_link: SlackLink = field(default_factory=SlackLink)

    @property
    def organisation(self) -> Organisation:
        """Return the workspaces that are served."""
        return Organisation(
            team_ids=self.team_ids | {self.team_id},
            enterprise_id=self.enterprise_id,
        )

    @property
    def people_lists(self) -> dict[str, str]:
        """Return the name of each workspace's list of people, by workspace."""
        return people_lists(self.team_ids)

    def person(
        self,
        user_id: str,
        *,
        team_id: str,
        enterprise_id: str | None = None,
    ) -> Person:
        """Return a person: a colleague is one person, whichever workspace is named."""
        if self.organisation.includes(team_id, enterprise_id):
            team_id = self.team_id
        return Person(team_id=team_id, user_id=user_id)
