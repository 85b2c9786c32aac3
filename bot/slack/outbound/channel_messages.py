"""Messages to administrators and auditors, and about shared recordings."""

from datetime import timedelta

from bot.rules.channels.fitness import AUDIT, SAFETY, purposes
from bot.slack.blocks import code, link
from bot.slack.handlers import audit, channels, sharing
from bot.slack.outbound.outgoing import (
    Composers,
    Message,
    Post,
    Postpone,
    SendContext,
)
from bot.text import text
from bot.text.language import ENGLISH, speaking
from bot.usecases.people.languages import language_of
from bot.usecases.services import Services
from storage.audit.announced import mark_announced, to_announce
from storage.records.outbox import (
    CoachPerson,
    NotifyChannelChanged,
    NotifyMappingWaiting,
    NotifyRoleConflict,
    NotifySetupResult,
    PostCheckpoint,
)


def add_channel_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add(NotifyChannelChanged, compose_channel_changed)
    composers.add(NotifySetupResult, compose_setup_result)
    composers.add(CoachPerson, compose_coaching)
    composers.add(PostCheckpoint, compose_checkpoint)
    composers.add(NotifyRoleConflict, compose_role_conflict)
    composers.add(NotifyMappingWaiting, compose_mapping_waiting)


def compose_channel_changed(
    context: SendContext,
    payload: NotifyChannelChanged,
) -> Message:
    """Return the message that a channel became unfit, or fit again."""
    with context.services.store.read() as tx:
        channel = tx.channels.by_id(payload.channel_id)
    if channel is None:
        return None
    uses = _uses_of(context.services, payload.channel_id)
    summary, blocks = channels.build_administrator_notice(channel, uses)
    return Post(
        channel=payload.user_id,
        text=summary,
        blocks=blocks,
    )


def compose_setup_result(
    context: SendContext,
    payload: NotifySetupResult,
) -> Message:
    """Return what the inspection of a channel found; postponed until there is one."""
    with context.services.store.read() as tx:
        channel = tx.channels.by_id(payload.channel_id)
    if channel is None:
        return Postpone(pause=timedelta(seconds=1))
    uses = _uses_of(context.services, payload.channel_id)
    summary, blocks = channels.build_setup_answer(channel, uses)
    return Post(
        channel=payload.user_id,
        text=summary,
        blocks=blocks,
    )


_HOUSE_USES = (SAFETY, AUDIT)


def _uses_of(
    services: Services,
    channel_id: str,
) -> list[str]:
    """Return the names of the desks and of the house's roles that a channel serves."""
    names = []
    for use in purposes(services.desks).get(channel_id, ()):
        if use in _HOUSE_USES:
            names.append(text(f"channels.use.{use}"))
        else:
            names.append(services.desks[use].name)
    return names


def compose_coaching(
    context: SendContext,
    payload: CoachPerson,
) -> Message:
    """Return the private explanation of why a message should go."""
    with context.services.store.read() as tx:
        incident = tx.incidents.by_id(payload.incident_id)
    if incident is None:
        return None
    spoken = language_of(context.services, incident.person.user_id) or ENGLISH
    with speaking(spoken):
        summary, blocks = sharing.build_coaching(incident)
    return Post(
        channel=incident.person.user_id,
        text=summary,
        blocks=blocks,
    )


def compose_checkpoint(
    context: SendContext,
    payload: PostCheckpoint,
) -> Message:
    """Return the newest checkpoint that was not posted; none without a channel."""
    del payload
    channel_id = context.services.desks.audit_channel_id
    with context.services.store.read() as tx:
        checkpoint = to_announce(tx.log)
    if channel_id is None:
        return None
    if checkpoint is None:
        return None
    summary, blocks = audit.build_checkpoint(checkpoint)
    size, now = checkpoint.size, context.now
    return Post(
        channel=channel_id,
        text=summary,
        blocks=blocks,
        then=lambda tx, _channel, _ts: mark_announced(tx.log, size, now),
    )


def compose_role_conflict(
    context: SendContext,
    payload: NotifyRoleConflict,
) -> Message:
    """Return the message that a person holds roles that exclude each other."""
    del context
    command = code("help-clip check")
    conflict = text("people.roles.conflict", command=command)
    return Post(channel=payload.user_id, text=conflict)


def compose_mapping_waiting(
    context: SendContext,
    payload: NotifyMappingWaiting,
) -> Message:
    """Return the message that a role mapping waits; none if it no longer does."""
    with context.services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is None:
        return None
    if stored.waiting is None:
        return None
    url = f"{context.services.public_url}/mapping"
    page = link(url, text("people.roles.mapping_page"))
    waiting = text("people.roles.mapping_waits", page=page)
    return Post(channel=payload.user_id, text=waiting)
