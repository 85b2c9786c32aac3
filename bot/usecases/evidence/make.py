"""Make a pack: the log of a period with tables, proofs, a summary and signatures."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from bot.errors import Invalid, Unavailable
from bot.rules.people import permission
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.evidence.summary import summary_pieces
from bot.usecases.evidence.tables import Tables, csv_pieces
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.audit.log.append import Log
from storage.audit.packs.archive import PackWriter
from storage.audit.packs.layout import (
    ABOUT,
    BUNDLE,
    EVENTS,
    EVENTS_CSV,
    EVENTS_OCSF,
    SUMMARY,
    TABLE,
)
from storage.audit.packs.listed import (
    Scope,
    count_unsigned,
    ears,
    listed_events,
    listed_indexes,
)
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import write_bundle
from storage.audit.query.formats import csv_lines, json_lines
from storage.audit.query.ocsf import ocsf_lines
from storage.errors import StorageError
from storage.records import Action, RecordedEvent, Role
from storage.store import Transaction

# The argument is the name of the file that comes next.
Progress = Callable[[str], None]
_DIGEST = re.compile(r"[0-9a-f]{64}")


def make_pack(
    services: Services,
    act: Act,
    keys: Keys,
    scope: Scope,
    progress: Progress | None = None,
) -> tuple[int, Iterator[bytes]]:
    """Return the id of the event `pack.made`, and the bytes of the pack.

    The period ends now at the latest. Raises `Refused`, `Invalid`, and while streaming
    `Unavailable` while an act of the period is not signed yet.
    """
    scope = replace(scope, until=min(scope.until, act.now))
    _check(services, scope)
    made_as = _record(services, act, scope)

    def pieces() -> Iterator[bytes]:
        with services.store.read() as tx:
            try:
                yield from _pieces(tx, act, keys, scope, progress)
            except StorageError as error:
                raise Unavailable(str(error)) from None

    return made_as, pieces()


def sign_off(services: Services, act: Act, digest: str) -> int:
    """Record that the person looked at the pack of this SHA-256; return the event's id.

    Raises `Refused`, `Invalid`.
    """
    digest = digest.strip().lower()
    if not _DIGEST.fullmatch(digest):
        raise Invalid(text("evidence.pack.digest_malformed"), field="digest")
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act)
        event = act.event(Action.PACK_SIGNED, refusal=refusal, role=Role.AUDITOR)
        signed_as = tx.log.record(replace(event, digest=digest))
    raise_refusal(refusal)
    return signed_as


def _check(services: Services, scope: Scope) -> None:
    if scope.since >= scope.until:
        raise Invalid(text("evidence.pack.period_empty"), field="from")
    unknown = sorted(set(scope.desks) - set(services.desks.desks))
    if unknown:
        raise Invalid(text("evidence.pack.desk_unknown", desk=unknown[0]), field="desk")


def _record(services: Services, act: Act, scope: Scope) -> int:
    desk = None
    if len(scope.desks) == 1:
        desk = scope.desks[0]
    detail = json.dumps(_about(scope), sort_keys=True)
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act)
        event = act.event(
            Action.PACK_MADE,
            refusal=refusal,
            desk=desk,
            role=Role.AUDITOR,
        )
        made_as = tx.log.record_with(event, detail=detail)
    raise_refusal(refusal)
    return made_as


def _refusal(services: Services, tx: Transaction, act: Act) -> Refusal | None:
    roles = roles_of_act(services, tx, act, Role.AUDITOR)
    return permission.may_query_log(roles, only_self=False)


def _about(scope: Scope) -> dict[str, object]:
    return {
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "desks": list(scope.desks),
    }


def _pieces(
    tx: Transaction,
    act: Act,
    keys: Keys,
    scope: Scope,
    progress: Progress | None,
) -> Iterator[bytes]:
    """Yield the pack: the events in three forms, their proofs, tables and summary."""
    n_unsigned = count_unsigned(tx.log, scope)
    if n_unsigned:
        raise Unavailable(text("evidence.pack.not_signed", count=n_unsigned))
    pack = PackWriter(keys, act.now)
    indexes = listed_indexes(tx.log, scope)
    tables = Tables(scope=scope)
    files: list[tuple[str, Iterable[bytes]]] = [
        (EVENTS, _encoded(json_lines(listed_events(tx.log, indexes)))),
        (EVENTS_CSV, _encoded(csv_lines(listed_events(tx.log, indexes)))),
        (EVENTS_OCSF, _encoded(ocsf_lines(_counted(tx.log, indexes, tables)))),
        (BUNDLE, write_bundle(tx.log, keys.verifiers, indexes=indexes)),
        *((TABLE.format(name), _rows_of(tables, name)) for name in tables.rows),
        (SUMMARY, summary_pieces(tables)),
        (ABOUT, _about_pieces(act, tables, len(indexes))),
    ]
    for name, lines in files:
        if progress is not None:
            progress(name)
        yield from pack.add(name, lines)
    yield from pack.finish()


def _counted(
    log: Log,
    indexes: Sequence[int],
    tables: Tables,
) -> Iterator[RecordedEvent]:
    for found in listed_events(log, indexes):
        tables.add(found)
        yield found
    tables.finish(ears(log, tables.scope))


def _rows_of(tables: Tables, name: str) -> Iterator[bytes]:
    # The rows are complete only when the events before them are through.
    yield from csv_pieces(name, tables.rows[name])


def _about_pieces(act: Act, tables: Tables, listed: int) -> Iterator[bytes]:
    about = {
        **_about(tables.scope),
        "made_at": act.now.isoformat(),
        "events": tables.events,
        "listed": listed,
    }
    yield json.dumps(about, indent=1).encode() + b"\n"


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)
