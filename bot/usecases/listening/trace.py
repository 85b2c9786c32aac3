"""Tracing a leaked recording to the one listen whose mark it carries."""

import hashlib
import json
import math
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import Invalid, NotFound
from bot.rules.people import permission
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.trace_original import Basis, find_original
from bot.usecases.lookup import house_roles
from bot.usecases.services import Services
from storage.records import (
    FIRST_NUMBER,
    Action,
    Closeness,
    Listen,
    Origin,
    Person,
    Request,
    Role,
    is_request_name,
)
from storage.store import Transaction

MAX_ODDS = 1e-6  # of naming anybody wrongly, for the whole question
MAX_LISTENS = 20_000


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose listens come into question: those to one request, or those granted in a
    time.
    """

    request: str | None = None  # HC-1042
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Named:
    """`odds`: at most so likely would this question have named somebody wrongly this
    clearly.
    """

    request: str
    listener: Person
    granted_at: datetime
    listen_id: str
    odds: float
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class Traced:
    """`named` is empty when no listen is beyond doubt; then `best_odds` belong to
    nobody named.
    """

    asked_as: int
    candidates: int
    requests: int
    blind_requests: int
    named: tuple[Named, ...]
    best_odds: float


@dataclass(frozen=True, kw_only=True)
class _Group:
    request: Request
    closeness: Closeness | None
    listens: tuple[Listen, ...]


def trace(
    services: Services,
    act: Act,
    leak: Path,
    scope: Scope,
    *,
    reason: str,
    secrets: Sequence[bytes],
    render_again: bool = False,
) -> Traced:
    """Name the listen a recording was leaked from, if the odds of error are below one
    in a million.

    For auditors, with a reason; on record before anything is opened, and once more for
    everybody
    named. `secrets`: one for each SNIPPET_KEY that was in use. `render_again`: where
    the snippet is
    no longer kept, read the recording again and make it anew; nobody hears it. Raises
    `Invalid`,
    `NotFound`, `Refused`, `Unavailable`.
    """
    # Here, because SciPy is slow to load and the other commands never need it.
    from bot.redaction.watermark.leak import Leak

    if not reason.strip():
        raise Invalid(
            "Say in a few words why this recording is traced.", field="reason"
        )
    _check(scope)
    asked_as = _record_question(services, act, leak, scope, reason, render_again)
    sound = Leak.read(leak)
    groups = _groups(services, scope)
    n_listens = sum(len(group.listens) for group in groups)
    found: list[Named] = []
    blind: set[int] = set()
    for group in groups:
        original, basis = find_original(
            services, group.request, group.closeness, render_again
        )
        if basis is Basis.NONE:
            blind.add(group.request.id)
        ids = [listen.id for listen in group.listens]
        scores = sound.scores(original, ids, secrets, is_sure=basis is Basis.STORED)
        found += [
            _named(group, listen, score.log_odds + math.log(n_listens), basis)
            for listen, score in zip(group.listens, scores, strict=True)
        ]
    found.sort(key=lambda each: each.odds)
    named = tuple(each for each in found if each.odds < MAX_ODDS)
    _record_named(services, act, groups, named)
    return Traced(
        asked_as=asked_as,
        candidates=n_listens,
        requests=len({group.request.id for group in groups}),
        blind_requests=len(blind),
        named=named,
        best_odds=found[0].odds,
    )


def _check(scope: Scope) -> None:
    if scope.request is None and scope.since is None:
        raise Invalid(
            "Say which request (--request HC-1042) or since when (--since 7d) to look at.",
            field="request",
        )
    if scope.request is not None and not is_request_name(scope.request):
        raise Invalid("A request is named like HC-1042.", field="request")


def _record_question(
    services: Services,
    act: Act,
    leak: Path,
    scope: Scope,
    reason: str,
    render_again: bool,
) -> int:
    said = {"reason": reason, "file": _digest(leak), "salt": random.token_hex(16)}
    with services.store.begin() as tx:
        roles = _roles(services, tx, act)
        refusal = permission.may_query_log(roles, only_self=False)
        event = act.event(
            Action.WATERMARK_TRACED,
            refusal=refusal,
            role=_role(roles),
            numbers={"render_again": int(render_again)},
        )
        asked_as = tx.log.record_with(
            replace(event, request=scope.request), json.dumps(said, ensure_ascii=False)
        )
    raise_refusal(refusal)
    return asked_as


def _roles(services: Services, tx: Transaction, act: Act) -> frozenset[Role]:
    if act.person is not None:
        return house_roles(services, tx, act.person)
    # Whoever has a shell here can read the database itself; asking through us leaves a
    # trace.
    return frozenset({Role.AUDITOR} if act.origin is Origin.CLI else ())


def _role(roles: frozenset[Role]) -> Role | None:
    return Role.AUDITOR if Role.AUDITOR in roles else None


def _digest(leak: Path) -> str:
    try:
        with leak.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise NotFound("There is no such file, or it cannot be opened.") from None


def _groups(services: Services, scope: Scope) -> list[_Group]:
    with services.store.read() as tx:
        found = [
            (
                request,
                tuple(
                    each
                    for each in tx.listens.of_request(request.id)
                    if _within(each, scope)
                ),
            )
            for request in _requests(tx, scope)
        ]
    found = [(request, heard) for request, heard in found if heard]
    if not found:
        raise NotFound("Nobody listened there and then, so there is nobody to name.")
    if sum(len(heard) for _, heard in found) > MAX_LISTENS:
        raise Invalid(
            "More than 20,000 listens come into question. Name a shorter time."
        )
    return [group for request, heard in found for group in _alike(request, heard)]


def _alike(request: Request, heard: Sequence[Listen]) -> list[_Group]:
    """One group for each sound that was heard of a request."""
    kinds = dict.fromkeys(each.closeness for each in heard)
    return [
        _Group(
            request=request,
            closeness=kind,
            listens=tuple(each for each in heard if each.closeness is kind),
        )
        for kind in kinds
    ]


def _requests(tx: Transaction, scope: Scope) -> list[Request]:
    if scope.request is not None:
        one = tx.requests.by_id(int(scope.request.removeprefix("HC-")) - FIRST_NUMBER)
        return [one] if one else []
    numbers = tx.listens.request_ids(scope.since, scope.until)
    return [request for number in numbers if (request := tx.requests.by_id(number))]


def _within(listen: Listen, scope: Scope) -> bool:
    after = scope.since is None or listen.granted_at >= scope.since
    return after and (scope.until is None or listen.granted_at < scope.until)


def _named(group: _Group, listen: Listen, log_odds: float, basis: Basis) -> Named:
    return Named(
        request=group.request.name,
        listener=listen.listener,
        granted_at=listen.granted_at,
        listen_id=listen.id,
        odds=math.exp(min(0.0, log_odds)),
        basis=basis,
    )


def _record_named(
    services: Services, act: Act, groups: Sequence[_Group], named: Sequence[Named]
) -> None:
    requests = {group.request.name: group.request for group in groups}
    with services.store.begin() as tx:
        role = _role(_roles(services, tx, act))
        for each in named:
            # 300: below what a float can say.
            exponent = round(-math.log10(each.odds)) if each.odds > 0 else 300
            event = act.event(
                Action.WATERMARK_TRACED,
                request=requests[each.request],
                role=role,
                numbers={"odds_exponent": exponent},
            )
            tx.log.record(replace(event, subject=each.listener))
