"""Asking: a request about one span, or a place in the request that is there."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.redaction.masking.span_words import is_on_personal_words
from bot.rules.desks import Desk
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests import exposure, lifecycle
from bot.rules.work_tools.tokens import OUTSIDE_TOOL
from bot.text import text
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import RequestRelation
from bot.usecases.requests.approve import notify_leads
from bot.usecases.requests.ask_form import (
    FORM,
    desk_or_refusal,
    find_context,
    is_of_tool,
    keep_draft,
    record_denial,
    refuse_outsider,
)
from bot.usecases.requests.asking.ask_anew import (
    appeal_anew,
    find_settled,
    read_reason,
    show_outcome,
)
from bot.usecases.requests.choose_span import Typed, chosen_span
from bot.usecases.services import Services
from storage.records import (
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


@dataclass(
    frozen=True,
    kw_only=True,
)
class Asked:
    """The request, and whether the asker joined one that was there before.

    With `appealed` it was settled, and the asker appealed against its word.
    """

    request: Request
    desk: Desk
    joined: bool
    appealed: bool = False


@dataclass(
    frozen=True,
    kw_only=True,
)
class _Question:
    """A form that was read: what is asked about which clip."""

    clip: Clip
    span: Span
    difficulties: tuple[Difficulty, ...]
    guess: str | None
    anew: str


# What a question leaves in its own transaction, besides the request.
Note = Callable[[Transaction, Asked], None]


def ask(
    services: Services,
    act: Act,
    typed: Typed,
    note: Note | None = None,
) -> Asked:
    """Ask about one span, or join the open request that overlaps it.

    A settled word is asked about again only with a reason, which is an appeal.

    Where the form has a mistake, what was typed is kept as a draft, but for a work
    tool. Raises `Invalid` (with the field), `NotFound`, `Unavailable`, `Refused`, and
    `Conflict` where a work tool asks about a settled word.
    """
    try:
        return _ask(services, act, typed, note)
    except (Invalid, NotFound, Unavailable):
        refuse_outsider(services, act)
        # The draft is that of the form in which the person types.
        if act.tool is None:
            keep_draft(services, act, typed)
        raise


def _ask(
    services: Services,
    act: Act,
    typed: Typed,
    note: Note | None,
) -> Asked:
    """Check the form, then decide and ask under a lock of the clip and the asker.

    A refusal that concerns this question only is raised as `Invalid`, so that the form
    stays open with all that was typed.
    """
    question = _read_form(services, typed)
    clip = question.clip
    of_question = _personal_refusal(question)
    outcome: Asked | HelpClipError | None = None
    with services.store.begin() as tx:
        tx.clips.lock(clip.clip_id, act.actor)
        known = find_context(tx, act, clip.clip_id, clip.speaker)
        desk, of_person = desk_or_refusal(services, act, clip, known)
        if desk is None or of_question is not None:
            record_denial(tx, act, clip, of_person or of_question)
        else:
            outcome = _ask_on_clip(services, tx, act, question, desk, known)
        if isinstance(outcome, Asked):
            if act.tool is None:
                tx.drafts.drop(act.actor, FORM)
            if note is not None:
                note(tx, outcome)
    raise_refusal(of_person)
    if outcome is None:
        assert of_question is not None
        outcome = Invalid(of_question.sentence, field="span")
    if isinstance(outcome, HelpClipError):
        raise outcome
    return outcome


def _ask_on_clip(
    services: Services,
    tx: Transaction,
    act: Act,
    question: _Question,
    desk: Desk,
    known: AskFormContext,
) -> Asked | HelpClipError:
    """Join, appeal or ask; or return why not, for the form.

    The order is: a live request that overlaps, a settled one, the limits of exposure.
    """
    clip = question.clip
    earlier = tx.requests.on_clip(clip.clip_id, lock=True)
    joinable = _overlapping(earlier, question.span)
    if joinable is not None:
        if not is_of_tool(act, joinable.desk):
            record_denial(tx, act, clip, OUTSIDE_TOOL)
            return Refused(OUTSIDE_TOOL.sentence, rule=OUTSIDE_TOOL.rule)
        # Joining exposes nothing more.
        return _join(tx, act, joinable, desk, question)
    found = find_settled(services, tx, act, earlier, question.span)
    if found is not None:
        settled, relation = found
        if not question.anew:
            return show_outcome(services, tx, act, settled, relation)
        appealed = _appeal(services, tx, act, question, desk, settled, relation)
        if appealed is not None:
            return appealed
    refusal = _exposure_refusal(desk, known, earlier)
    if refusal is not None:
        record_denial(tx, act, clip, refusal)
        return Invalid(refusal.sentence, field="span")
    return _add_request(services, tx, act, question, desk, earlier)


def _appeal(
    services: Services,
    tx: Transaction,
    act: Act,
    question: _Question,
    desk: Desk,
    settled: Request,
    relation: RequestRelation,
) -> Asked | Invalid | None:
    """Appeal against a settled word; None where a new question takes its place."""
    disputed = appeal_anew(
        services,
        tx,
        act,
        settled,
        relation,
        guess=question.guess,
        reason=question.anew,
    )
    if disputed is None or isinstance(disputed, Invalid):
        return disputed
    return Asked(
        request=disputed,
        desk=desk,
        joined=True,
        appealed=True,
    )


def _read_form(services: Services, typed: Typed) -> _Question:
    """Return the question of a form. Raises `Invalid`, `NotFound`, `Unavailable`."""
    clip_id = typed.clip.strip()
    if not clip_id:
        raise Invalid(text("requests.ask.clip_missing"), field="clip")
    clip = services.clips.clip(clip_id)
    span = chosen_span(typed, clip)
    if len(typed.guess) > MAX_GUESS:
        sentence = text("requests.ask.guess_too_long", limit=MAX_GUESS)
        raise Invalid(sentence, field="guess")
    return _Question(
        clip=clip,
        span=span,
        difficulties=typed.difficulties,
        guess=typed.guess.strip() or None,
        anew=read_reason(typed.anew),
    )


def _personal_refusal(question: _Question) -> Refusal | None:
    """Return the refusal of a span on words that the draft knows to be personal."""
    clip = question.clip
    if is_on_personal_words(clip.words, question.span, clip.locale):
        return refuse("personal_span")
    return None


def _overlapping(earlier: list[Request], span: Span) -> Request | None:
    """Return the oldest live request that overlaps the span, or None."""
    for request in earlier:
        if request.state in lifecycle.LIVE and request.span.overlaps(span):
            return request
    return None


def _exposure_refusal(
    desk: Desk,
    known: AskFormContext,
    earlier: list[Request],
) -> Refusal | None:
    """Return the refusal of one more question of this person or about this clip."""
    refusal = exposure.may_ask_more(desk.exposure, known.asked_lately)
    if refusal is not None:
        return refusal
    if exposure.is_another_waiting(earlier):
        return exposure.ANOTHER_WAITS
    return None


def _add_request(
    services: Services,
    tx: Transaction,
    act: Act,
    question: _Question,
    desk: Desk,
    earlier: list[Request],
) -> Asked:
    """Add the request. It waits for a lead where enough of the clip was asked about.

    A snippet that a lead agrees to plays as much around its span as any other.
    """
    span = question.span
    context_ms = exposure.context_within(desk.exposure, earlier, span)
    needs_lead = exposure.needs_lead(desk.exposure, earlier, span)
    if needs_lead:
        context_ms = exposure.FULL_CONTEXT_MS
    request = tx.requests.add(
        key=new_key(),
        desk=desk.id,
        locale=question.clip.locale,
        clip_id=question.clip.clip_id,
        span=span,
        context_ms=context_ms,
        needs_lead=needs_lead,
        asker=act.actor,
        difficulties=question.difficulties,
        guess=question.guess,
        quorum=desk.quorum,
        spare_seats=desk.spare_seats,
        speaker=question.clip.speaker,
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
            "waits": int(needs_lead),
        },
    )
    if question.anew:
        # The reason stands beside the log, as those of rulings do.
        tx.log.record_with(event, detail=committed_detail(reason=question.anew))
    else:
        tx.log.record(event)
    if needs_lead:
        notify_leads(services, tx, act, request)
    else:
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
    desk: Desk,
    question: _Question,
) -> Asked:
    if request.asker != act.actor:
        tx.requests.add_follower(request.id, act.actor, question.guess, act.now)
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
    return Asked(
        request=request,
        desk=desk,
        joined=True,
    )
