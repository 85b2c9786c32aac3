"""AskFormContext: what the form shows, what was typed so far, and the question
itself.
"""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from bot.errors import Invalid
from bot.redaction.words import mask_words
from bot.rules.desks import Desk
from bot.rules.people import permission
from bot.rules.refusals import Refusal
from bot.rules.requests import lifecycle
from bot.rules.requests.routing import desk_for
from bot.rules.requests.spans import (
    check_span,
    format_span,
    least_confident,
    parse_span,
    span_of_words,
)
from bot.usecases.context import Act, new_key, raise_refusal
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

MAX_OPTIONS = 100  # Slack's limit for a select menu
MAX_GUESS = 100
_FORM = "ask"


@dataclass(frozen=True, kw_only=True)
class WordOption:
    """One word of the draft transcript to choose as the span; `text` is None where
    personal.
    """

    index: int
    text: str | None
    span: Span
    confidence: float | None


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody typed into the ask form, kept exactly as typed."""

    clip: str = ""
    first_word: int | None = None
    last_word: int | None = None
    seconds: str = ""
    difficulties: tuple[Difficulty, ...] = ()
    guess: str = ""


@dataclass(frozen=True, kw_only=True)
class AskForm:
    """What the form shows: the clip's words, least confident first, and what was typed
    before.
    """

    clip_id: str | None
    desk: Desk | None
    words: tuple[WordOption, ...]
    typed: Typed


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The request, and whether it was there before and has been joined."""

    request: Request
    desk: Desk
    joined: bool


def prepare(
    services: Services, act: Act, clip_id: str | None, span: Span | None = None
) -> AskForm:
    """The form for a clip, or an empty one. A refusal is recorded.

    Whoever names the span needs no words to choose from, and nobody sees more than they
    need. Raises `NotFound`, `Invalid` or `Refused` when this clip cannot be asked
    about.
    """
    if clip_id is None:
        with services.store.read() as tx:
            typed = _typed_before(tx.drafts.by_form(act.actor, _FORM))
        return AskForm(clip_id=None, desk=None, words=(), typed=typed)
    clip = services.clips.clip(clip_id)
    # Most forms are allowed: looking takes no write lock while somebody waits for the
    # window.
    with services.store.read() as tx:
        known = tx.ask_form.context(act.actor, _FORM, clip.clip_id, clip.speaker)
    desk, refusal = _allowed(services, act, clip, known)
    if refusal is not None:
        with services.store.begin() as tx:
            tx.log.record(
                act.event(Action.REQUEST_ASKED, refusal=refusal, clip_id=clip.clip_id)
            )
    raise_refusal(refusal)
    typed = _typed_before(known.draft)
    if typed.clip != clip_id:
        typed = Typed(clip=clip_id)
    if span is not None:
        typed = replace(
            typed, first_word=None, last_word=None, seconds=format_span(span)
        )
    words = word_options(clip) if span is None else ()
    return AskForm(clip_id=clip_id, desk=desk, words=words, typed=typed)


def keep_draft(services: Services, act: Act, typed: Typed) -> None:
    """Keep what was typed until it is asked; an error must not cost anybody their
    words.
    """
    body = {
        "clip": typed.clip,
        "first_word": typed.first_word,
        "last_word": typed.last_word,
        "seconds": typed.seconds,
        "difficulties": list(typed.difficulties),
        "guess": typed.guess,
    }
    with services.store.begin() as tx:
        tx.drafts.save(act.actor, _FORM, json.dumps(body), act.now)


def ask(services: Services, act: Act, typed: Typed) -> Asked:
    """Ask about one span, or join the open request that overlaps it.

    What was typed is kept as a draft first.
    Raises `Invalid` (with the field), `NotFound`, `Refused`.
    """
    keep_draft(services, act, typed)
    if not typed.clip.strip():
        raise Invalid("Type the clip's id, as your work tool shows it.", field="clip")
    clip = services.clips.clip(typed.clip.strip())
    span = chosen_span(typed, clip)
    if len(typed.guess) > MAX_GUESS:
        raise Invalid(
            f"Your guess is longer than {MAX_GUESS} characters.", field="guess"
        )
    with services.store.begin() as tx:
        tx.clips.lock(clip.clip_id)
        known = tx.ask_form.context(act.actor, _FORM, clip.clip_id, clip.speaker)
        desk, refusal = _allowed(services, act, clip, known)
        if desk is None:
            tx.log.record(
                act.event(Action.REQUEST_ASKED, refusal=refusal, clip_id=clip.clip_id)
            )
            asked = None
        else:
            asked = _ask_or_join(tx, act, clip, span, desk, typed)
            tx.drafts.drop(act.actor, _FORM)
    raise_refusal(refusal)
    assert asked is not None
    return asked


