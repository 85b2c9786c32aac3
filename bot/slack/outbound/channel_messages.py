"""What administrators, leads and auditors are told about channels, sharing and the
log.
"""

from datetime import datetime, timedelta

from bot.rules.channels.fitness import AUDIT, SAFETY, purposes
from bot.slack.handlers import audit, channels, sharing
from bot.slack.outbound.outgoing import Compose, Hold, Message, Post
from bot.usecases.services import Services
from storage.audit.announced import mark_announced, to_announce
from storage.records import OutboxRow, Task


def _administrator(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    user_id, _, channel_id = row.argument.partition(" ")
    with services.store.read() as tx:
        channel = tx.channels.by_id(channel_id)
    if channel is None:
        return None
    serves = _serves(services, channel_id)
    text, shown = channels.administrator_notice(channel, serves)
    return Post(channel=user_id, text=text, blocks=shown)


def _serves(services: Services, channel_id: str) -> list[str]:
    """Whom a channel is for, in the words people use."""
    desks = services.desks.desks
    uses = purposes(services.desks).get(channel_id, ())
    return [desks[use].name if use in desks else _HOUSE_USES[use] for use in uses]


_HOUSE_USES = {SAFETY: "the safety officers", AUDIT: "the auditors"}


def _coach(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    with services.store.read() as tx:
        incident = tx.incidents.by_id(int(row.argument))
    if incident is None:
        return None
    text, shown = sharing.coaching(incident)
    return Post(channel=incident.person.user_id, text=text, blocks=shown)


def _setup(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    user_id, _, channel_id = row.argument.partition(" ")
    with services.store.read() as tx:
        channel = tx.channels.by_id(channel_id)
    if channel is None:
        return Hold(look_again=timedelta(seconds=1))
    text, shown = channels.setup_answer(channel, _serves(services, channel_id))
    return Post(channel=user_id, text=text, blocks=shown)


def _checkpoint(services: Services, row: OutboxRow, now: datetime) -> Message:
    del row
    channel = services.desks.audit_channel_id
    with services.store.read() as tx:
        found = to_announce(tx.log)
    if channel is None or found is None:
        return None
    text, blocks = audit.checkpoint(found)
    return Post(
        channel=channel,
        text=text,
        blocks=blocks,
        then=lambda tx, _channel, _ts: mark_announced(tx.log, found.size, now),
    )


TORN = (
    "Somebody is an auditor and in a desk's user group as well. Nobody checks their own listening, "
    "so they hear nothing until you take one of the two away. `help-clip check` says who."
)


WAITS = (
    "desks.toml now gives roles to more people than before. They wait for an administrator: "
    "<{url}/mapping|look at the change>, and confirm it if it is right."
)


def _torn(services: Services, row: OutboxRow, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=TORN)


def _mapping(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    with services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is None or stored.waiting is None:
        return None  # confirmed, or taken back, meanwhile
    return Post(channel=row.argument, text=WAITS.format(url=services.public_url))


MESSAGES: dict[Task, Compose] = {
    Task.POST_CHECKPOINT: _checkpoint,
    Task.TELL_TORN: _torn,
    Task.TELL_MAPPING: _mapping,
    Task.TELL_ADMINISTRATOR: _administrator,
    Task.TELL_SETUP: _setup,
    Task.COACH: _coach,
}
