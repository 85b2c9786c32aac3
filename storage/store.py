"""The store: one transaction holds the change of state, its audit event and its outbox row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from storage.answers import AnswerRows
from storage.asking import AskingRows
from storage.audit.log import LogRows
from storage.care import CareRows
from storage.cases import CaseRows
from storage.channels import ChannelRows
from storage.closer import CloserRows
from storage.database import for_reading, open_engine
from storage.disclosure import DisclosureRows
from storage.erasures import ErasureRows
from storage.errors import Busy
from storage.forgetting import ForgettingRows
from storage.holds import HoldRows
from storage.incidents import IncidentRows
from storage.listening import ListeningRows
from storage.members import MemberRows
from storage.outbox import OutboxRows
from storage.people import PeopleRows
from storage.requests import RequestRows
from storage.retention import RetentionRows
from storage.snippets import SnippetRows
from storage.start import StartRows
from storage.talks import TalkRows


class Transaction(
    RequestRows,
    AnswerRows,
    SnippetRows,
    PeopleRows,
    MemberRows,
    AskingRows,
    ListeningRows,
    CloserRows,
    ChannelRows,
    IncidentRows,
    HoldRows,
    DisclosureRows,
    ErasureRows,
    ForgettingRows,
    RetentionRows,
    CaseRows,
    CareRows,
    TalkRows,
    StartRows,
    OutboxRows,
    LogRows,
):
    """What can be said to the database; the methods are grouped by subject in their own files."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Store:
    """Transactions on SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._listeners: list[Callable[[], None]] = []
        self._reader = for_reading(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that may write: all of it is committed, or none."""
        with self.engine.begin() as connection:
            tx = Transaction(connection)
            yield tx
        if tx.enqueued:
            for listener in self._listeners:
                listener()

    def on_enqueue(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit of this process that put something in the outbox."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view for reading; takes no write lock."""
        with self._reader.begin() as connection:
            yield Transaction(connection)

    def scrub(self) -> None:
        """Make the file itself forget what was deleted. Raises `Busy` while somebody reads.

        SQLite keeps older pages in its write-ahead log until that is written back; PostgreSQL has
        its own way (VACUUM), so there is nothing to do.
        """
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                driver = connection.connection
                driver.execute("PRAGMA busy_timeout=1000")
                # https://sqlite.org/pragma.html#pragma_wal_checkpoint: the first number tells
                busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                driver.execute("PRAGMA busy_timeout=10000")
            if busy:
                raise Busy("The database is being read. What was deleted goes from it soon.")

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.read() as tx:
            tx.connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
