"""`help-clip check`: is the access log signed, and are its checkpoints kept
elsewhere?
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.cli.checks.lines import Line
from bot.config.settings import Settings
from bot.errors import HelpClipError
from bot.usecases.audit.prove import read_keys
from bot.usecases.services import Services
from storage.audit.log.backlog import backlog
from storage.audit.log.sequencer import last_signed
from storage.audit.proofs.anchors import check_anchored
from storage.audit.proofs.checkpoint import Keys, cosigned
from storage.blobs import open_blobs
from storage.errors import StorageError
from storage.store import Store
from storage.tables import checkpoints

_LATE = timedelta(minutes=1)  # signing takes a quarter of a second


def log_lines(settings: Settings, services: Services, now: datetime) -> Iterator[Line]:
    """What there is to say about the access log."""
    secret, store = settings.audit_signing_key, services.store
    try:
        keys = read_keys(
            secret.get_secret_value() if secret else None, settings.audit_witnesses
        )
        yield _signed(store, keys)
        yield _anchored(settings, services, keys)
        yield from _witnessed(store, keys)
    except (HelpClipError, StorageError) as error:
        yield Line("Access log", str(error))
        return
    except Exception as error:  # noqa: BLE001  # a check that fails is a finding, not a crash
        yield Line("Access log", f"its anchors cannot be read ({type(error).__name__})")
        return
    yield _waiting(store, now)


def _signed(store: Store, keys: Keys) -> Line:
    with store.read() as tx:
        return Line(
            f"Access log: {last_signed(tx.connection, keys).size:,} events signed"
        )


def _anchored(settings: Settings, services: Services, keys: Keys) -> Line:
    if settings.audit_anchors:
        check_anchored(services.store, keys, open_blobs(settings.audit_anchors))
    elif services.desks.audit_channel_id is None:
        return Line(
            "Access log",
            "its checkpoints are kept nowhere else: set AUDIT_ANCHORS, or audit_channel in "
            "desks.toml",
        )
    return Line("Access log: checkpoints kept outside the database")


def _witnessed(store: Store, keys: Keys) -> Iterator[Line]:
    with store.read() as tx:
        notes = tx.connection.execute(select(checkpoints.c.note)).scalars().all()
    vouched = dict(cosigned(notes, keys.verifiers))
    for key in keys.witnesses:
        size = vouched.get(key)
        if size is None:
            yield Line(
                f"Witness {key.name}",
                "it has cosigned nothing yet; what help-clip serve logs says why",
            )
        else:
            yield Line(f"Witness {key.name}: {size:,} events cosigned")


def _waiting(store: Store, now: datetime) -> Line:
    with store.read() as tx:
        behind = backlog(tx.log)
    if behind.oldest is None or now - behind.oldest < _LATE:
        return Line(f"Access log: {behind.waiting} waiting to be signed")
    return Line(
        "Access log",
        f"{behind.waiting:,} events wait to be signed, the oldest since "
        f"{behind.oldest:%Y-%m-%d %H:%M} UTC: start help-clip serve, or see its /readyz",
    )
