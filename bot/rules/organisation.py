"""The workspaces that an installation serves, and the organisation they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The ids of the workspaces served, and of their Enterprise organisation.

    `enterprise_id` is None for a workspace outside of an organisation. Several
    workspaces are always of one: its user ids are the same in each of them.
    """

    team_ids: frozenset[str]
    enterprise_id: str | None = None

    def includes(self, team_id: str | None, enterprise_id: str | None) -> bool:
        """Return whether people of a workspace are colleagues.

        Those of each workspace of the organisation are.
        """
        if team_id in self.team_ids:
            return True
        if self.enterprise_id is None:
            return False
        return self.enterprise_id in (team_id, enterprise_id)

    def is_authorized(self, authorization: Mapping[str, Any]) -> bool:
        """Return whether an `authorization` of an event names our installation."""
        if authorization.get("is_enterprise_install"):
            return authorization.get("enterprise_id") == self.enterprise_id
        return authorization.get("team_id") in self.team_ids
