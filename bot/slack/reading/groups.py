"""Reading the user groups that give roles."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.slack_calls.readings import LIST_GROUPS_EVERY, groups_in_turn
from bot.slack.retry import error_code
from bot.usecases.context import act_without_person
from bot.usecases.people import roles
from bot.usecases.services import Services
from storage.records import Origin

log = logging.getLogger(__name__)


@dataclass
class GroupHomes:
    """The workspace that lists each group, where there are several.

    The readings of all workspaces share one. A group without a known workspace is asked
    for in each; it is gone once all of them deny it.
    """

    n_workspaces: int = 1
    _homes: dict[str, str] = field(default_factory=dict)
    _denied: dict[str, set[str]] = field(default_factory=dict)

    def claim(self, group_id: str, team_id: str) -> bool:
        """Return whether a listed group is this workspace's: the first one to list it."""
        self._denied.pop(group_id, None)
        return self._homes.setdefault(group_id, team_id) == team_id

    def may_be_in(self, group_id: str, team_id: str) -> bool:
        """Return whether this workspace may know the group."""
        return self._homes.get(group_id, team_id) == team_id

    def is_gone(self, group_id: str, team_id: str) -> bool:
        """Note that a workspace denies a group; return whether all of them do."""
        self._homes.pop(group_id, None)
        denied = self._denied.setdefault(group_id, set())
        denied.add(team_id)
        return len(denied) >= self.n_workspaces


class GroupReading:
    """Reads all groups by one call, and one by one those that the call leaves out."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
        team_id: str = "",
        homes: GroupHomes | None = None,
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock
        self._team_id = team_id
        self._homes = homes or GroupHomes()
        self._listed_at: datetime | None = None
        self._listed: frozenset[str] = frozenset()
        self._refused: str | None = None
        # When each unlisted group was last asked for, answered or not.
        self._asked_at: dict[str, datetime] = {}

    def read_due(self) -> timedelta:
        """Read the groups that are due. Return the pause until the next one.

        Raises `RetryLater`, `SlackApiError` or `OSError`.
        """
        if self._is_list_due():
            self._read_list()
        groups = self._services.desks.groups() - self._listed
        unlisted = frozenset(
            group for group in groups if self._homes.may_be_in(group, self._team_id)
        )
        while unlisted:
            group_id = self._next_of(unlisted)
            if group_id is None:
                break
            self._read_group(group_id)
        return LIST_GROUPS_EVERY

    def _is_list_due(self) -> bool:
        if self._listed_at is None:
            return True
        return self._clock() - self._listed_at >= LIST_GROUPS_EVERY

    def _read_list(self) -> None:
        try:
            answer = self._client.usergroups_list(
                include_users=True,
                include_disabled=True,
            )
        except SlackApiError as error:
            # The groups are read one by one where their list is refused.
            self._listed_at = self._clock()
            self._note_refusal(error_code(error))
            self._listed = frozenset()
            return
        self._listed_at = self._clock()
        self._refused = None
        ours = self._services.desks.groups()
        members = {}
        for group in answer["usergroups"]:
            if group["id"] not in ours:
                continue
            if self._homes.claim(group["id"], self._team_id) and _is_whole(group):
                members[group["id"]] = _members_in(group)
        self._listed = frozenset(members)
        act = act_without_person(Origin.WORKER, self._listed_at)
        roles.set_groups(self._services, act, members)

    def _note_refusal(self, code: str) -> None:
        """Log why the list is refused, once for each reason."""
        if code != self._refused:
            log.warning("list of user groups not read: %s", code)
        self._refused = code

    def _next_of(self, unlisted: frozenset[str]) -> str | None:
        """Return the unlisted group whose turn it is, or None if none is due."""
        with self._services.store.read() as tx:
            read_at = tx.groups.read_at(unlisted)
        last_turn = read_at | self._asked_at
        in_turn = groups_in_turn(self._services.desks, unlisted, last_turn)
        due_since = self._clock() - LIST_GROUPS_EVERY
        last = last_turn.get(in_turn[0])
        if last is not None and last > due_since:
            return None
        return in_turn[0]

    def _read_group(self, group_id: str) -> None:
        try:
            answer = self._client.usergroups_users_list(usergroup=group_id)
            members = answer["users"]
        except SlackApiError as error:
            # The known members stay until Slack answers; a group that is gone has none.
            if error_code(error) != "no_such_subteam":
                self._asked_at[group_id] = self._clock()
                raise
            if not self._homes.is_gone(group_id, self._team_id):
                self._asked_at[group_id] = self._clock()
                return
            members = []
        now = self._clock()
        self._asked_at.pop(group_id, None)
        act = act_without_person(Origin.WORKER, now)
        roles.set_group(self._services, act, group_id, members)


def _is_whole(group: dict[str, Any]) -> bool:
    """Return whether a listed group holds all its members."""
    if group.get("date_delete"):
        return True
    users = group.get("users")
    if users is None:
        return False
    return int(group.get("user_count") or 0) <= len(users)


def _members_in(group: dict[str, Any]) -> frozenset[str]:
    """Return the members of a listed group; a disabled one gives no role."""
    if group.get("date_delete"):
        return frozenset()
    return frozenset(group["users"])
