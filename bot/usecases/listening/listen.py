"""Listening: the page of a request, one press of play, and how much of it was heard."""

import secrets
from dataclasses import dataclass

from bot.errors import Conflict, HelpClipError, Invalid, NotFound, Unavailable
from bot.rules.distress.care import may_listen_now
from bot.rules.listening.elevated_listening import may_ask_closer
from bot.rules.people import permission
from bot.rules.people.permission import Refusal, Relation
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.care import rest_now
from bot.usecases.listening.budget import beyond_budget, link_tried, note_for
from bot.usecases.lookup import (
    access_refusal,
    acting_role,
    find_request,
    has_heard,
    relate,
)
from bot.usecases.requests.propose import TypedAnswer, draft_of
from bot.usecases.services import Services
from storage.errors import Missing, StorageError
from storage.records import (
    Action,
    Answer,
    Clip,
    Consent,
    Listen,
    Outcome,
    Proposal,
    Request,
    SnippetRecord,
)
from storage.seal import open_sealed
from storage.store import Transaction

MAX_LOOPS = 10_000


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What was settled, for people of the desk. `text` is None where it is not for this
    person.
    """

    answer: Answer
    text: str | None
    reason: str | None  # a lead's, where one ruled


@dataclass(frozen=True, kw_only=True)
class Live:
    """`refusal` is None while a player may go on. `answered` counts people."""

    refusal: Refusal | None
    answered: int


@dataclass(frozen=True, kw_only=True)
class ListenPage:
    """What the page shows. `snippet` is None when this person may not hear it;
    `refusal` says why.

    `answered` counts people, never says what they said.
    """

    request: Request
    desk_name: str
    snippet: SnippetRecord | None
    refusal: Refusal | None
    has_heard: bool
    proposal: Proposal | None
    answered: int
    is_asker: bool
    declined: bool
    settled: Settled | None
    draft: TypedAnswer | None
    may_ask_closer: bool
    note: str | None  # a private word to somebody who listens a lot


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The redacted snippet: a 16 kHz mono WAV."""

    wav: bytes
    listen_id: str


