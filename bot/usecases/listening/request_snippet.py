"""The snippet of a request, as its desk's people hear it on the request's page."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.distress.care import may_listen_now
from bot.rules.listening.live_answers import Basis, holds_until
from bot.rules.people import permission
from bot.rules.people.permission import Relation
from bot.rules.refusals import Refusal, refuse
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.listening.sound import open_snippet
from bot.usecases.listening.subject import Decision, Live
from bot.usecases.lookup import (
    RequestRelation,
    access_refusal,
    acting_role,
    find_request,
    find_request_to_hear,
    relate,
)
from bot.usecases.services import Services
from storage.records import Action, Clip, Event, Request
from storage.store import Transaction

NO_SNIPPET = refuse("no_snippet")


@dataclass(frozen=True)
class RequestSnippet:
    """The subject of a request's page; `key` is the key of the request."""

    key: str

    def clip_id(self, tx: Transaction) -> str:
        return find_request(tx, self.key).clip_id

    def event(self, tx: Transaction, act: Act) -> Event:
        return _event(act, find_request(tx, self.key))

    def decide(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
        clip: Clip | None,
    ) -> Decision:
        assert clip is not None
        request = find_request_to_hear(tx, self.key, act.actor)
        relation = relate(
            services,
            tx,
            act.actor,
            request,
            consent=clip.consent,
        )
        refusal = may_listen_here(services, act, relation, request)
        if refusal is None:
            refusal = may_listen_now(rest_now(services, tx, act))
        if refusal is None and relation.snippet is None:
            refusal = NO_SNIPPET
        return Decision(
            refusal=refusal,
            event=replace(_event(act, request), role=acting_role(relation)),
            request=request,
            snippet=relation.snippet,
            listens=relation.listens,
        )

    def use(self, tx: Transaction, act: Act) -> None:
        """Change nothing, because a snippet may be played again and again."""

    def wav(
        self,
        services: Services,
        decision: Decision,
        clip: Clip | None,
    ) -> bytes:
        assert clip is not None
        assert decision.snippet is not None
        return open_snippet(services, clip.clip_id, decision.snippet)

    def synthetic_span(self) -> None:
        """Return None: a person speaks in the recording of a request."""

    def request(self, tx: Transaction) -> Request:
        return find_request(tx, self.key)

    def live(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
    ) -> Live:
        request = find_request(tx, self.key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = permission.may_view(relation, request)
        if unwelcome is not None:
            return Live(refusal=unwelcome, answered=0)
        snippet = None
        if relation.snippet is not None:
            snippet = relation.snippet.version
        refusal = may_listen_here(services, act, relation, request)
        return Live(
            refusal=refusal,
            answered=len(relation.proposals),
            snippet=snippet,
            version=page_version(relation, request, refusal),
            basis=basis_of(services, act.now, request),
        )


def _event(act: Act, request: Request) -> Event:
    return act.event(Action.SNIPPET_HEARD, request=request)


def basis_of(
    services: Services,
    now: datetime,
    request: Request,
) -> Basis:
    """Return what an answer about a request is about, and how long it holds."""
    conditions = services.desks[request.desk].access_conditions
    return Basis(
        request=request.name,
        clip_id=request.clip_id,
        desk=request.desk,
        until=holds_until(now, conditions),
    )


def page_version(
    relation: RequestRelation,
    request: Request,
    refusal: Refusal | None,
) -> str:
    """Return a text that changes whenever the person's page of the request does.

    An open page compares it with that of its live check. It names no content.
    """
    parts = [request.state, str(len(relation.adjudications))]
    if relation.appealed:
        parts.append(f"appealed {len(relation.appeals)}")
    if refusal is not None:
        parts.append(refusal.rule)
    if relation.own_proposal is not None:
        parts.append(relation.own_proposal.made_at.isoformat())
    if relation.snippet is not None:
        parts.append(str(relation.snippet.version))
    return " ".join(parts)


def may_listen_here(
    services: Services,
    act: Act,
    relation: Relation,
    request: Request,
) -> Refusal | None:
    """Return the refusal to play this request to this person here and now, or None."""
    refusal = permission.may_listen(relation, request)
    if refusal is not None:
        return refusal
    return access_refusal(services, act, relation, request)
