"""Rendering: from the recording to a sealed, redacted snippet and an open request."""

import hmac
from typing import TYPE_CHECKING

from bot.errors import HelpClipError, Unavailable
from bot.rules.channels.fitness import may_use
from bot.rules.people import permission
from bot.rules.requests import agreement, lifecycle
from bot.text import stored, text
from bot.usecases.context import Act
from bot.usecases.erasure.clip_turn import RENDERING_LASTS, clip_turn
from bot.usecases.requests.notice import notify_askers, notify_each
from bot.usecases.requests.settle import open_dispute
from bot.usecases.services import Services
from storage.records import (
    Action,
    Clip,
    Elevation,
    Outcome,
    Request,
    RequestState,
    SnippetRecord,
    Span,
)
from storage.records.outbox import (
    NotifyPaused,
    PostThread,
    UpdateThread,
)
from storage.seal import seal
from storage.store import Transaction

if TYPE_CHECKING:
    from bot.redaction.pipeline import Snippet


def render(
    services: Services,
    act: Act,
    request_id: int,
) -> None:
    """Render one request's snippet and open it, or close it with a plain sentence.

    A repeated call leaves a request alone that is no longer being rendered.
    Raises `Unavailable` when trying again later may help.
    """
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id)
        if request is None:
            return
        if request.state is not RequestState.RENDERING:
            return
        bar_reason = tx.clips.bar_reason(request.clip_id, request.speaker)
        barred = permission.find_bar(bar_reason)
        if barred is None:
            _keep_data_key(services, tx, request)
    data_key = None
    if barred is None:
        data_key = _make_data_key(services, request)
    try:
        clip = services.clips.clip(request.clip_id)
        refusal = barred or permission.consent(clip.consent)
        if refusal is not None:
            _close(
                services,
                act,
                request_id,
                refusal.sentence,
                refusal.rule,
            )
            return
        # The data key was made above, unless the clip is barred.
        assert data_key is not None
        snippet = build_snippet(services, clip, request, data_key)
    except Unavailable:
        raise
    except HelpClipError as error:
        _close(
            services,
            act,
            request_id,
            error.args[0],
            type(error).__name__.lower(),
        )
        return
    for old_blob in request.blobs[:-1]:
        # A report had the earlier sound taken away.
        services.blobs.delete(old_blob)
    blob = request.blob
    services.blobs.put(blob, seal(snippet.wav, data_key, blob))
    if not _open(
        services,
        act,
        request_id,
        blob,
        snippet,
    ):
        _discard(services, request_id, blob)


def give_up(
    services: Services,
    act: Act,
    request_id: int,
) -> None:
    """Close a request after its recording could not be reached for too long."""
    sentence = text("requests.render.source_unreachable")
    _close(
        services,
        act,
        request_id,
        sentence,
        "unavailable",
    )


def build_snippet(
    services: Services,
    clip: Clip,
    request: Request,
    data_key: bytes,
    closeness: Elevation | None = None,
) -> "Snippet":
    """Return the snippet of a request; with `closeness`, that of an elevated listen."""
    # SciPy takes 0.9 s CPU and 80 MB that most processes never need, so the import
    # stands here.
    from bot.redaction.pipeline import make_snippet

    # Every random choice follows from the clip's key and the request: a second
    # rendering gives the same snippet, and without the key the disguise cannot be
    # repeated.
    desk = services.desks[request.desk]
    key = hmac.digest(data_key, b"render:" + request.key.encode(), "sha256")
    strength = "full"
    if closeness is Elevation.LESS_DISGUISED:
        strength = "less"
    part = request.span.widened(request.context_ms)
    with services.clips.audio(request.clip_id, part) as recording:
        return make_snippet(
            recording,
            span=request.span,
            words=clip.words,
            locale=clip.locale,
            timing=clip.timing,
            key=key,
            filler=desk.filler,
            context_ms=request.context_ms,
            strength=strength,
            unmask=closeness is Elevation.UNMASKED,
            strict=desk.strict_topics,
            hidden_sides=request.masked_sides,
            align=True,
        )