def view(services: Services, act: Act, key: str) -> ListenPage:
    """Open the page of a request. Raises `NotFound`, or `Refused` for people not of the
    desk.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = permission.may_view(relation, request)
        tx.log.record(
            act.event(
                Action.REQUEST_VIEWED,
                refusal=unwelcome,
                request=request,
                role=acting_role(relation),
            )
        )
        if unwelcome is not None:
            link_tried(tx, act, request)
        refusal = unwelcome or _may_listen(services, act, relation, request)
        refusal = refusal or may_listen_now(rest_now(services, tx, act))
        page = ListenPage(
            request=request,
            desk_name=services.desks[request.desk].name,
            snippet=None if refusal else tx.snippets.of_request(request.id),
            refusal=refusal,
            has_heard=relation.has_heard,
            proposal=tx.proposals.by_person(request.id, act.actor),
            answered=len(tx.proposals.of_request(request.id)),
            is_asker=relation.asked(request),
            declined=tx.proposals.has_declined(request.id, act.actor),
            settled=_outcome(tx, relation, request),
            draft=draft_of(tx, act.actor, request.key),
            may_ask_closer=refusal is None
            and may_ask_closer(relation, request) is None,
            note=None if refusal else note_for(services, tx, act, request),
        )
    raise_refusal(unwelcome)
    return page


def listen(services: Services, act: Act, key: str, press: str) -> Sound:
    """Grant one press of play, put it on record, and only then read the sound.

    `press` is a random string the page makes for each press; it works once.
    Raises `NotFound`, `Refused`, `Conflict` (press used), `Unavailable`.
    """
    check_press(press)
    with services.store.read() as tx:
        clip_id = find_request(tx, key).clip_id
    consent = consent_now(services, act, key, clip_id)
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request, consent=consent)
        refusal = _may_listen(services, act, relation, request)
        refusal = refusal or may_listen_now(rest_now(services, tx, act))
        earlier = tx.listens.of_request(request.id)
        used = any(x.press == press for x in earlier if x.listener == act.actor)
        if used and refusal is None:
            refusal = Refusal(rule="press_used", sentence="Press play again.")
        refusal = refusal or beyond_budget(services, tx, act, request, earlier)
        snippet = tx.snippets.of_request(request.id)
        if refusal is None and snippet is None:
            refusal = Refusal(
                rule="no_snippet", sentence="This snippet is no longer kept."
            )
        listen_id = secrets.token_hex(16)
        tx.log.record(
            act.event(
                Action.SNIPPET_HEARD,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
        )
        if refusal is None:
            tx.listens.add(
                Listen(
                    id=listen_id,
                    request_id=request.id,
                    listener=act.actor,
                    press=press,
                    granted_at=act.now,
                )
            )
    if used:
        raise Conflict("That press of play was used already. Press play again.")
    raise_refusal(refusal)
    assert snippet is not None
    return sound_of(services, request.clip_id, snippet, listen_id)


def check_press(press: str) -> None:
    """A press is 8 to 64 letters and digits. Raises `Invalid`."""
    if not 8 <= len(press) <= 64 or not press.isascii() or not press.isalnum():
        raise Invalid("Reload the page and press play again.")


def sound_of(
    services: Services, clip_id: str, snippet: SnippetRecord, listen_id: str
) -> Sound:
    """The stored sound with the mark of one listen that is on record. Raises
    `Unavailable`.
    """
    wav = open_snippet(services, clip_id, snippet)
    return Sound(wav=mark(services, wav, listen_id), listen_id=listen_id)


def open_snippet(services: Services, clip_id: str, snippet: SnippetRecord) -> bytes:
    """The redacted sound as WAV. Whoever calls has recorded the listen. Raises
    `Unavailable`.
    """
    try:
        data_key = services.clip_keys.get(clip_id)
        if data_key is None:
            raise Missing("The clip's key is gone.")
        return open_sealed(services.blobs.get(snippet.blob), data_key, snippet.blob)
    except StorageError as error:
        raise Unavailable(
            "The snippet could not be read. Please try again later."
        ) from error


def mark(services: Services, wav: bytes, listen_id: str) -> bytes:
    """The sound with the inaudible mark of one listen."""
    # Here, because most commands never need NumPy.
    from bot.redaction.watermark.mark import SECRET_SEED, mark_wav

    return mark_wav(wav, services.snippet_key.derive(SECRET_SEED), listen_id)


def consent_now(services: Services, act: Act, key: str, clip_id: str) -> Consent:
    """What the clip source says now. When it says nothing, nobody hears anything."""
    return clip_now(services, act, key, clip_id).consent


def clip_now(services: Services, act: Act, key: str, clip_id: str) -> Clip:
    """As the clip source describes it now. Raises `Unavailable`, recorded."""
    try:
        return services.clips.clip(clip_id)
    except HelpClipError as error:
        with services.store.begin() as tx:
            failed = act.event(
                Action.SNIPPET_HEARD,
                outcome=Outcome.FAILED,
                rule="source",
                request=find_request(tx, key),
            )
            tx.log.record(failed)
        raise Unavailable(
            "The recording's source cannot say whether it may be heard. Please try again later."
        ) from error


def played(
    services: Services, act: Act, key: str, press: str, *, played_ms: int, loops: int
) -> bool:
    """Put on record how much of the span was heard. True once it was heard in full.

    The player reports it; time that has not passed since the press is not believed
    (a player runs at twice the speed at most).
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        mine = tx.listens.of_listener(request.id, act.actor)
        listen_ = next((x for x in mine if x.press == press), None)
        if listen_ is None:
            raise NotFound("That press of play is not on record. Press play again.")
        possible_ms = 2 * ((act.now - listen_.granted_at).total_seconds() * 1000)
        believed = max(listen_.played_ms, min(max(0, played_ms), round(possible_ms)))
        loops = max(listen_.loops, min(max(0, loops), MAX_LOOPS))
        tx.listens.save_played(listen_.id, played_ms=believed, loops=loops)
        tx.log.record(
            act.event(
                Action.SNIPPET_PLAYED,
                request=request,
                outcome=Outcome.ALLOWED,
                numbers={"played_ms": believed, "loops": loops},
            )
        )
        return has_heard(tx, request, act.actor)


def live(services: Services, act: Act, key: str) -> Live:
    """Whether a player may go on. Asked once a second while it plays, so it is not put
    on record.

    Raises `NotFound`.
    """
    with services.store.read() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = permission.may_view(relation, request)
        return Live(
            refusal=unwelcome or _may_listen(services, act, relation, request),
            answered=0 if unwelcome else len(tx.proposals.of_request(request.id)),
        )


def _may_listen(
    services: Services, act: Act, relation: Relation, request: Request
) -> Refusal | None:
    return permission.may_listen(relation, request) or access_refusal(
        services, act, relation, request
    )


def _outcome(tx: Transaction, relation: Relation, request: Request) -> Settled | None:
    if request.settled_answer is None:
        return None
    rulings = tx.adjudications.of_request(request.id)
    readable = permission.may_read_settled(relation, request)
    return Settled(
        answer=request.settled_answer,
        text=request.settled_text if readable else None,
        reason=rulings[-1].reason if rulings else None,
    )
