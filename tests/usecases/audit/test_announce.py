"""The auditors' channel is told of a checkpoint at most once an hour, and never misses
the last.
"""

from datetime import timedelta

from sqlalchemy import select

from bot.slack.outbound.outgoing import Post, SendContext
from bot.slack.outbound.registry import COMPOSERS
from bot.usecases.audit.announce import ANNOUNCE_EVERY, announce_checkpoints
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.anchors import publish
from storage.audit.proofs.checkpoint import verify
from storage.records import Task
from storage.records.outbox import PostCheckpoint
from storage.tables import outbox
from tests.product import Product
from tests.storage.audit.logs import KEYS


def publish_now(product: Product) -> int:
    """Something happens, is signed and published."""
    store = product.services.store
    product.ask()
    sequence_all(store, KEYS, product.clock)
    found = publish(
        store,
        KEYS,
        None,
        product.now,
        announce_checkpoints(product.clock),
        at_once=True,
    )
    assert found is not None
    return found.size


def due(product: Product) -> list[timedelta]:
    """In how long each message that waits is due."""
    with product.services.store.read() as tx:
        query = select(outbox.c.due_at).where(
            outbox.c.done_at.is_(None), outbox.c.task == Task.POST_CHECKPOINT
        )
        return [at - product.now for at in tx.connection.execute(query).scalars()]


def post(product: Product) -> Post | None:
    """What Slack is told now, remembered as told."""
    services = product.services
    with services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [Task.POST_CHECKPOINT], now=product.now, lease=ANNOUNCE_EVERY
        )
    context = SendContext(services=services, now=product.now)
    message = COMPOSERS.compose(context, row.payload)
    with services.store.begin() as tx:
        tx.outbox.finish(row.id, product.now)
        if not isinstance(message, Post):
            return None
        assert message.then is not None
        message.then(tx, message.channel, "1.2")
        return message


def test_the_message_is_the_signed_checkpoint_and_nothing_else(
    product: Product,
) -> None:
    size = publish_now(product)
    assert due(product) == [timedelta()]
    message = post(product)
    assert message is not None
    assert message.channel == "C0AUDIT001"
    assert message.thread_ts is None
    assert message.blocks is not None
    note = message.blocks[1]["elements"][0]["elements"][0]["text"]
    assert verify(note, KEYS.verifiers).size == size
    for secret in ("en-us-0001", "U0REVIEW1", "HC-1001"):
        assert secret not in f"{message}"


def test_a_busy_hour_is_told_once_with_its_newest_checkpoint(product: Product) -> None:
    publish_now(product)
    post(product)
    sizes = []
    for _ in range(3):
        product.pass_time(minutes=10)
        sizes.append(publish_now(product))
    assert due(product) == [
        timedelta(minutes=30)
    ]  # one message, an hour after the last
    product.pass_time(minutes=30)
    message = post(product)
    assert message is not None
    assert f"*{sizes[-1]:,}*" in str(message.blocks)
    assert due(product) == []


def test_a_checkpoint_the_auditors_have_is_not_told_again(product: Product) -> None:
    publish_now(product)
    post(product)
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(PostCheckpoint(), now=product.now)
    assert post(product) is None
