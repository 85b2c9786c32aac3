"""Answers to open pages, kept for a moment: a page asks every 0.5 s while it plays.

One query of the access log, at most every quarter of a second, ends the answers that an
event may change. Only the answer that a player may go on is kept, so that a stale
answer never stops one, and a page goes silent within two seconds of an event.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.listening.live_answers import (
    LONGEST,
    Basis,
    Reach,
    is_ended,
    reach_of,
)
from bot.usecases.services import Services
from storage.audit.log.news import Position
from storage.records import Action, Event, Person

# A player ends 1.7 s after it sent its last allowed question; two seconds are promised.
LOOK_EVERY_S = 0.25
_MOST = 20_000

# The digest of everything in a request that its answer depends on.
Question = str


@dataclass(frozen=True, kw_only=True)
class _Answer:
    body: bytes
    basis: Basis
    person: Person
    made_at_s: float


@dataclass
class LiveMemory:
    """The answers of one process. `ticks` is a clock that never goes back."""

    services: Services
    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    _answers: dict[Question, _Answer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _position: Position | None = None
    _looked_at_s: float = 0.0
    _is_look_due: bool = True
    _endings: int = 0

    def __post_init__(self) -> None:
        self._desks = self.services.desks
        self.services.store.on_record(self._note)

    def find(self, question: Question) -> bytes | None:
        """Return the kept answer without any query; None if a look is due."""
        if self._must_look():
            return None
        answer = self._answers.get(question)
        if answer is None:
            return None
        if self._is_over(answer):
            return None
        return answer.body

    def look(self) -> int:
        """Read the news of the log if that is due, and forget the answers they end.

        Returns a number for `keep`. Raises an error of the database, as any page does.
        """
        with self._lock:
            if self._must_look():
                self._look()
            return self._endings

    def keep(
        self,
        question: Question,
        body: bytes,
        basis: Basis,
        person: Person,
        *,
        looked: int,
    ) -> None:
        """Keep an answer that was made after the look with the number `looked`.

        It is not kept if another look has ended answers since: that news may be about
        this one.
        """
        answer = _Answer(
            body=body,
            basis=basis,
            person=person,
            made_at_s=self.ticks(),
        )
        with self._lock:
            if looked != self._endings:
                return
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[question] = answer

    def _must_look(self) -> bool:
        if self._is_look_due or self._desks is not self.services.desks:
            return True
        return self.ticks() - self._looked_at_s >= LOOK_EVERY_S

    def _look(self) -> None:
        now_s = self.ticks()
        is_long_ago = now_s - self._looked_at_s > LONGEST.total_seconds()
        # News that is committed from now on asks for another look.
        self._is_look_due = False
        try:
            self._read(is_long_ago or self._desks is not self.services.desks)
        except Exception:
            self._is_look_due = True
            raise
        self._looked_at_s = now_s

    def _read(self, is_new_start: bool) -> None:
        self._desks = self.services.desks
        news: Sequence[Event] | None = None
        with self.services.store.read() as tx:
            if self._position is not None and not is_new_start:
                news, self._position = tx.log_news.since(self._position)
            else:
                self._position = tx.log_news.position()
        if news is None:
            self._answers.clear()
            self._endings += 1
        else:
            self._end([event for event in news if _may_end(event.action)])

    def _end(self, news: Collection[Event]) -> None:
        """Forget the answers that the news end, and those that are over."""
        if news:
            self._endings += 1
        kept = {}
        for question, answer in self._answers.items():
            if self._is_over(answer):
                continue
            person, basis = answer.person, answer.basis
            if not any(is_ended(basis, person, event) for event in news):
                kept[question] = answer
        self._answers = kept

    def _is_over(self, answer: _Answer) -> bool:
        if self.ticks() - answer.made_at_s >= LONGEST.total_seconds():
            return True
        return self.clock() >= answer.basis.until

    def _note(self, actions: Collection[Action]) -> None:
        """Look at the next question: this process has changed something."""
        if any(_may_end(action) for action in actions):
            self._is_look_due = True


def _may_end(action: Action) -> bool:
    return reach_of(action) is not Reach.NONE
