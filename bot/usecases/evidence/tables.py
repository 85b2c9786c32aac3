"""The tables of a pack, filled event by event in the order of the log."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from storage.audit.packs.listed import HEARD, Ears, Scope
from storage.audit.query.formats import setting_words
from storage.records import Action, Event, Outcome, Person, RecordedEvent
from storage.spreadsheet import csv_lines

Cell = str | int
Rows = list[tuple[Cell, ...]]

# Column names are for programs, as those of the exports are; the summary has words.
COLUMNS: dict[str, tuple[str, ...]] = {
    "listens": (
        "desk",
        "plays",
        "people",
        "recordings",
        "ears",
        "ears_each",
        "seconds",
    ),
    "denials": ("desk", "action", "rule", "denials"),
    "closer": ("at", "desk", "request", "clip", "action", "listener", "second_person"),
    "stops": (
        "case",
        "opened",
        "desk",
        "clip",
        "acknowledged_after_s",
        "closed_after_s",
    ),
    "erasures": (
        "at",
        "action",
        "outcome",
        "rule",
        "clip",
        "subject",
        "user",
        "places",
    ),
    "holds": ("at", "action", "outcome", "clip", "user", "days"),
    "roster": ("desk", "role", "person", "from", "to"),
    "role_changes": ("at", "action", "desk", "role", "person", "held", "user", "rule"),
    "settings": ("at", "setting"),
    "log": ("at", "action", "outcome", "user", "clip", "request", "about", "event"),
    "restores": ("at", "goes_on_from_entry", "lost_entries", "event"),
}
_ERASURES = {
    Action.ERASURE_ASKED,
    Action.ERASURE_DELAYED,
    Action.ERASURE_KEPT,
    Action.CLIP_ERASED,
    Action.PERSON_ERASED,
    Action.CONSENT_WITHDRAWN,
}
_HOLDS = {Action.HOLD_PLACED, Action.HOLD_RELEASED, Action.HOLD_EXPIRED}
_ROLES = {Action.ROLE_CHANGED, Action.ROLES_MAPPED}
_CLOSER = {Action.SNIPPET_HEARD_CLOSER, Action.SNIPPET_HEARD_UNMASKED}
_LOG = {
    Action.LOG_QUERIED,
    Action.LOG_EXPORTED,
    Action.LOG_VERIFIED,
    Action.LOG_PRUNED,
    Action.PACK_MADE,
    Action.PACK_SIGNED,
}
_CASE_TIMES = {Action.CASE_ACKNOWLEDGED: 4, Action.CASE_CLOSED: 5}


@dataclass(kw_only=True)
class Tables:
    """The tables of one pack; `roster` reaches back to the log's beginning."""

    scope: Scope
    events: int = 0
    rows: dict[str, Rows] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )
    _plays: Counter[str] = field(default_factory=Counter)
    _played_ms: Counter[str] = field(default_factory=Counter)
    _denials: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _cases: dict[int, list[Cell]] = field(default_factory=dict)
    _second: dict[tuple[str, str], str] = field(default_factory=dict)
    _held: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, found: RecordedEvent) -> None:
        """Count one event in every table it belongs to."""
        event = found.event
        if event.action in _ROLES:
            self._add_role(event)
        if event.at < self.scope.since:
            return
        self.events += 1
        if event.outcome is Outcome.DENIED:
            self._denials[event.desk or "", event.action, event.rule or ""] += 1
        self._add_listen(event)
        self._add_case(event)
        self._add_row(event, found.id)

    def finish(self, listening: list[Ears]) -> None:
        """Fill the tables that are known at the end only."""
        self.rows["listens"] = [self._listening(each) for each in listening]
        self.rows["denials"] = [
            (*key, count) for key, count in sorted(self._denials.items())
        ]
        self.rows["stops"] = [tuple(case) for _, case in sorted(self._cases.items())]
        for (desk, role, person), since in sorted(self._held.items()):
            self.rows["roster"].append((desk, role, person, since, ""))
        self.rows["roster"].sort(key=str)

    def _listening(self, each: Ears) -> tuple[Cell, ...]:
        plays = self._plays.total()
        played_ms = self._played_ms.total()
        if each.desk is not None:
            plays = self._plays[each.desk]
            played_ms = self._played_ms[each.desk]
        share = f"{each.ears / max(1, each.clips):.2f}"
        people, clips = each.people, each.clips
        desk = each.desk or "*"
        return desk, plays, people, clips, each.ears, share, round(played_ms / 1000)

    def _add_listen(self, event: Event) -> None:
        if event.outcome is not Outcome.ALLOWED:
            return
        desk = event.desk or ""
        if event.action in HEARD:
            self._plays[desk] += 1
        if event.action is Action.SNIPPET_PLAYED:
            self._played_ms[desk] += event.numbers.get("played_ms", 0)
        if event.action is Action.CLOSER_APPROVED:
            listener = _user(event.subject)
            self._second[event.request or "", listener] = _user(event.actor)
        if event.action in _CLOSER:
            self.rows["closer"].append(self._closer_row(event))

    def _closer_row(self, event: Event) -> tuple[Cell, ...]:
        request = event.request or ""
        listener = _user(event.actor)
        # Approvals of earlier releases do not name the listener.
        second = self._second.get((request, listener))
        if second is None:
            second = self._second.get((request, ""), "")
        clip = event.clip_id or ""
        desk = event.desk or ""
        return _at(event.at), desk, request, clip, event.action, listener, second

    def _add_case(self, event: Event) -> None:
        number = event.numbers.get("case")
        if number is None or event.outcome is not Outcome.ALLOWED:
            return
        if event.action is Action.CASE_OPENED and not event.numbers.get("drill"):
            desk, clip = event.desk or "", event.clip_id or ""
            self._cases[number] = [number, _at(event.at), desk, clip, "", ""]
        column = _CASE_TIMES.get(event.action)
        if column is None or number not in self._cases:
            return
        if self._cases[number][column] == "":
            self._cases[number][column] = event.numbers.get("after_s", "")

    def _add_role(self, event: Event) -> None:
        desk, role = event.desk or "", str(event.role or "")
        person = _user(event.subject)
        held: Cell = event.numbers.get("held", "")
        if event.at >= self.scope.since:
            row = (_at(event.at), event.action, desk, role, person, held)
            self.rows["role_changes"].append(
                (*row, _user(event.actor), event.rule or "")
            )
        if event.action is not Action.ROLE_CHANGED:
            return
        key = (desk, role, person)
        if held == 1:
            self._held.setdefault(key, _at(event.at))
            return
        since = self._held.pop(key, "")
        if event.at >= self.scope.since:
            self.rows["roster"].append((*key, since, _at(event.at)))

    def _add_row(self, event: Event, number: int) -> None:
        at, user = _at(event.at), _user(event.actor)
        clip, rule = event.clip_id or "", event.rule or ""
        about = _user(event.subject)
        if event.action in _ERASURES:
            places = event.numbers.get("places", "")
            row = (at, event.action, event.outcome, rule, clip, about, user, places)
            self.rows["erasures"].append(row)
        if event.action in _HOLDS:
            days = event.numbers.get("days", "")
            self.rows["holds"].append(
                (at, event.action, event.outcome, clip, user, days)
            )
        if event.action is Action.SETTING_CHANGED:
            self.rows["settings"].append((at, setting_words(event.setting)))
        if event.action is Action.DATABASE_RESTORED:
            size, lost = event.numbers["size"], event.numbers["lost"]
            self.rows["restores"].append((at, size, lost, number))
        if event.action in _LOG:
            request = event.request or ""
            question = (at, event.action, event.outcome, user, clip, request, about)
            self.rows["log"].append((*question, number))


def csv_pieces(name: str, rows: Rows) -> Iterator[bytes]:
    """Yield a table as CSV, a line at a time, with a header."""
    for line in csv_lines([COLUMNS[name], *rows]):
        yield line.encode()


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _user(person: Person | None) -> str:
    if person is None:
        return ""
    return person.user_id
