"""Messages about a desk's requests together: the digest and the hand-over line."""

from bot.rules.channels.fitness import may_use
from bot.rules.desks import Desk
from bot.slack import blocks
from bot.slack.blocks import escape
from bot.slack.handlers.request_buttons import page_button
from bot.slack.outbound.outgoing import (
    Composers,
    Message,
    Post,
    Postpone,
    SendContext,
)
from bot.text import text
from bot.text.language import language, language_for, speaking
from bot.text.times import describe_duration
from bot.usecases.requests.clocks.ages import read_waiting
from storage.records import RequestState, Role
from storage.records.outbox import PostDigest, PostHandOver

_MAX_LEADS = 3
_MAX_LEAD_GROUPS = 2


def add_desk_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add(PostDigest, compose_digest)
    composers.add(PostHandOver, compose_hand_over)


def compose_digest(
    context: SendContext,
    payload: PostDigest,
) -> Message:
    """Return how many requests need a ruling; none if leads have ruled meanwhile."""
    services = context.services
    desk = services.desks.desks.get(payload.desk_id)
    if desk is None:
        return None
    if _is_unfit(context, desk):
        return Postpone()
    waiting = read_waiting(services, context.now, [desk.id])[RequestState.DISPUTED]
    if waiting.oldest is None:
        return None
    with speaking(language_for(desk.locale)):
        oldest = describe_duration(context.now - waiting.oldest)
        line = text(
            "clocks.digest.line",
            count=waiting.count,
            oldest=oldest,
        )
        open_queue = page_button(
            text("clocks.digest.open"),
            f"{services.public_url}/rule?desk={desk.id}",
        )
        return Post(
            channel=desk.channel_id,
            text=text("requests.queue.count", count=waiting.count),
            blocks=[
                blocks.section(" ".join([*_mentions(desk), line])),
                blocks.actions(open_queue),
            ],
        )


def compose_hand_over(
    context: SendContext,
    payload: PostHandOver,
) -> Message:
    """Return the line at the end of a desk's hours; none if nothing waits."""
    services = context.services
    desk = services.desks.desks.get(payload.desk_id)
    if desk is None:
        return None
    found = read_waiting(services, context.now, [desk.id])
    times = [each.oldest for each in found.values() if each.oldest is not None]
    if not times:
        return None
    name = escape(desk.name)
    is_paused = _is_unfit(context, desk)
    if is_paused and payload.recipient_id == desk.channel_id:
        # The channel became unfit since; a line of yesterday is of no use later.
        return None
    spoken = language()
    if payload.recipient_id == desk.channel_id:
        spoken = language_for(desk.locale)
    oldest = context.now - min(times)
    with speaking(spoken):
        line = text(
            "clocks.hand_over.line",
            desk=name,
            open=found[RequestState.OPEN].count,
            disputed=found[RequestState.DISPUTED].count,
            oldest=describe_duration(oldest),
        )
        shown = [blocks.section(line)]
        if is_paused:
            shown.append(blocks.context(text("clocks.hand_over.paused")))
        return Post(
            channel=payload.recipient_id,
            text=text("clocks.hand_over.summary", desk=name),
            blocks=shown,
        )


def _is_unfit(context: SendContext, desk: Desk) -> bool:
    """Return whether nothing may be posted in the desk's channel now."""
    with context.services.store.read() as tx:
        return may_use(tx.channels.by_id(desk.channel_id)) is not None


def _mentions(desk: Desk) -> list[str]:
    """Return mentions of the desk's leads, a few people and groups at most."""
    leads = desk.holders.get(Role.LEAD)
    if leads is None:
        return []
    people = sorted(leads.users)[:_MAX_LEADS]
    groups = sorted(leads.groups)[:_MAX_LEAD_GROUPS]
    found = [blocks.mention(user_id) for user_id in people]
    return found + [blocks.mention_group(group_id) for group_id in groups]
