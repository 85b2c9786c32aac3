"""Whatever people type, Slack shows it as text: it calls nobody and leads nowhere."""

import json

import pytest

from bot.slack.message import Post, Update
from bot.slack.messages import MESSAGES
from bot.usecases import adjudicate
from storage.records import Answer, OutboxRow, Request, Task
from tests.house import JONAS, LENA, RAVI, House

CALLS = (
    "<!channel> <!here> <@U0LEAD001> <#C0HELPENUS> <http://evil.example|lamp> <!subteam^S0LEADS001>"
)
SIGNS = ("<!channel", "<!here", "<#C0", "<http://evil", "<!subteam")


def settled(house: House) -> Request:
    """Everything people type is `CALLS`."""
    request = house.open(guess=CALLS)
    with house.services.store.begin() as tx:
        tx.save_request(request.evolve(channel_id="C0HELPENUS", thread_ts="1.2"))
    house.answer(RAVI, request, CALLS)
    house.answer(JONAS, request, "lamb")
    adjudicate.adjudicate(
        house.services,
        house.act(LENA),
        request.key,
        answer=Answer.WORDS,
        text=CALLS,
        reason=CALLS,
    )
    return house.request(request)


@pytest.mark.parametrize(
    "task", [Task.UPDATE_THREAD, Task.REPLY_SETTLED, Task.TELL_ASKER, Task.TELL_LINK_TRIED]
)
def test_what_people_typed_calls_nobody(house: House, task: Task) -> None:
    request = settled(house)
    row = OutboxRow(
        id=1,
        task=task,
        lane="x",
        request_id=request.id,
        argument=RAVI,
        attempts=1,
        due_at=house.now,
    )
    message = MESSAGES[task](house.services, row, house.now)
    assert isinstance(message, Post | Update)
    said = json.dumps([message.text, message.blocks], ensure_ascii=False)
    for sign in SIGNS:
        assert sign not in said
    assert RAVI not in message.text, "a notification names nobody"
