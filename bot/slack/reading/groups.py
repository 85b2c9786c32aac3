"""Reading the user groups that give roles."""

import logging
from collections.abc import Callable
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


class GroupReading:
    """Reads all groups by one call, and one by one those that the call leaves out."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock
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
        unlisted = self._services.desks.groups() - self._listed
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
            if group["id"] in ours and _is_whole(group):
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
