"""Frozen values for everything that is stored, and the enums that name its states.

Times are aware and in UTC. Spans are half-open, in milliseconds on the original clip.
"""

from storage.records.care import Break, Choices, Exposure, Talk
from storage.records.cases import (
    Case,
    CaseState,
    Reply,
    Report,
    Severity,
    StopBundle,
    StopReason,
    Tick,
)
from storage.records.channels import Channel, ChannelProblem
from storage.records.clips import Clip, Consent, Span, TimingSource, Word
from storage.records.elevated_listens import ElevatedListen, Elevation
from storage.records.erasures import (
    Deletion,
    Erasure,
    Place,
    Receipt,
    WaitingErasure,
    Why,
)
from storage.records.events import (
    Action,
    Event,
    Origin,
    Outcome,
    RecordedEvent,
    Setting,
)
from storage.records.holds import Hold
from storage.records.incidents import Incident, IncidentKind
from storage.records.listening_habits import Habit, Heard
from storage.records.outbox import OutboxRow, Task
from storage.records.people import (
    NOBODY,
    Account,
    Login,
    Member,
    Membership,
    Person,
    PracticeResult,
    Reading,
    Role,
    Session,
)
from storage.records.requests import (
    STATES_WITH_RESULT,
    Adjudication,
    Answer,
    Claim,
    Difficulty,
    Listen,
    PersonalReport,
    Proposal,
    Request,
    RequestState,
    Result,
    ShownWord,
    Side,
    SnippetRecord,
    is_request_name,
    request_id_of,
    request_name,
)
from storage.records.socket_shares import SocketShare
from storage.records.startup_state import RoleMapping

__all__ = [
    "NOBODY",
    "STATES_WITH_RESULT",
    "Account",
    "Action",
    "Adjudication",
    "Answer",
    "Break",
    "Case",
    "CaseState",
    "Channel",
    "ChannelProblem",
    "Choices",
    "Claim",
    "Clip",
    "Consent",
    "Deletion",
    "Difficulty",
    "ElevatedListen",
    "Elevation",
    "Erasure",
    "Event",
    "Exposure",
    "Habit",
    "Heard",
    "Hold",
    "Incident",
    "IncidentKind",
    "Listen",
    "Login",
    "Member",
    "Membership",
    "Origin",
    "OutboxRow",
    "Outcome",
    "Person",
    "PersonalReport",
    "Place",
    "PracticeResult",
    "Proposal",
    "Reading",
    "Receipt",
    "RecordedEvent",
    "Reply",
    "Report",
    "Request",
    "RequestState",
    "Result",
    "Role",
    "RoleMapping",
    "Session",
    "Setting",
    "Severity",
    "ShownWord",
    "Side",
    "SnippetRecord",
    "SocketShare",
    "Span",
    "StopBundle",
    "StopReason",
    "Talk",
    "Task",
    "Tick",
    "TimingSource",
    "WaitingErasure",
    "Why",
    "Word",
    "is_request_name",
    "request_id_of",
    "request_name",
]
