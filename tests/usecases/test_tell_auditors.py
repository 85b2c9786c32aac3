"""The auditors' channel is told of a checkpoint at most once an hour, and never misses the last."""

from datetime import timedelta

from sqlalchemy import select

from bot.slack.message import Post
from bot.slack.messages import MESSAGES
from bot.usecases.tell_auditors import TELL_EVERY, tell_auditors
from storage.audit.anchors import publish
from storage.audit.checkpoint import verify
from storage.audit.sequencer import sequence_all
from storage.records import Task
from storage.tables import outbox
from tests.house import House
from tests.storage.audit.logs import KEYS


def publish_now(house: House) -> int:
    """Something happens, is signed and published."""
    store = house.services.store
    house.ask()
    sequence_all(store, KEYS, house.clock)
    found = publish(store, KEYS, None, house.now, tell_auditors(house.clock), at_once=True)
    assert found is not None
    return found.size


def due(house: House) -> list[timedelta]:
    """In how long each message that waits is due."""
    with house.services.store.read() as tx:
        query = select(outbox.c.due_at).where(
            outbox.c.done_at.is_(None), outbox.c.task == Task.POST_CHECKPOINT
        )
        return [at - house.now for at in tx.connection.execute(query).scalars()]


def post(house: House) -> Post | None:
    """What Slack is told now, remembered as told."""
    services = house.services
    with services.store.begin() as tx:
        [row] = tx.claim([Task.POST_CHECKPOINT], now=house.now, lease=TELL_EVERY)
    message = MESSAGES[row.task](services, row, house.now)
    with services.store.begin() as tx:
        tx.finish(row.id, house.now)
        if not isinstance(message, Post):
            return None
        assert message.then is not None
        message.then(tx, message.channel, "1.2")
        return message


def test_the_message_is_the_signed_checkpoint_and_nothing_else(house: House) -> None:
    size = publish_now(house)
    assert due(house) == [timedelta()]
    message = post(house)
    assert message is not None
    assert message.channel == "C0AUDIT001"
    assert message.thread_ts is None
    assert message.blocks is not None
    note = message.blocks[1]["elements"][0]["elements"][0]["text"]
    assert verify(note, KEYS.verifiers).size == size
    for secret in ("en-us-0001", "U0REVIEW1", "HC-1001"):
        assert secret not in f"{message}"


def test_a_busy_hour_is_told_once_with_its_newest_checkpoint(house: House) -> None:
    publish_now(house)
    post(house)
    sizes = []
    for _ in range(3):
        house.pass_time(minutes=10)
        sizes.append(publish_now(house))
    assert due(house) == [timedelta(minutes=30)]  # one message, an hour after the last
    house.pass_time(minutes=30)
    message = post(house)
    assert message is not None
    assert f"*{sizes[-1]:,}*" in str(message.blocks)
    assert due(house) == []


def test_a_checkpoint_the_auditors_have_is_not_told_again(house: House) -> None:
    publish_now(house)
    post(house)
    with house.services.store.begin() as tx:
        tx.enqueue(Task.POST_CHECKPOINT, lane="checkpoint", now=house.now)
    assert post(house) is None
