"""The report of a player: whether it may go on, and how much of the span was heard."""

from dataclasses import replace

from bot.errors import NotFound
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.listening.subject import Live, Subject
from bot.usecases.lookup import has_heard, relate
from bot.usecases.services import Services
from storage.records import Action, Listen, Span

MAX_LOOPS = 10_000
# Every player allows at most this multiple of the recording's own speed.
_MAX_SPEED = 2


def live(
    services: Services,
    act: Act,
    subject: Subject,
) -> Live:
    """Return whether a player may go on. Raises `NotFound`.

    A player asks once a second while it plays, so the question is not recorded.
    """
    with services.store.read() as tx:
        return subject.live(services, tx, act)


def record_played(
    services: Services,
    act: Act,
    subject: Subject,
    press: str,
    *,
    played_ms: int,
    loops: int,
) -> bool:
    """Record the heard part of the span; return whether one listen heard all of it.

    `played_ms` and `loops` come from the player. `played_ms` is limited to the time
    that has passed since the press. Raises `NotFound`.
    """
    with services.store.begin() as tx:
        request = subject.request(tx)
        if request is None:
            # Synthetic sound belongs to no request, so only its press of play is on
            # record.
            return _is_whole_span(subject.synthetic_span(), played_ms)
        relation = relate(services, tx, act.actor, request)
        own = [each for each in relation.listens if each.listener == act.actor]
        listen = next((each for each in own if each.press == press), None)
        if listen is None:
            raise NotFound(text("listening.progress.press_unknown"))
        believed_ms = _believed_ms(act, listen, played_ms)
        believed_loops = max(listen.loops, min(max(0, loops), MAX_LOOPS))
        tx.listens.save_played(listen.id, played_ms=believed_ms, loops=believed_loops)
        numbers = {
            "played_ms": believed_ms,
            "loops": believed_loops,
        }
        event = act.event(Action.SNIPPET_PLAYED, request=request, numbers=numbers)
        tx.log.record(event)
        own[own.index(listen)] = replace(listen, played_ms=believed_ms)
        return has_heard(request, relation.snippet, own)


def _is_whole_span(span: Span | None, played_ms: int) -> bool:
    """Return whether so much time covers the span of synthetic sound."""
    return span is not None and played_ms >= span.length_ms


def _believed_ms(
    act: Act,
    listen: Listen,
    played_ms: int,
) -> int:
    """Return the reported time, limited to the possible time since the press."""
    passed_ms = (act.now - listen.granted_at).total_seconds() * 1000
    possible_ms = round(_MAX_SPEED * passed_ms)
    reported_ms = min(max(0, played_ms), possible_ms)
    return max(listen.played_ms, reported_ms)
