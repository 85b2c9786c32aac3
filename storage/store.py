"""The store: one transaction holds a change, its audit event and its outbox row."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from storage.audit.log.append import Log
from storage.audit.log.news import LogNews
from storage.channels.channels import Channels
from storage.channels.incidents import Incidents
from storage.database import for_reading, open_engine
from storage.distress.care import Care
from storage.distress.cases import Cases
from storage.distress.peer_talks import PeerTalks
from storage.distress.quarantines import Quarantines
from storage.distress.stop_bundles import StopBundles
from storage.erasure.disclosure import DisclosureCounts
from storage.erasure.erasures import Erasures
from storage.erasure.forgetting import Forgetting
from storage.erasure.holds import Holds
from storage.erasure.hook_calls import HookCalls
from storage.erasure.receipts import Receipts
from storage.erasure.retention import RetentionDates
from storage.erasure.waiting import WaitingErasures
from storage.errors import Busy
from storage.listening.elevated_listens import ElevatedListens
from storage.listening.exposures import Exposures
from storage.listening.listening_habits import ListeningHabits
from storage.listening.listens import Listens
from storage.outbox.counts import OutboxCounts
from storage.outbox.given_up import GivenUpTasks
from storage.outbox.outbox import Outbox
from storage.people.drafts import Drafts
from storage.people.groups import Groups
from storage.people.people import People
from storage.people.practice import Practice
from storage.people.presence import Presence
from storage.people.readings import Readings
from storage.people.sessions import Sessions
from storage.quality.worked_requests import WorkedRequests
from storage.records import Action
from storage.replicas.leases import Leases
from storage.replicas.paces import Paces
from storage.replicas.rounds import Rounds
from storage.replicas.socket_shares import SocketShares
from storage.requests.adjudications import Adjudications
from storage.requests.appeals import Appeals
from storage.requests.ask_form import AskForm
from storage.requests.claims import Claims
from storage.requests.clips import Clips
from storage.requests.clocks import Clocks
from storage.requests.late_answers import LateAnswers
from storage.requests.personal_reports import PersonalReports
from storage.requests.proposals import Proposals
from storage.requests.relation_rows import Relations
from storage.requests.request_lists import RequestLists
from storage.requests.requests import Requests
from storage.requests.results import Results
from storage.requests.snippets import Snippets
from storage.startup_state import StartupState
from storage.work_tools.tool_requests import ToolRequests
from storage.work_tools.work_tools import WorkTools


class Transaction:
    """One database transaction; its methods are grouped by the noun they are about."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.requests = Requests(connection)
        self.request_lists = RequestLists(connection)
        self.proposals = Proposals(connection)
        self.late_answers = LateAnswers(connection)
        self.adjudications = Adjudications(connection)
        self.appeals = Appeals(connection)
        self.claims = Claims(connection)
        self.clocks = Clocks(connection)
        self.results = Results(connection)
        self.snippets = Snippets(connection)
        self.personal_reports = PersonalReports(connection)
        self.ask_form = AskForm(connection)
        self.relations = Relations(connection)
        self.worked_requests = WorkedRequests(connection)
        self.clips = Clips(connection)
        self.listens = Listens(connection)
        self.elevated_listens = ElevatedListens(connection)
        self.listening_habits = ListeningHabits(connection)
        self.exposures = Exposures(connection)
        self.cases = Cases(connection)
        self.quarantines = Quarantines(connection)
        self.stop_bundles = StopBundles(connection)
        self.care = Care(connection)
        self.peer_talks = PeerTalks(connection)
        self.rounds = Rounds(connection)
        self.channels = Channels(connection)
        self.incidents = Incidents(connection)
        self.people = People(connection)
        self.presence = Presence(connection)
        self.sessions = Sessions(connection)
        self.drafts = Drafts(connection)
        self.groups = Groups(connection)
        self.readings = Readings(connection)
        self.practice = Practice(connection)
        self.startup = StartupState(connection)
        self.erasures = Erasures(connection)
        self.receipts = Receipts(connection)
        self.waiting_erasures = WaitingErasures(connection)
        self.hook_calls = HookCalls(connection)
        self.holds = Holds(connection)
        self.retention = RetentionDates(connection)
        self.forgetting = Forgetting(connection)
        self.disclosure = DisclosureCounts(connection)
        self.work_tools = WorkTools(connection)
        self.tool_requests = ToolRequests(connection)
        self.outbox = Outbox(connection)
        self.outbox_counts = OutboxCounts(connection)
        self.given_up_tasks = GivenUpTasks(connection)
        self.paces = Paces(connection)
        self.leases = Leases(connection)
        self.socket_shares = SocketShares(connection)
        self.log = Log(connection)
        self.log_news = LogNews(connection)


class Store:
    """Transactions on SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._listeners: list[Callable[[], None]] = []
        self._recorders: list[Callable[[Collection[Action]], None]] = []
        self._reader = for_reading(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Yield a transaction that may write. All of it is committed, or nothing."""
        with self.engine.begin() as connection:
            tx = Transaction(connection)
            yield tx
        if tx.outbox.enqueued:
            for listener in self._listeners:
                listener()
        if tx.log.recorded:
            for notify in self._recorders:
                notify(tx.log.recorded)

    def on_enqueue(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit of this process that enqueued work."""
        self._listeners.append(listener)

    def on_record(self, listener: Callable[[Collection[Action]], None]) -> None:
        """Call `listener` after each commit of this process that recorded events.

        It gets their actions.
        """
        self._recorders.append(listener)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Yield a transaction that reads one consistent state and takes no write lock."""
        with self._reader.begin() as connection:
            yield Transaction(connection)

    def scrub(self) -> None:
        """Remove deleted data from the database file as well.

        SQLite keeps older pages in its write-ahead log until the log is written back.
        PostgreSQL has VACUUM, so nothing is done there. Raises `Busy` while another
        connection reads.
        """
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                driver = connection.connection
                driver.execute("PRAGMA busy_timeout=1000")
                # The first number is 1 if the checkpoint was blocked:
                # https://sqlite.org/pragma.html#pragma_wal_checkpoint
                busy, _, _ = driver.execute(
                    "PRAGMA wal_checkpoint(TRUNCATE)"
                ).fetchone()
                driver.execute("PRAGMA busy_timeout=10000")
            if busy:
                raise Busy(
                    "The database is being read. Deleted data leaves its file soon."
                )

    def ping(self) -> None:
        """Run one statement. Raises an error of the database if it does not answer."""
        with self.read() as tx:
            tx.connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