def _keep_data_key(
    services: Services,
    tx: Transaction,
    request: Request,
) -> None:
    # Shredding the key takes the same lock, and finds this request still to be
    # rendered.
    tx.clips.lock(request.clip_id)
    tx.retention.keep_clip_key(
        request.clip_id,
        until=request.expires_at,
        wrapped_by=services.snippet_key.current_id,
    )


def _make_data_key(services: Services, request: Request) -> bytes:
    """Return the clip's key. Raises `StorageError`, and `Unavailable` once it is barred.

    An erasure takes turns with this, so that no key is made after it was shredded.
    """
    with clip_turn(services, request.clip_id, RENDERING_LASTS):
        with services.store.read() as tx:
            is_closed = tx.clips.bar_reason(request.clip_id, request.speaker)
        if is_closed is not None:
            raise Unavailable(text("requests.render.source_unreachable"))
        return services.clip_keys.make(request.clip_id)


def _open(
    services: Services,
    act: Act,
    request_id: int,
    blob: str,
    snippet: "Snippet",
) -> bool:
    """Open the request for listening; return False if it closed during rendering."""
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id, lock=True)
        if request is None:
            return False
        if request.state is not RequestState.RENDERING:
            return False
        start_ms, end_ms = snippet.span_in_snippet_ms
        duration_ms = snippet.end_ms - snippet.start_ms
        record = SnippetRecord(
            request_id=request_id,
            blob=blob,
            duration_ms=duration_ms,
            span=Span(
                start_ms=start_ms,
                end_ms=end_ms,
            ),
            words=snippet.words,
            peaks=snippet.peaks,
            rendered_at=act.now,
        )
        tx.snippets.put(record)
        opened = lifecycle.move(
            request,
            RequestState.OPEN,
            opened_at=request.opened_at or act.now,
            waiting_since=act.now,
        )
        tx.requests.save(opened)
        n_masked = sum(word.text is None for word in snippet.words)
        event = act.event(
            Action.SNIPPET_RENDERED,
            request=opened,
            numbers={
                "duration_ms": duration_ms,
                "masked_words": n_masked,
            },
        )
        tx.log.record(event)
        tx.outbox.enqueue(PostThread(request_id=request_id), now=act.now)
        if request.opened_at is not None:
            opened = _go_on(tx, act, opened)
        channel = tx.channels.by_id(services.desks.channel_of(request.desk))
        if may_use(channel) is not None:
            notify_each(tx, act, opened, NotifyPaused)
    return True


def _go_on(
    tx: Transaction,
    act: Act,
    request: Request,
) -> Request:
    """Return a request that was rendered anew.

    It is disputed if its answers differ, or if a person appealed against its word.
    """
    standing = tx.proposals.of_request(request.id)
    verdict = agreement.verdict(
        standing,
        request.quorum,
        request.locale,
        spare_seats=request.spare_seats,
    )
    is_appealed = bool(tx.appeals.of_request(request.id))
    if is_appealed or verdict.state is not RequestState.OPEN:
        return open_dispute(tx, act, request)
    # Its thread may have been posted before, and shows an earlier state.
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
    return request


def _discard(
    services: Services,
    request_id: int,
    blob: str,
) -> None:
    """Delete the sound of a closed request, unless another replica opened it.

    The other replica's snippet has the same blob.
    """
    with services.store.read() as tx:
        kept = tx.snippets.of_request(request_id)
    if kept is None:
        services.blobs.delete(blob)


def _close(
    services: Services,
    act: Act,
    request_id: int,
    sentence: str,
    rule: str,
) -> None:
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id, lock=True)
        if request is None:
            return
        if request.state is not RequestState.RENDERING:
            return
        closed = lifecycle.move(
            request,
            RequestState.UNMASKABLE,
            problem=stored(sentence),
            closed_at=act.now,
        )
        tx.requests.save(closed)
        event = act.event(
            Action.SNIPPET_RENDERED,
            request=closed,
            outcome=Outcome.FAILED,
            rule=rule,
        )
        tx.log.record(event)
        notify_askers(tx, act, closed)
