"""Every task of the outbox is enqueued by a use case and performed by one worker."""

import ast
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backoff import RetryLater
from bot.slack.channel_inspector import (
    ChannelInspector,
    SharedPeople,
    inspection_handlers,
)
from bot.slack.client import KeptWebClient
from bot.slack.handlers.sharing import removal_handlers
from bot.slack.reading.missed import missed_handlers
from bot.slack.sender import Sender
from bot.task_handlers import TaskHandlers
from bot.worker import delivery_handlers, erasure_handlers, render_handlers
from storage.records import OutboxRow, Task
from storage.records.outbox import PAYLOADS, UnreadablePayload
from tests.product import Product

USE_CASES = Path(__file__).parents[1] / "bot/usecases"


def test_every_payload_is_enqueued_by_a_use_case() -> None:
    names: set[str] = set()
    for path in USE_CASES.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        # An annotation does not count, and neither does an import.
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                used = [node.func, *node.args]
                names |= {found.id for found in used if isinstance(found, ast.Name)}
    for kind in PAYLOADS.values():
        assert kind.__name__ in names, f"no use case enqueues {kind.__name__}"


def test_every_task_is_performed_by_one_worker(product: Product) -> None:
    services, clock = product.services, product.clock
    client = KeptWebClient(token="xoxb-1", base_url="http://localhost/api/", timeout=1)
    people = SharedPeople(services=services, client=client, clock=clock)
    inspector = ChannelInspector(client=client, people=people, own_bots=frozenset())
    workers = [
        render_handlers(services, clock),
        delivery_handlers(services, clock),
        erasure_handlers(services, clock),
        Sender(services, client, clock).handlers(),
        inspection_handlers(services, inspector, clock),
        missed_handlers(services, client, clock),
        removal_handlers(services, None, clock),
    ]
    performed = Counter(task for handlers in workers for task in handlers.tasks)
    assert performed == Counter(Task)


def test_a_payload_that_this_release_cannot_read_is_tried_again(
    product: Product,
) -> None:
    row = OutboxRow(
        id=1, payload=UnreadablePayload(), lane="l", attempts=3, due_at=product.now
    )
    with pytest.raises(RetryLater) as raised:
        TaskHandlers().perform(row)
    assert raised.value.after == timedelta(seconds=4)
    assert not raised.value.tried
