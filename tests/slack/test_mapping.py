"""What administrators are told when a change of roles waits for them."""

from dataclasses import replace

from bot.rules.desks import Holders
from bot.slack.message import Post
from bot.slack.messages import MESSAGES
from bot.usecases import role_mapping
from bot.usecases.services import Act
from storage.records import Origin, OutboxRow, Role, Task
from tests.house import ADA, SOFIA, House


def told(house: House) -> object:
    row = OutboxRow(
        id=1,
        task=Task.TELL_MAPPING,
        lane="l",
        request_id=None,
        argument=ADA,
        attempts=0,
        due_at=house.now,
    )
    return MESSAGES[Task.TELL_MAPPING](house.services, row, house.now)


def start(house: House, *officers: str) -> None:
    desks = house.services.desks.written or house.services.desks
    given = {**desks.holders, Role.SAFETY_OFFICER: Holders(users=frozenset(officers))}
    house.services.desks = replace(desks, holders=given, written=None)
    role_mapping.start(house.services, Act(person=None, origin=Origin.CLI, now=house.now))


def test_the_message_leads_to_the_page_and_names_nobody(house: House) -> None:
    start(house, SOFIA)
    start(house, SOFIA, "U0NOBODY1")
    message = told(house)
    assert isinstance(message, Post)
    assert message.channel == ADA
    assert "https://help-clip.test/mapping" in message.text
    assert "U0NOBODY1" not in message.text


def test_a_change_that_was_taken_back_is_not_told(house: House) -> None:
    start(house, SOFIA)
    start(house, SOFIA, "U0NOBODY1")
    start(house, SOFIA)
    assert told(house) is None
