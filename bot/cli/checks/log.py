"""`help-clip check`: the access log is signed, and its checkpoints are kept elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.audit.proof import read_log_keys
from bot.cli.checks.result import CheckResult
from bot.config.settings import Settings
from bot.errors import HelpClipError
from bot.text import text
from bot.usecases.services import Services
from storage.audit.log.backlog import backlog
from storage.audit.log.sequencer import last_signed, signed_notes
from storage.audit.proofs.anchors import check_anchored
from storage.audit.proofs.checkpoint import Keys, find_cosigners
from storage.blobs import open_blobs
from storage.errors import StorageError
from storage.store import Store

# Signing takes a quarter of a second.
_LATE = timedelta(minutes=1)


def log_lines(
    settings: Settings,
    services: Services,
    now: datetime,
) -> Iterator[CheckResult]:
    """Yield the checks of the access log."""
    store = services.store
    subject = text("cli.check.subject.log")
    try:
        keys = read_log_keys(settings)
        yield _signed(store, keys)
        yield _anchored(settings, services, keys)
        yield from _witnessed(store, keys)
    except (HelpClipError, StorageError) as error:
        yield CheckResult(subject, str(error))
        return
    except Exception as error:  # noqa: BLE001 - a failing check is a finding, no crash
        kind = type(error).__name__
        yield CheckResult(
            subject, text("cli.check.problem.anchors_unreadable", kind=kind)
        )
        return
    yield _waiting(store, now)


def _signed(store: Store, keys: Keys) -> CheckResult:
    with store.read() as tx:
        size = last_signed(tx.connection, keys).size
    return CheckResult(text("cli.check.subject.log_signed", events=f"{size:,}"))


def _anchored(
    settings: Settings,
    services: Services,
    keys: Keys,
) -> CheckResult:
    if settings.audit_anchors:
        check_anchored(services.store, keys, open_blobs(settings.audit_anchors))
    elif services.desks.audit_channel_id is None:
        problem = text("cli.check.problem.not_anchored")
        return CheckResult(text("cli.check.subject.log"), problem)
    return CheckResult(text("cli.check.subject.log_kept_outside"))


def _witnessed(store: Store, keys: Keys) -> Iterator[CheckResult]:
    with store.read() as tx:
        notes = signed_notes(tx.connection)
    cosigned_sizes = dict(find_cosigners(notes, keys.verifiers))
    for key in keys.witnesses:
        size = cosigned_sizes.get(key)
        if size is None:
            subject = text("cli.check.subject.witness", name=key.name)
            yield CheckResult(subject, text("cli.check.problem.witness_silent"))
        else:
            events = f"{size:,}"
            yield CheckResult(
                text("cli.check.subject.witness_cosigned", name=key.name, events=events)
            )


def _waiting(store: Store, now: datetime) -> CheckResult:
    with store.read() as tx:
        behind = backlog(tx.log)
    if behind.oldest is None or now - behind.oldest < _LATE:
        return CheckResult(text("cli.check.subject.log_waiting", count=behind.waiting))
    since = f"{behind.oldest:%Y-%m-%d %H:%M}"
    problem = text(
        "cli.check.problem.log_waits", count=f"{behind.waiting:,}", since=since
    )
    return CheckResult(text("cli.check.subject.log"), problem)
