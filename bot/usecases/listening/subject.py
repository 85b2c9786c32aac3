"""The subject of a player: a request, an elevated listen, a case, or practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.rules.listening.live_answers import Basis
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import (
    Clip,
    Elevation,
    Event,
    Listen,
    Request,
    SnippetRecord,
    Span,
)
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decision whether one person may listen, read under the subject's lock.

    `event` is the event of an allowed listen. `request` is None for the synthetic sound
    of a drill or of practice, which writes no listen. `listens` are the earlier ones of
    every person. `has_budget` is False where the listening budget does not apply.
    """

    refusal: Refusal | None
    event: Event
    request: Request | None
    snippet: SnippetRecord | None
    listens: Sequence[Listen] = ()
    closeness: Elevation | None = None
    has_budget: bool = True


@dataclass(frozen=True, kw_only=True)
class Live:
    """The answer to a player. `refusal` is None while the player may go on.

    `answered` counts the people with an answer. It is None where the listener may not
    see this number. `snippet` changes when the snippet is made anew: the time of its
    rendering, in ms since the epoch. `version` changes when the page of a request does.
    `basis` is None for an answer that may change at any time.
    """

    refusal: Refusal | None
    answered: int | None = None
    snippet: int | None = None
    version: str | None = None
    basis: Basis | None = None


class Subject(Protocol):
    """One page's sound, behind one unguessable key."""

    @property
    def key(self) -> str:
        """Return the key in the page's address."""

    def clip_id(self, tx: Transaction) -> str | None:
        """Return the clip that needs consent, or None for synthetic sound.

        Raises `NotFound`.
        """

    def event(self, tx: Transaction, act: Act) -> Event:
        """Return the event of a listen, without a role. Raises `NotFound`."""

    def decide(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
        clip: Clip | None,
    ) -> Decision:
        """Lock the subject and decide whether the person may listen.

        `clip` is the clip as its source describes it now.
        """

    def use(self, tx: Transaction, act: Act) -> None:
        """Write what a granted listen changes besides its own row."""

    def wav(
        self,
        services: Services,
        decision: Decision,
        clip: Clip | None,
    ) -> bytes:
        """Return the redacted sound without a mark. Raises `Unavailable`."""

    def request(self, tx: Transaction) -> Request | None:
        """Return the request that the listens belong to, or None for synthetic sound.

        Raises `NotFound`.
        """

    def synthetic_span(self) -> Span | None:
        """Return the span of the synthetic sound, None where a person speaks."""

    def live(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
    ) -> Live:
        """Return whether a player may go on. Raises `NotFound`."""
