"""The one play of an elevated listen that a second person has approved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import NotFound, Unavailable
from bot.rules.distress.care import may_listen_now
from bot.rules.listening import elevated_listening as rules
from bot.rules.people.permission import Refusal, Relation
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.listening.request_snippet import basis_of
from bot.usecases.listening.subject import Decision, Live
from bot.usecases.lookup import access_refusal, acting_role, relate
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.requests.render import build_snippet
from bot.usecases.services import Services
from storage.records import (
    Action,
    Clip,
    ElevatedListen,
    Elevation,
    Event,
    Request,
)
from storage.store import Transaction

HEARD: Mapping[Elevation, Action] = {
    Elevation.LESS_DISGUISED: Action.SNIPPET_HEARD_CLOSER,
    Elevation.UNMASKED: Action.SNIPPET_HEARD_UNMASKED,
}


@dataclass(frozen=True)
class ElevatedPlay:
    """The subject of an elevated listen; `key` is the key of the elevated listen."""

    key: str

    def clip_id(self, tx: Transaction) -> str:
        return self.request(tx).clip_id

    def event(self, tx: Transaction, act: Act) -> Event:
        asked, request = find_elevated(tx, self.key)
        return _event(act, asked, request)

    def decide(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
        clip: Clip | None,
    ) -> Decision:
        assert clip is not None
        asked, request = find_elevated(tx, self.key, lock=True)
        relation = relate(
            services,
            tx,
            act.actor,
            request,
            consent=clip.consent,
        )
        of_child = relation.of_child or clip.child
        relation = replace(relation, of_child=of_child)
        refusal = _may_play(
            services,
            act,
            relation,
            request,
            asked,
        )
        if refusal is None:
            refusal = step_up_refusal(services, act)
        if refusal is None:
            refusal = may_listen_now(rest_now(services, tx, act))
        event = _event(act, asked, request)
        return Decision(
            refusal=refusal,
            event=replace(event, role=acting_role(relation)),
            request=request,
            snippet=None,
            listens=relation.listens,
            closeness=asked.closeness,
        )

    def use(self, tx: Transaction, act: Act) -> None:
        tx.elevated_listens.mark_played(self.key, act.now)

    def wav(
        self,
        services: Services,
        decision: Decision,
        clip: Clip | None,
    ) -> bytes:
        """Return the snippet, rendered anew from the recording and kept nowhere."""
        assert clip is not None
        assert decision.request is not None
        data_key = services.clip_keys.get(clip.clip_id)
        if data_key is None:
            raise Unavailable(text("listening.grant.key_gone"))
        made = build_snippet(
            services,
            clip,
            decision.request,
            data_key,
            decision.closeness,
        )
        return made.wav

    def synthetic_span(self) -> None:
        """Return None: a person speaks in the recording of a request."""

    def request(self, tx: Transaction) -> Request:
        return find_elevated(tx, self.key)[1]

    def live(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
    ) -> Live:
        asked, request = find_elevated(tx, self.key)
        relation = relate(services, tx, act.actor, request)
        refusal = rules.may_ask_elevated(relation, request, asked.closeness)
        if refusal is None:
            refusal = access_refusal(services, act, relation, request)
        return Live(refusal=refusal, basis=basis_of(services, act.now, request))


def find_elevated(
    tx: Transaction,
    key: str,
    *,
    lock: bool = False,
) -> tuple[ElevatedListen, Request]:
    """Return an elevated listen and its request. Raises `NotFound`."""
    asked = tx.elevated_listens.by_key(key, lock=lock)
    if asked is None:
        raise NotFound(text("listening.elevated.not_found"))
    request = tx.requests.by_id(asked.request_id)
    if request is None:
        raise NotFound(text("listening.elevated.not_found"))
    return asked, request


def _may_play(
    services: Services,
    act: Act,
    relation: Relation,
    request: Request,
    asked: ElevatedListen,
) -> Refusal | None:
    """Return the refusal to play the elevated listen now, or None."""
    if asked.listener != act.actor:
        # A person without the role gets the role's refusal, which does not reveal that
        # another person asked.
        unwelcome = rules.may_ask_elevated(relation, request)
        if unwelcome is not None:
            return unwelcome
        return rules.NOT_YOURS
    refusal = rules.may_play_elevated(relation, request, asked, act.now)
    if refusal is not None:
        return refusal
    return access_refusal(services, act, relation, request)


def _event(
    act: Act,
    asked: ElevatedListen,
    request: Request,
) -> Event:
    return act.event(HEARD[asked.closeness], request=request)
