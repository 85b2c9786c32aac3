"""The snippet of a stopped clip, as only the officer on its case may hear it."""

from dataclasses import dataclass, replace

from bot.errors import NotFound
from bot.rules.distress import case_clock
from bot.rules.distress.care import may_officer_hear
from bot.rules.listening.live_answers import Basis, holds_until
from bot.rules.people import permission
from bot.rules.refusals import Refusal, refuse
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.distress.cases import find_case, relate_to_case
from bot.usecases.distress.drill import SPAN, drill_sound
from bot.usecases.listening.sound import open_snippet
from bot.usecases.listening.subject import Decision, Live
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    Clip,
    Consent,
    Event,
    Listen,
    Request,
    Role,
    SnippetRecord,
    Span,
)
from storage.store import Transaction

_NOT_KEPT = refuse("no_snippet", "refusals.no_snippet_of_case")


@dataclass(frozen=True)
class CaseSnippet:
    """The subject of a case's page; `key` is the case's.

    A drill has a made-up sound instead: no consent is asked, and its listens are on
    record but have no row.
    """

    key: str

    def clip_id(self, tx: Transaction) -> str | None:
        case = find_case(tx, self.key)
        if case.is_drill:
            return None
        return case.clip_id

    def event(self, tx: Transaction, act: Act) -> Event:
        case = find_case(tx, self.key)
        return _event(act, case, _request_of(tx, case))

    def decide(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
        clip: Clip | None,
    ) -> Decision:
        """Return the decision on this press.

        The order is: the officer's right and consent, a bar on the clip, a snippet
        that is no longer kept, the officer's rest.
        """
        case = find_case(tx, self.key, lock=True)
        who = relate_to_case(services, tx, act.actor, case)
        consent = clip.consent if clip else Consent.GRANTED
        refusal = case_clock.may_hear(case, who, consent)
        request = _request_of(tx, case)
        snippet: SnippetRecord | None = None
        listens: list[Listen] = []
        if request is not None:
            snippet = tx.snippets.of_request(request.id)
            listens = tx.listens.of_request(request.id)
        if refusal is None:
            refusal = _bar(tx, request)
        if refusal is None and snippet is None and not case.is_drill:
            refusal = _NOT_KEPT
        if refusal is None and not case.is_drill:
            refusal = may_officer_hear(
                rest_now(services, tx, act),
                case.severity,
                heard_before=any(each.listener == act.actor for each in listens),
            )
        role = None if refusal else Role.SAFETY_OFFICER
        return Decision(
            refusal=refusal,
            event=replace(_event(act, case, request), role=role),
            request=request,
            snippet=snippet,
            listens=listens,
            has_budget=False,
        )

    def use(self, tx: Transaction, act: Act) -> None:
        """Change nothing: the officer may play the snippet again."""

    def wav(
        self,
        services: Services,
        decision: Decision,
        clip: Clip | None,
    ) -> bytes:
        if clip is None:
            return drill_sound().wav
        assert decision.snippet is not None
        return open_snippet(services, clip.clip_id, decision.snippet)

    def synthetic_span(self) -> Span:
        return SPAN

    def request(self, tx: Transaction) -> Request | None:
        case = find_case(tx, self.key)
        request = _request_of(tx, case)
        if request is None and not case.is_drill:
            raise NotFound(_NOT_KEPT.sentence)
        return request

    def live(
        self,
        services: Services,
        tx: Transaction,
        act: Act,
    ) -> Live:
        case = find_case(tx, self.key)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_hear(case, who, Consent.GRANTED)
        if refusal is None:
            refusal = _bar(tx, _request_of(tx, case))
        basis = Basis(
            request=None,
            clip_id=case.clip_id,
            desk=case.desk,
            until=holds_until(act.now),
        )
        return Live(refusal=refusal, basis=basis)


def _bar(tx: Transaction, request: Request | None) -> Refusal | None:
    """Return why the clip is closed for good, if it is: that binds the officer too."""
    if request is None:
        return None
    return permission.find_bar(tx.clips.bar_reason(request.clip_id, request.speaker))


def _request_of(tx: Transaction, case: Case) -> Request | None:
    """Return the request whose page the clip was stopped on, if there was one."""
    if case.request_id is None:
        return None
    return tx.requests.by_id(case.request_id)


def _event(
    act: Act,
    case: Case,
    request: Request | None,
) -> Event:
    numbers = {"case": case.id}
    if case.is_drill:
        numbers["drill"] = 1
    return act.event(
        Action.SNIPPET_HEARD,
        request=request,
        clip_id=case.clip_id,
        desk=case.desk,
        numbers=numbers,
    )
