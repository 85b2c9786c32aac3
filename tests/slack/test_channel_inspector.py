"""The guard of channels uses the people that are read for roles."""

from pathlib import Path
from typing import Any

import pytest

from bot.backoff import RetryLater
from bot.rules.people.membership import account_without_answer
from bot.slack.channel_inspector import ChannelInspector, SharedPeople
from storage.records import Account, Membership
from tests.product import TEAM, Product, build_product

N_MEMBERS = 2_500


class Room:
    """Slack's answers about one channel of many members; it counts the calls."""

    def __init__(self, members: list[str]) -> None:
        self.members = members
        self.asked: list[str] = []

    def conversations_info(self, channel: str) -> dict[str, Any]:
        return {"channel": {"id": channel, "is_private": True, "is_member": True}}

    def conversations_members(
        self,
        channel: str,
        limit: int,
        cursor: str | None,
    ) -> dict[str, Any]:
        del channel
        start = int(cursor or 0)
        end = start + limit
        more = str(end) if end < len(self.members) else ""
        return {
            "members": self.members[start:end],
            "response_metadata": {"next_cursor": more},
        }

    def users_info(self, user: str, include_locale: bool) -> dict[str, Any]:
        assert include_locale
        self.asked.append(user)
        return {
            "user": {
                "id": user,
                "team_id": TEAM,
                "deleted": False,
                "is_restricted": True,
            }
        }


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return build_product(tmp_path)


def inspector(product: Product, room: Any) -> ChannelInspector:
    people = SharedPeople(
        services=product.services,
        client=room,
        clock=product.clock,
    )
    return ChannelInspector(client=room, people=people, own_bots=frozenset())


def introduce(product: Product, user_ids: list[str]) -> None:
    accounts = []
    for user_id in user_ids:
        account = Account(
            user_id=user_id,
            membership=Membership.MEMBER,
            team_id=TEAM,
        )
        accounts.append(account)
    with product.services.store.begin() as tx:
        tx.people.put(accounts, product.now)


def test_a_large_channel_costs_no_call_for_each_member(product: Product) -> None:
    room = Room([f"U{number}" for number in range(N_MEMBERS)])
    introduce(product, room.members)
    snapshot = inspector(product, room).inspect("C1")
    assert len(snapshot.members) == N_MEMBERS
    assert room.asked == []


def test_a_large_channel_of_unknown_people_waits_for_the_reader(
    product: Product,
) -> None:
    room = Room([f"U{number}" for number in range(N_MEMBERS)])
    with pytest.raises(RetryLater) as later:
        inspector(product, room).inspect("C1")
    assert (later.value.reason, later.value.tried) == ("people_unknown", False)
    assert room.asked == []
    with product.services.store.read() as tx:
        assert tx.people.count_to_learn() >= N_MEMBERS


def test_one_unknown_guest_is_seen_at_once_and_asked_about_once(
    product: Product,
) -> None:
    room = Room(["U1", "U2", "UGUEST"])
    introduce(product, ["U1", "U2"])
    for _ in range(2):
        snapshot = inspector(product, room).inspect("C1")
        assert [m.user_id for m in snapshot.members if m.guest] == ["UGUEST"]
    assert room.asked == ["UGUEST"]


def test_a_person_whom_slack_did_not_show_before_is_asked_about_in_the_channel(
    product: Product,
) -> None:
    room = Room(["U1"])
    with product.services.store.begin() as tx:
        tx.people.put([account_without_answer("U1")], product.now)
    (member,) = inspector(product, room).inspect("C1").members
    assert room.asked == ["U1"]
    assert not member.stranger
