"""The listens that a leaked recording may have been taken from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Invalid, NotFound
from bot.text import text
from bot.usecases.services import Services
from storage.records import (
    Elevation,
    Listen,
    Request,
    is_request_name,
    request_id_of,
)
from storage.store import Transaction

MAX_LISTENS = 20_000


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The candidates of a query: the listens to one request, of a time, or both.

    `request` is a name such as HC-1042; `until` is exclusive.
    """

    request: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The candidates that heard the same sound of one request."""

    request: Request
    closeness: Elevation | None
    listens: tuple[Listen, ...]


def check_scope(scope: Scope) -> None:
    """Raise `Invalid` for a scope without bounds, or with a malformed request."""
    if scope.request is None and scope.since is None:
        raise Invalid(text("listening.trace.scope_missing"), field="request")
    if scope.request is not None and not is_request_name(scope.request):
        raise Invalid(text("requests.find.request_malformed"), field="request")


def find_candidates(services: Services, scope: Scope) -> list[Group]:
    """Return the candidates, grouped by the original they are compared with.

    Raises `NotFound` if there are none, and `Invalid` if there are too many.
    """
    groups: list[Group] = []
    with services.store.read() as tx:
        for request in _requests(tx, scope):
            listens = tx.listens.of_request(request.id)
            within = [listen for listen in listens if _is_within(listen, scope)]
            groups += _by_closeness(request, within)
    n_listens = sum(len(group.listens) for group in groups)
    if n_listens == 0:
        raise NotFound(text("listening.trace.no_listens"))
    if n_listens > MAX_LISTENS:
        raise Invalid(text("listening.trace.too_many", limit=f"{MAX_LISTENS:,}"))
    return groups


def _requests(tx: Transaction, scope: Scope) -> list[Request]:
    """Return the requests of the scope, in order of their numbers."""
    if scope.request is not None:
        request_id = request_id_of(scope.request)
        # `check_scope` has refused any text that is not a request's name.
        assert request_id is not None
        ids = [request_id]
    else:
        ids = tx.listens.request_ids(scope.since, scope.until)
    found = [tx.requests.by_id(request_id) for request_id in ids]
    return [request for request in found if request is not None]


def _is_within(listen: Listen, scope: Scope) -> bool:
    if scope.since is not None and listen.granted_at < scope.since:
        return False
    if scope.until is None:
        return True
    return listen.granted_at < scope.until


def _by_closeness(request: Request, listens: Sequence[Listen]) -> list[Group]:
    """Return one group for each kind of sound that was heard of a request."""
    groups: dict[Elevation | None, list[Listen]] = {}
    for listen in listens:
        groups.setdefault(listen.closeness, []).append(listen)
    return [
        Group(
            request=request,
            closeness=closeness,
            listens=tuple(own),
        )
        for closeness, own in groups.items()
    ]
