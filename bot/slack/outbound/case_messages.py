"""Messages about distress cases and the care of listeners.

No message holds a word or a sound of a recording.
"""

from bot.slack.handlers import care, cases, peer_support, stop_clip
from bot.slack.outbound.outgoing import (
    Composers,
    Message,
    Post,
    SendContext,
    Undeliverable,
)
from bot.text.language import ENGLISH, speaking
from bot.usecases.distress.bundles import find_bundle
from bot.usecases.distress.cases import acknowledged_drill, case_to_page, find_reply
from bot.usecases.distress.peer_support import find_talk
from bot.usecases.people.languages import language_of
from storage.records.outbox import (
    AskAboutStops,
    AskColleague,
    NotifyDrillOver,
    NotifyReporter,
    NotifyWeeklyCount,
    OpenPeerTalk,
    PageBundle,
    PageChannel,
    PageOfficer,
)
from storage.store import Transaction


def add_case_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add(PageOfficer, compose_officer_page)
    composers.add(PageChannel, compose_channel_page)
    composers.add(PageBundle, compose_bundle_page)
    composers.add(AskAboutStops, compose_stops_question)
    composers.add(NotifyDrillOver, compose_drill_over)
    composers.add(NotifyReporter, compose_reply_to_reporter)
    composers.add(AskColleague, compose_colleague_question)
    composers.add(OpenPeerTalk, compose_introduction)
    composers.add(NotifyWeeklyCount, compose_weekly_count)


def compose_officer_page(
    context: SendContext,
    payload: PageOfficer,
) -> Message:
    """Return the message that pages a person about a case."""
    case = case_to_page(context.services, payload)
    if case is None:
        return None
    text, blocks = cases.build_officer_page(
        case,
        context.services.public_url,
        context.now,
    )
    return Post(
        channel=payload.user_id,
        text=text,
        blocks=blocks,
    )


def compose_channel_page(
    context: SendContext,
    payload: PageChannel,
) -> Message:
    """Return the message that pages a channel about a case."""
    case = case_to_page(context.services, payload)
    if case is None:
        return None
    if payload.channel_id is None:
        return Undeliverable(reason="no_safety_channel")
    text, blocks = cases.build_officer_page(
        case,
        context.services.public_url,
        context.now,
    )
    return Post(
        channel=payload.channel_id,
        text=text,
        blocks=blocks,
    )


def compose_bundle_page(
    context: SendContext,
    payload: PageBundle,
) -> Message:
    """Return the message about all cases of a bundle; none if none of them waits."""
    found = find_bundle(context.services, payload.bundle_id)
    if found.n_waiting == 0:
        return None
    if payload.recipient_id is None:
        return Undeliverable(reason="no_safety_channel")
    text, blocks = cases.build_bundle_page(found, context.services.public_url)
    return Post(
        channel=payload.recipient_id,
        text=text,
        blocks=blocks,
    )


def compose_stops_question(
    context: SendContext,
    payload: AskAboutStops,
) -> Message:
    """Return the question to the reporter of a bundle."""
    found = find_bundle(context.services, payload.bundle_id)
    text, blocks = stop_clip.build_question(found)
    return Post(
        channel=payload.user_id,
        text=text,
        blocks=blocks,
    )


def compose_drill_over(
    context: SendContext,
    payload: NotifyDrillOver,
) -> Message:
    """Return the message that a case was a drill."""
    case = acknowledged_drill(context.services, payload.case_id)
    if case is None:
        return None
    text, blocks = cases.build_drill_end(case)
    return Post(
        channel=payload.recipient_id,
        text=text,
        blocks=blocks,
    )


def compose_reply_to_reporter(
    context: SendContext,
    payload: NotifyReporter,
) -> Message:
    """Return the officer's reply to a reporter."""
    found = find_reply(context.services, payload.case_id, payload.reply_id)
    if found is None:
        return None
    case, reply = found
    text, blocks = cases.build_reply(case, reply)
    return Post(
        channel=payload.user_id,
        text=text,
        blocks=blocks,
    )


def compose_colleague_question(
    context: SendContext,
    payload: AskColleague,
) -> Message:
    """Return the question whether a colleague has time; none if another has."""
    talk = find_talk(context.services, payload.talk_key)
    if talk is None:
        return None
    if talk.taken_by is not None:
        return None
    text, blocks = peer_support.build_call(talk)
    return Post(
        channel=payload.user_id,
        text=text,
        blocks=blocks,
    )


def compose_introduction(
    context: SendContext,
    payload: OpenPeerTalk,
) -> Message:
    """Return the introduction to the caller; once it is posted, the call is gone."""
    talk = find_talk(context.services, payload.talk_key)
    if talk is None:
        return None
    if talk.taken_by is None:
        return None
    spoken = language_of(context.services, talk.caller.user_id) or ENGLISH
    with speaking(spoken):
        text, blocks = peer_support.build_introduction(talk.taken_by)

    def forget_talk(
        tx: Transaction,
        channel_id: str,
        ts: str,
    ) -> None:
        del channel_id, ts
        tx.peer_talks.forget(payload.talk_key)

    return Post(
        channel=talk.caller.user_id,
        text=text,
        blocks=blocks,
        then=forget_talk,
    )


def compose_weekly_count(
    context: SendContext,
    payload: NotifyWeeklyCount,
) -> Message:
    """Return the number of words that a listener helped to settle this week."""
    del context
    return Post(channel=payload.user_id, text=care.describe_week(payload.words))