def word_options(clip: Clip) -> tuple[WordOption, ...]:
    """The clip's words as options, the least confident first, personal ones without
    their text.
    """
    masked = mask_words([word.text for word in clip.words], clip.locale)
    return tuple(
        WordOption(
            index=i,
            text=None if masked[i] else clip.words[i].text,
            span=Span(start_ms=clip.words[i].start_ms, end_ms=clip.words[i].end_ms),
            confidence=clip.words[i].confidence,
        )
        for i in least_confident(clip.words)[:MAX_OPTIONS]
    )


def chosen_span(typed: Typed, clip: Clip) -> Span:
    """The span somebody chose: seconds win over words. Raises `Invalid` with the
    field.
    """
    if typed.seconds.strip():
        return check_span(parse_span(typed.seconds), _end_of(clip))
    if typed.first_word is None:
        raise Invalid(
            "Choose the muddled word, or give the span in seconds.", field="span"
        )
    last = typed.first_word if typed.last_word is None else typed.last_word
    if not 0 <= typed.first_word <= last < len(clip.words):
        raise Invalid(
            "The last word comes before the first: choose them again.", field="span"
        )
    return span_of_words(clip.words, typed.first_word, last)


def _end_of(clip: Clip) -> int | None:
    """Words say how long a clip is at least; muddled speech may follow the last one by
    a while.
    """
    return max(word.end_ms for word in clip.words) + 30_000 if clip.words else None


def _typed_before(draft: str | None) -> Typed:
    if draft is None:
        return Typed()
    values = json.loads(draft)
    values["difficulties"] = tuple(Difficulty(name) for name in values["difficulties"])
    return Typed(**values)


def _allowed(
    services: Services, act: Act, clip: Clip, known: AskFormContext
) -> tuple[Desk | None, Refusal | None]:
    """The desk that takes the question, or why nobody does."""
    member = known.member if act.actor.team_id == services.team_id else NOBODY
    roles = {
        desk: services.desks.roles_on(desk, member) for desk in services.desks.desks
    }
    found = desk_for(clip.locale, _desks_of(services, roles), child=clip.child)
    if isinstance(found, Refusal):
        return None, found
    refusal = permission.may_ask(
        roles[found.id],
        clip,
        quarantined=known.closed.quarantined,
        why_barred=known.closed.barred,
    )
    return (None, refusal) if refusal else (found, None)


def _desks_of(services: Services, roles: Mapping[str, Set[Role]]) -> list[Desk]:
    """The desks on which somebody with these roles works, those where they review
    first.
    """
    desks = services.desks.desks.values()
    working = [desk for desk in desks if roles[desk.id] & {Role.REVIEWER, Role.LEAD}]
    return sorted(working, key=lambda desk: Role.REVIEWER not in roles[desk.id])


def _ask_or_join(
    tx: Transaction, act: Act, clip: Clip, span: Span, desk: Desk, typed: Typed
) -> Asked:
    for request in tx.requests.on_clip(clip.clip_id, lifecycle.LIVE, lock=True):
        if request.span.overlaps(span):
            if request.asker != act.actor:
                tx.requests.add_follower(
                    request.id, act.actor, typed.guess.strip() or None, act.now
                )
            tx.log.record(
                act.event(Action.REQUEST_JOINED, request=request, role=Role.REVIEWER)
            )
            # Whoever joins a paused request is told that it waits; else nothing is
            # said.
            notice = NotifyPaused(request_id=request.id, user_id=act.actor.user_id)
            tx.outbox.enqueue(notice, now=act.now)
            return Asked(request=request, desk=desk, joined=True)
    request = tx.requests.add(
        key=new_key(),
        desk=desk.id,
        locale=clip.locale,
        clip_id=clip.clip_id,
        span=span,
        asker=act.actor,
        difficulties=typed.difficulties,
        guess=typed.guess.strip() or None,
        quorum=desk.quorum,
        speaker=clip.speaker,
        asked_at=act.now,
        expires_at=act.now + desk.expires_after,
    )
    tx.log.record(
        act.event(
            Action.REQUEST_ASKED,
            request=request,
            role=Role.REVIEWER,
            numbers={"start_ms": span.start_ms, "end_ms": span.end_ms},
        )
    )
    tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=act.now)
    return Asked(request=request, desk=desk, joined=False)
