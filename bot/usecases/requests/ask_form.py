"""The form of a question: its words of the draft, the draft of it, and its desk."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from bot.errors import HelpClipError, Invalid, NotFound, Unavailable
from bot.rules.desks import Desk
from bot.rules.people import permission
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests.exposure import (
    ASKS_COUNT_FOR,
    READING_COUNTS_FOR,
    may_read_more,
)
from bot.rules.requests.routing import desk_for
from bot.rules.requests.spans import format_span
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.requests.choose_span import Typed, WordOption, word_options
from bot.usecases.services import Services
from storage.records import (
    NOBODY,
    Action,
    Clip,
    Difficulty,
    Role,
    Span,
)
from storage.requests.ask_form import AskFormContext
from storage.store import Transaction

MAX_DRAFT = 1_000
FORM = "ask"
_NO_DESK = refuse("no_desk")


@dataclass(
    frozen=True,
    kw_only=True,
)
class AskForm:
    """The contents of the form: the words of the clip, and the fields as typed before.

    The least confident word comes first.
    """

    clip_id: str | None
    desk: Desk | None
    words: tuple[WordOption, ...]
    typed: Typed


def prepare(
    services: Services,
    act: Act,
    clip_id: str | None,
    span: Span | None = None,
) -> AskForm:
    """Return the form for a clip, or an empty form. A refusal is recorded.

    The form lists the words around those that the recogniser doubts most, and reading
    them is recorded. A form for a given span lists no words: a reviewer reads no more
    than the request needs. Raises `NotFound`, `Invalid` or `Refused` when a request
    about this clip, or reading its draft, is not possible.
    """
    if clip_id is None:
        with services.store.read() as tx:
            draft = tx.drafts.by_form(act.actor, FORM)
        return AskForm(
            clip_id=None,
            desk=None,
            words=(),
            typed=_typed_before(draft),
        )
    try:
        clip = services.clips.clip(clip_id)
    except HelpClipError:
        refuse_outsider(services, act)
        raise
    # Most forms are allowed: reading takes no write lock while the reviewer waits for
    # the window.
    with services.store.read() as tx:
        known = find_context(tx, act, clip.clip_id, clip.speaker)
    desk, refusal = desk_or_refusal(services, act, clip, known)
    if refusal is not None:
        with services.store.begin() as tx:
            record_denial(tx, act, clip, refusal)
    raise_refusal(refusal)
    assert desk is not None
    typed = _typed_before(known.draft)
    if typed.clip != clip_id:
        typed = Typed(clip=clip_id)
    words: tuple[WordOption, ...] = ()
    if span is None:
        words = _read_words(services, act, clip, desk)
    else:
        typed = _with_span(typed, span)
    return AskForm(
        clip_id=clip_id,
        desk=desk,
        words=words,
        typed=typed,
    )


def _read_words(
    services: Services,
    act: Act,
    clip: Clip,
    desk: Desk,
) -> tuple[WordOption, ...]:
    """Return the words that the form shows, with the reading on record.

    Raises `Refused` for a person who read enough drafts in the last hour.
    """
    words = word_options(clip)
    if not words:
        return ()
    part = Span(
        start_ms=min(word.span.start_ms for word in words),
        end_ms=max(word.span.end_ms for word in words),
    )
    record_reading(services, act, clip, desk, part, len(words))
    return words


def record_reading(
    services: Services,
    act: Act,
    clip: Clip,
    desk: Desk,
    part: Span,
    n_words: int,
) -> None:
    """Record that a part of the clip is read. A refusal is recorded, and raised."""
    since = act.now - READING_COUNTS_FOR
    with services.store.begin() as tx:
        tx.exposures.lock_readings(act.actor)
        read_lately = tx.exposures.read_by(act.actor, since)
        refusal = may_read_more(desk.exposure, read_lately, clip.clip_id)
        event = act.event(
            Action.TRANSCRIPT_VIEWED,
            refusal=refusal,
            clip_id=clip.clip_id,
            desk=desk.id,
            role=Role.REVIEWER,
            numbers={
                "start_ms": part.start_ms,
                "end_ms": part.end_ms,
                "words": n_words,
            },
        )
        tx.log.record(event)
    raise_refusal(refusal)


def prefill(
    services: Services,
    act: Act,
    clip_id: str | None,
    span: Span | None = None,
) -> AskForm:
    """Return the form with what was typed, before anything is read of the clip.

    The clip source may hang, and a window has to open at once.
    """
    empty = prepare(services, act, None)
    if clip_id is None:
        return empty
    typed = empty.typed
    if typed.clip != clip_id:
        typed = Typed(clip=clip_id)
    if span is not None:
        typed = _with_span(typed, span)
    return replace(empty, typed=typed)


def keep_draft(
    services: Services,
    act: Act,
    typed: Typed,
) -> bool:
    """Keep the typed form until the question is asked. Return whether it was kept.

    Nothing is kept for a person who may not ask, nor about a clip that is gone. A text
    is cut at `MAX_DRAFT` characters.
    """
    clip_id = typed.clip.strip()[:MAX_DRAFT]
    clip = _clip_if_found(services, clip_id)
    speaker = None if clip is None else clip.speaker
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        known = find_context(tx, act, clip_id, speaker)
        if _draft_refusal(services, act, clip, known) is not None:
            return False
        body = {
            # `forget_clip` finds the draft by the id as the source writes it.
            "clip": clip_id,
            "first_word": typed.first_word,
            "last_word": typed.last_word,
            "seconds": typed.seconds[:MAX_DRAFT],
            "difficulties": list(typed.difficulties),
            "guess": typed.guess[:MAX_DRAFT],
            "anew": typed.anew[:MAX_DRAFT],
        }
        tx.drafts.save(act.actor, FORM, json.dumps(body), act.now)
    return True


def find_context(
    tx: Transaction,
    act: Act,
    clip_id: str,
    speaker: str | None,
) -> AskFormContext:
    """Return what the database knows of the asker and the clip."""
    return tx.ask_form.context(
        act.actor,
        FORM,
        clip_id,
        speaker,
        since=act.now - ASKS_COUNT_FOR,
    )


def _clip_if_found(services: Services, clip_id: str) -> Clip | None:
    """Return the clip, or None where the id names none or the source is away."""
    try:
        return services.clips.clip(clip_id)
    except (Invalid, NotFound, Unavailable):
        return None


def _draft_refusal(
    services: Services,
    act: Act,
    clip: Clip | None,
    known: AskFormContext,
) -> Refusal | None:
    """Return why nothing that this person typed may be kept, if so."""
    if clip is not None:
        _, refusal = desk_or_refusal(services, act, clip, known)
        return refusal
    held = _roles_by_desk(services, act, known)
    roles: set[Role] = set().union(*held.values())
    return permission.may_keep_ask_draft(
        roles,
        quarantined=known.closed.quarantined,
        why_barred=known.closed.barred,
    )


def _typed_before(draft: str | None) -> Typed:
    if draft is None:
        return Typed()
    values = json.loads(draft)
    values["difficulties"] = tuple(Difficulty(name) for name in values["difficulties"])
    return Typed(**values)


def _with_span(typed: Typed, span: Span) -> Typed:
    seconds = format_span(span)
    return replace(
        typed,
        first_word=None,
        last_word=None,
        seconds=seconds,
    )


def record_denial(
    tx: Transaction,
    act: Act,
    clip: Clip,
    refusal: Refusal | None,
) -> None:
    """Record that a question about the clip was refused."""
    event = act.event(
        Action.REQUEST_ASKED,
        refusal=refusal,
        clip_id=clip.clip_id,
    )
    tx.log.record(event)


def refuse_outsider(services: Services, act: Act) -> None:
    """Raise the recorded `Refused` of a person who works on no desk.

    It is that of a clip that exists, so that it reveals no clip.
    """
    with services.store.begin() as tx:
        member = member_of(services, tx, act.actor)
        reviewed = services.desks.where(Role.REVIEWER, member)
        led = services.desks.where(Role.LEAD, member)
        is_outsider = not any((reviewed, led))
        if is_outsider:
            tx.log.record(act.event(Action.REQUEST_ASKED, refusal=_NO_DESK))
    if is_outsider:
        raise_refusal(_NO_DESK)


def desk_or_refusal(
    services: Services,
    act: Act,
    clip: Clip,
    known: AskFormContext,
) -> tuple[Desk | None, Refusal | None]:
    """Return the desk that takes the request, or why no desk does."""
    roles = _roles_by_desk(services, act, known)
    working = _working_desks(services, roles)
    if not working:
        return None, _NO_DESK
    found = desk_for(clip.locale, working, child=clip.child)
    if isinstance(found, Refusal):
        return None, found
    refusal = permission.may_ask(
        roles[found.id],
        clip,
        quarantined=known.closed.quarantined,
        why_barred=known.closed.barred,
    )
    if refusal is not None:
        return None, refusal
    return found, None


def is_of_tool(act: Act, desk_id: str) -> bool:
    """Return whether a desk is open to this act: a work tool acts on its desks only."""
    return act.tool is None or desk_id in act.tool.desks


def _roles_by_desk(
    services: Services,
    act: Act,
    known: AskFormContext,
) -> Mapping[str, Set[Role]]:
    member = known.member
    if act.actor.team_id != services.team_id:
        member = NOBODY
    desks = services.desks.desks
    roles: dict[str, Set[Role]] = {}
    for desk in desks:
        roles[desk] = frozenset()
        if is_of_tool(act, desk):
            roles[desk] = services.desks.roles_on(desk, member)
    return roles


def _working_desks(services: Services, roles: Mapping[str, Set[Role]]) -> list[Desk]:
    """Return the desks where these roles review or lead, those with reviews first."""
    desks = services.desks.desks.values()
    working = [desk for desk in desks if roles[desk.id] & {Role.REVIEWER, Role.LEAD}]
    return sorted(working, key=lambda desk: Role.REVIEWER not in roles[desk.id])
