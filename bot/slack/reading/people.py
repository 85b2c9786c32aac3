"""Reading the people of the workspace: by the page, and single ones."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.people.membership import account_of
from bot.rules.slack_calls.readings import (
    CHECK_UNLISTED_AFTER,
    MANY,
    PEOPLE_A_PAGE,
    after_page,
    page_due_at,
)
from bot.slack.channel_inspector import read_account
from bot.slack.payloads import next_cursor
from bot.slack.retry import error_code
from bot.usecases.context import act_without_person
from bot.usecases.people import roles
from bot.usecases.services import Services
from storage.records import Account, Origin, Reading

log = logging.getLogger(__name__)

# Of the hundred calls of users.info a minute, so many are made between two looks at
# what is needed most.
_PEOPLE_AT_ONCE = 20
_LOOK_AGAIN_AFTER = timedelta(seconds=5)


class PageReading:
    """Reads a workspace's list of people by pages; a 429 or a restart loses no page."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
        team_id: str = "",
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock
        self._list = services.people_lists[team_id]

    def read_due(self) -> timedelta:
        """Read the pages that are due. Return the pause until the next one.

        Raises `RetryLater`, `SlackApiError` or `OSError`.
        """
        while True:
            with self._services.store.read() as tx:
                reading = tx.readings.by_list(self._list)
            now = self._clock()
            pause = page_due_at(reading, now) - now
            if pause > timedelta(0):
                return pause
            self._read_page(reading)

    def _read_page(self, reading: Reading | None) -> None:
        cursor = None
        if reading is not None:
            cursor = reading.cursor or None
        try:
            page = self._client.users_list(
                limit=PEOPLE_A_PAGE,
                cursor=cursor,
                include_locale=True,
            )
        except SlackApiError as error:
            if error_code(error) != "invalid_cursor":
                raise
            # Slack keeps a cursor for a while only.
            with self._services.store.begin() as tx:
                tx.readings.forget(self._list)
            return
        accounts = [_account(self._services, user) for user in page["members"]]
        now = self._clock()
        act = act_without_person(Origin.WORKER, now)
        roles.set_accounts(self._services, act, accounts)
        with self._services.store.begin() as tx:
            done = after_page(reading, next_cursor(page), now)
            tx.readings.put(self._list, done)


class SingleReading:
    """Reads single people: needed ones that are unknown, and those no list names."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock

    def read_due(self) -> timedelta:
        """Read the people that are due. Return the pause until the next look.

        Raises `RetryLater`, `SlackApiError` or `OSError`.
        """
        while user_ids := self._due():
            for user_id in user_ids:
                self._read(user_id)
        return _LOOK_AGAIN_AFTER

    def _due(self) -> list[str]:
        named = self._services.desks.people()
        before = self._clock() - CHECK_UNLISTED_AFTER
        with self._services.store.read() as tx:
            lists = self._services.people_lists.values()
            readings = [tx.readings.by_list(name) for name in lists]
            unknown = tx.people.to_learn(named, MANY + 1)
            is_listed = all(map(_is_complete, readings))
            if len(unknown) > MANY and not is_listed:
                # The pages of the list bring a thousand people a call.
                return []
            again = tx.people.to_check_again(before, _PEOPLE_AT_ONCE)
        return [*unknown, *again][:_PEOPLE_AT_ONCE]

    def _read(self, user_id: str) -> None:
        services = self._services
        account = read_account(
            self._client,
            user_id,
            services.organisation,
        )
        act = act_without_person(Origin.WORKER, self._clock())
        roles.set_accounts(self._services, act, [account])


def _is_complete(reading: Reading | None) -> bool:
    return reading is not None and reading.complete_at is not None


def _account(services: Services, user: dict[str, Any]) -> Account:
    return account_of(user, services.organisation)
