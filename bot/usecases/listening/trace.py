"""Tracing a leaked recording to one listen by the mark in its sound."""

import hashlib
import json
import math
import secrets as random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Invalid, NotFound
from bot.redaction.watermark.score import Score
from bot.rules.people import permission
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.saved_scores import SavedScores
from bot.usecases.listening.trace_candidates import (
    Group,
    Scope,
    check_scope,
    find_candidates,
)
from bot.usecases.listening.trace_original import Basis, find_original
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.records import Action, Listen, Person, Request, Role

if TYPE_CHECKING:
    from bot.redaction.watermark.leak import Leak

# The odds are those of naming any innocent listener, for the whole query.
MAX_ODDS = 1e-6
# This exponent is recorded where the odds are too small for a float.
_SMALLEST_EXPONENT = 300


def _ignore(done: int, total: int) -> None:
    """Ignore the progress of a query."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """One listen that the leak was taken from, beyond doubt.

    `odds` is an upper bound on the probability that this query names an innocent
    listener with a score as high as this one's.
    """

    request: str
    listener: Person
    granted_at: datetime
    listen_id: str
    odds: float
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class Traced:
    """The result of a query; `asked_as` is the id of its event.

    `named` is empty if no listen is beyond doubt; `best_odds` is then the best score
    among the rejected candidates. `blind_requests` were compared without an original.
    """

    asked_as: int
    candidates: int
    requests: int
    blind_requests: int
    named: tuple[Named, ...]
    best_odds: float


def trace(
    services: Services,
    act: Act,
    leak: Path,
    scope: Scope,
    *,
    reason: str,
    secrets: Sequence[bytes],
    render_again: bool = False,
    saved: Path | None = None,
    progress: Callable[[int, int], None] = _ignore,
) -> Traced:
    """Name the listen a recording was leaked from, if the odds of error are below 1e-6.

    Only auditors may trace, with a reason. The query is recorded before any file is
    opened, and once more for each person named. `secrets` has one value for each
    SNIPPET_KEY that was in use. With `render_again`, a snippet that is no longer kept
    is made anew from the recording. `saved` is a file of scores that an interrupted
    query is continued from. `progress` gets the numbers of groups done and of all.
    Raises `Invalid`, `NotFound`, `Refused`,
    `Unavailable`.
    """
    # SciPy is imported here, because it loads slowly and other commands never need it.
    from bot.redaction.watermark.leak import Leak

    if not reason.strip():
        raise Invalid(text("listening.trace.reason_missing"), field="reason")
    check_scope(scope)
    asked_as = _record_query(
        services,
        act,
        leak,
        scope,
        reason,
        render_again,
    )
    sound = Leak.read(leak)
    groups = find_candidates(services, scope)
    kept = SavedScores(saved, _query(leak, render_again, secrets))
    n_listens = sum(len(group.listens) for group in groups)
    scored: list[Named] = []
    blind: set[int] = set()
    for done, group in enumerate(groups):
        progress(done, len(groups))
        basis, scores = _scores(
            services,
            sound,
            group,
            secrets,
            render_again,
            kept,
        )
        if basis is Basis.NONE:
            blind.add(group.request.id)
        scored += _odds(group, scores, basis, n_listens)
    progress(len(groups), len(groups))
    scored.sort(key=lambda each: each.odds)
    named = tuple(each for each in scored if each.odds < MAX_ODDS)
    _record_named(services, act, groups, named)
    return Traced(
        asked_as=asked_as,
        candidates=n_listens,
        requests=len({group.request.id for group in groups}),
        blind_requests=len(blind),
        named=named,
        best_odds=scored[0].odds,
    )


def _scores(
    services: Services,
    sound: "Leak",
    group: Group,
    secrets: Sequence[bytes],
    render_again: bool,
    kept: SavedScores,
) -> tuple[Basis, list[Score]]:
    """Return the kept scores of a group, or compare the leak with it and keep those."""
    name = f"{group.request.name} {group.closeness or 'usual'}"
    ids = [listen.id for listen in group.listens]
    known = kept.find(name, ids)
    if known is not None:
        return known
    original, basis = find_original(
        services,
        group.request,
        group.closeness,
        render_again,
    )
    is_sure = basis is Basis.STORED
    scores = sound.scores(original, ids, secrets, is_sure=is_sure)
    kept.keep(name, ids, (basis, scores))
    return basis, scores


def _odds(
    group: Group,
    scores: Sequence[Score],
    basis: Basis,
    n_listens: int,
) -> list[Named]:
    """Return each listen of a group with its odds of error.

    The odds of one comparison are multiplied by the number of all candidates, because
    chance could have named each of them.
    """
    found = []
    for listen, score in zip(group.listens, scores, strict=True):
        log_odds = score.log_odds + math.log(n_listens)
        found.append(_named(group.request, listen, log_odds, basis))
    return found


def _query(
    leak: Path,
    render_again: bool,
    secrets: Sequence[bytes],
) -> list[str]:
    """Return the parts of a query that the scores of a group depend on."""
    digests = [hashlib.sha256(secret).hexdigest() for secret in secrets]
    return [_digest(leak), str(render_again), *digests]


def _named(
    request: Request,
    listen: Listen,
    log_odds: float,
    basis: Basis,
) -> Named:
    return Named(
        request=request.name,
        listener=listen.listener,
        granted_at=listen.granted_at,
        listen_id=listen.id,
        odds=math.exp(min(0.0, log_odds)),
        basis=basis,
    )


def _record_query(
    services: Services,
    act: Act,
    leak: Path,
    scope: Scope,
    reason: str,
    render_again: bool,
) -> int:
    """Record the query and return its event's id. Raises `NotFound`, `Refused`."""
    detail = {
        "reason": reason,
        "file": _digest(leak),
        "salt": random.token_hex(16),
    }
    with services.store.begin() as tx:
        roles = roles_of_act(services, tx, act, Role.AUDITOR)
        refusal = permission.may_query_log(roles, only_self=False)
        event = act.event(
            Action.WATERMARK_TRACED,
            refusal=refusal,
            role=_auditor(roles),
            numbers={"render_again": int(render_again)},
        )
        event = replace(event, request=scope.request)
        asked_as = tx.log.record_with(event, json.dumps(detail, ensure_ascii=False))
    raise_refusal(refusal)
    return asked_as


def _record_named(
    services: Services,
    act: Act,
    groups: Sequence[Group],
    named: Sequence[Named],
) -> None:
    """Record one event for each person named."""
    requests = {group.request.name: group.request for group in groups}
    with services.store.begin() as tx:
        role = _auditor(roles_of_act(services, tx, act, Role.AUDITOR))
        for each in named:
            event = act.event(
                Action.WATERMARK_TRACED,
                request=requests[each.request],
                role=role,
                subject=each.listener,
                numbers={"odds_exponent": _exponent(each.odds)},
            )
            tx.log.record(event)


def _exponent(odds: float) -> int:
    """Return n for odds of about 10 to the power of -n."""
    if odds == 0:
        return _SMALLEST_EXPONENT
    return round(-math.log10(odds))


def _auditor(roles: frozenset[Role]) -> Role | None:
    if Role.AUDITOR in roles:
        return Role.AUDITOR
    return None


def _digest(leak: Path) -> str:
    """Return the file's SHA-256 in hexadecimal. Raises `NotFound`."""
    try:
        with leak.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise NotFound(text("listening.trace.file_missing")) from None
