"""Asking: the contents of the form, the draft of it, and the request itself."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from bot.errors import Invalid, NotFound, Unavailable
from bot.redaction.masking.span_words import is_on_personal_words
from bot.rules.desks import Desk
from bot.rules.people import permission
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests import lifecycle
from bot.rules.requests.routing import desk_for
from bot.rules.requests.spans import format_span
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.requests.choose_span import (
    Typed,
    WordOption,
    chosen_span,
    word_options,
)
from bot.usecases.services import Services
from storage.records import (
    NOBODY,
    Action,
    Clip,
    Difficulty,
    Request,
    Role,
    Span,
)
from storage.records.outbox import NotifyPaused, RenderSnippet
from storage.requests.ask_form import AskFormContext
from storage.store import Transaction

MAX_GUESS = 100
MAX_DRAFT = 1_000
_FORM = "ask"


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


@dataclass(
    frozen=True,
    kw_only=True,
)
class Asked:
    """The request, and whether the asker joined one that was there before."""

    request: Request
    desk: Desk
    joined: bool


def prepare(
    services: Services,
    act: Act,
    clip_id: str | None,
    span: Span | None = None,
) -> AskForm:
    """Return the form for a clip, or an empty form. A refusal is recorded.

    A form for a given span lists no words: a reviewer reads no more than the request
    needs. Raises `NotFound`, `Invalid` or `Refused` when a request about this clip is
    not possible.
    """
    if clip_id is None:
        with services.store.read() as tx:
            draft = tx.drafts.by_form(act.actor, _FORM)
        return AskForm(
            clip_id=None,
            desk=None,
            words=(),
            typed=_typed_before(draft),
        )
    clip = services.clips.clip(clip_id)
    # Most forms are allowed: reading takes no write lock while the reviewer waits for
    # the window.
    with services.store.read() as tx:
        known = tx.ask_form.context(act.actor, _FORM, clip.clip_id, clip.speaker)
    desk, refusal = _desk_or_refusal(services, act, clip, known)
    if refusal is not None:
        with services.store.begin() as tx:
            _record_denial(tx, act, clip, refusal)
    raise_refusal(refusal)
    typed = _typed_before(known.draft)
    if typed.clip != clip_id:
        typed = Typed(clip=clip_id)
    if span is None:
        words = word_options(clip)
    else:
        words = ()
        typed = _with_span(typed, span)
    return AskForm(
        clip_id=clip_id,
        desk=desk,
        words=words,
        typed=typed,
    )


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
        known = tx.ask_form.context(act.actor, _FORM, clip_id, speaker)
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
        }
        tx.drafts.save(act.actor, _FORM, json.dumps(body), act.now)
    return True


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
        _, refusal = _desk_or_refusal(services, act, clip, known)
        return refusal
    held = _roles_by_desk(services, act, known)
    roles: set[Role] = set().union(*held.values())
    return permission.may_keep_ask_draft(
        roles,
        quarantined=known.closed.quarantined,
        why_barred=known.closed.barred,
    )


def ask(
    services: Services,
    act: Act,
    typed: Typed,
) -> Asked:
    """Ask about one span, or join the open request that overlaps it.

    Where the form has a mistake, what was typed is kept as a draft.
    Raises `Invalid` (with the field), `NotFound`, `Unavailable`, `Refused`.
    """
    try:
        return _ask(services, act, typed)
    except (Invalid, NotFound, Unavailable):
        keep_draft(services, act, typed)
        raise


def _ask(
    services: Services,
    act: Act,
    typed: Typed,
) -> Asked:
    clip_id = typed.clip.strip()
    if not clip_id:
        raise Invalid(text("requests.ask.clip_missing"), field="clip")
    clip = services.clips.clip(clip_id)
    span = chosen_span(typed, clip)
    if len(typed.guess) > MAX_GUESS:
        sentence = text("requests.ask.guess_too_long", limit=MAX_GUESS)
        raise Invalid(sentence, field="guess")
    personal = _personal_refusal(clip, span)
    with services.store.begin() as tx:
        tx.clips.lock(clip.clip_id)
        known = tx.ask_form.context(act.actor, _FORM, clip.clip_id, clip.speaker)
        desk, refusal = _desk_or_refusal(services, act, clip, known)
        if desk is None or personal is not None:
            _record_denial(tx, act, clip, refusal or personal)
            asked = None
        else:
            asked = _ask_or_join(
                tx,
                act,
                clip,
                span,
                desk,
                typed,
            )
            tx.drafts.drop(act.actor, _FORM)
    raise_refusal(refusal)
    if personal is not None:
        raise Invalid(personal.sentence, field="span")
    assert asked is not None
    return asked


def _personal_refusal(clip: Clip, span: Span) -> Refusal | None:
    """Return the refusal of a span on words that the draft knows to be personal."""
    if is_on_personal_words(clip.words, span, clip.locale):
        return refuse("personal_span")
    return None


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


def _record_denial(
    tx: Transaction,
    act: Act,
    clip: Clip,
    refusal: Refusal | None,
) -> None:
    event = act.event(
        Action.REQUEST_ASKED,
        refusal=refusal,
        clip_id=clip.clip_id,
    )
    tx.log.record(event)


def _desk_or_refusal(
    services: Services,
    act: Act,
    clip: Clip,
    known: AskFormContext,
) -> tuple[Desk | None, Refusal | None]:
    """Return the desk that takes the request, or why no desk does."""
    roles = _roles_by_desk(services, act, known)
    found = desk_for(clip.locale, _working_desks(services, roles), child=clip.child)
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


def _roles_by_desk(
    services: Services,
    act: Act,
    known: AskFormContext,
) -> Mapping[str, Set[Role]]:
    member = known.member
    if act.actor.team_id != services.team_id:
        member = NOBODY
    desks = services.desks.desks
    return {desk: services.desks.roles_on(desk, member) for desk in desks}


def _working_desks(services: Services, roles: Mapping[str, Set[Role]]) -> list[Desk]:
    """Return the desks where these roles review or lead, those with reviews first."""
    desks = services.desks.desks.values()
    working = [desk for desk in desks if roles[desk.id] & {Role.REVIEWER, Role.LEAD}]
    return sorted(working, key=lambda desk: Role.REVIEWER not in roles[desk.id])


def _ask_or_join(
    tx: Transaction,
    act: Act,
    clip: Clip,
    span: Span,
    desk: Desk,
    typed: Typed,
) -> Asked:
    guess = typed.guess.strip() or None
    for request in tx.requests.on_clip(clip.clip_id, lifecycle.LIVE, lock=True):
        if request.span.overlaps(span):
            _join(tx, act, request, guess)
            return Asked(
                request=request,
                desk=desk,
                joined=True,
            )
    request = tx.requests.add(
        key=new_key(),
        desk=desk.id,
        locale=clip.locale,
        clip_id=clip.clip_id,
        span=span,
        asker=act.actor,
        difficulties=typed.difficulties,
        guess=guess,
        quorum=desk.quorum,
        speaker=clip.speaker,
        asked_at=act.now,
        expires_at=act.now + desk.expires_after,
    )
    event = act.event(
        Action.REQUEST_ASKED,
        request=request,
        role=Role.REVIEWER,
        numbers={
            "start_ms": span.start_ms,
            "end_ms": span.end_ms,
        },
    )
    tx.log.record(event)
    tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=act.now)
    return Asked(
        request=request,
        desk=desk,
        joined=False,
    )


def _join(
    tx: Transaction,
    act: Act,
    request: Request,
    guess: str | None,
) -> None:
    if request.asker != act.actor:
        tx.requests.add_follower(request.id, act.actor, guess, act.now)
    event = act.event(
        Action.REQUEST_JOINED,
        request=request,
        role=Role.REVIEWER,
    )
    tx.log.record(event)
    # The notice is sent only if the request is paused: the follower then reads that it
    # waits.
    notice = NotifyPaused(
        request_id=request.id,
        user_id=act.actor.user_id,
    )
    tx.outbox.enqueue(notice, now=act.now)
