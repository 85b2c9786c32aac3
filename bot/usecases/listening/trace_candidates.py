"""The listens that a leaked recording may have been taken from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

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

MAX_LISTENS = 200_000


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The candidates of a query: the listens to one request, or of a time or desk.

    `request` is a name such as HC-1042; `until` is exclusive. Filters add up.
    """

    request: str | None = None
    desk: str | None = None
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
    request_id = None
    if scope.request is not None:
        request_id = request_id_of(scope.request)
    with services.store.read() as tx:
        listens = tx.listens.find(
            since=scope.since,
            until=scope.until,
            desk=scope.desk,
            request_id=request_id,
            limit=MAX_LISTENS + 1,
        )
        if not listens:
            raise NotFound(text("listening.trace.no_listens"))
        if len(listens) > MAX_LISTENS:
            raise Invalid(text("listening.trace.too_many", limit=f"{MAX_LISTENS:,}"))
        groups: list[Group] = []
        for number, of_request in groupby(listens, key=_request_id):
            request = tx.requests.by_id(number)
            # A listen belongs to a request, and requests are never deleted.
            assert request is not None
            groups += _by_closeness(request, list(of_request))
    return groups


def _request_id(listen: Listen) -> int:
    return listen.request_id


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
