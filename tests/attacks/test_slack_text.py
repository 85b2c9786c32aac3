"""Whatever people type, Slack shows it as text: it calls nobody and leads nowhere."""

import json

import pytest

from bot.slack.outbound.outgoing import Post, Update
from bot.slack.outbound.registry import MESSAGES
from bot.usecases.requests import adjudicate
from storage.records import Answer, OutboxRow, Request, Task
from tests.product import JONAS, LENA, RAVI, Product

CALLS = "<!channel> <!here> <@U0LEAD001> <#C0HELPENUS> <http://evil.example|lamp> <!subteam^S0LEADS001>"
SIGNS = ("<!channel", "<!here", "<#C0", "<http://evil", "<!subteam")


def settled(product: Product) -> Request:
    """Everything people type is `CALLS`."""
    request = product.open(guess=CALLS)
    with product.services.store.begin() as tx:
        tx.requests.save(request.evolve(channel_id="C0HELPENUS", thread_ts="1.2"))
    product.answer(RAVI, request, CALLS)
    product.answer(JONAS, request, "lamb")
    adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=Answer.WORDS,
        text=CALLS,
        reason=CALLS,
    )
    return product.request(request)


@pytest.mark.parametrize(
    "task",
    [Task.UPDATE_THREAD, Task.REPLY_SETTLED, Task.TELL_ASKER, Task.TELL_LINK_TRIED],
)
def test_what_people_typed_calls_nobody(product: Product, task: Task) -> None:
    request = settled(product)
    row = OutboxRow(
        id=1,
        task=task,
        lane="x",
        request_id=request.id,
        argument=RAVI,
        attempts=1,
        due_at=product.now,
    )
    message = MESSAGES[task](product.services, row, product.now)
    assert isinstance(message, Post | Update)
    said = json.dumps([message.text, message.blocks], ensure_ascii=False)
    for sign in SIGNS:
        assert sign not in said
    assert RAVI not in message.text, "a notification names nobody"
