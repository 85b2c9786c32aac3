"""The `[safety]` part of desks.toml: who is called in which order, checklists,
contacts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.errors import Invalid
from storage.records import Severity

_MINUTES = {Severity.DANGER: 5.0, Severity.SERIOUS: 60.0, Severity.UPSETTING: 24 * 60.0}
_KEYS = {
    "acknowledge_minutes",
    "reply_hours",
    "monthly_drill",
    "stages",
    "checklists",
    "contacts",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Who is called together, by direct message and in a channel."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    channel_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a checklist; `id` is what is ticked."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What an officer goes through. It says who may contact the authorities; it
    contacts nobody.

    `desks` are those it is for; the first checklist without any is for all others.
    """

    country: str
    version: str
    authorities: str
    steps: tuple[Step, ...]
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to talk to at one site."""

    site: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Safety:
    """What follows a stop. `stages` are called in order; after the last, the
    administrators.
    """

    stages: tuple[Stage, ...] = ()
    patience: Mapping[Severity, timedelta] = field(
        default_factory=lambda: {
            kind: timedelta(minutes=m) for kind, m in _MINUTES.items()
        }
    )
    reply_within: timedelta = timedelta(hours=48)
    monthly_drill: bool = False
    checklists: tuple[Checklist, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def checklist(self, desk: str | None) -> Checklist | None:
        """The checklist for recordings of one desk."""
        for_desk = (found for found in self.checklists if desk in found.desks)
        for_all = (found for found in self.checklists if not found.desks)
        return next(for_desk, None) or next(for_all, None)


def parse_safety(raw: object, first: Stage) -> Safety:
    """Read `[safety]`; without stages, `first` is the only one. Raises `Invalid`."""
    if not isinstance(raw, Mapping):
        raise Invalid("safety is a section of its own: [safety].")
    _only(raw, _KEYS, "[safety]")
    stages = tuple(_stage(found) for found in _list(raw, "stages", "[safety]"))
    return Safety(
        stages=stages or (first,),
        patience=_patience(raw.get("acknowledge_minutes", {})),
        reply_within=timedelta(
            hours=_positive(raw.get("reply_hours", 48), "reply_hours")
        ),
        monthly_drill=_yes_or_no(raw.get("monthly_drill", False)),
        checklists=tuple(
            _checklist(found) for found in _list(raw, "checklists", "[safety]")
        ),
        contacts=tuple(_contact(found) for found in _list(raw, "contacts", "[safety]")),
    )


def _stage(raw: Mapping[str, Any]) -> Stage:
    where = "[[safety.stages]]"
    _only(raw, {"users", "groups", "channel"}, where)
    users, groups = (_texts(raw, key, where) for key in ("users", "groups"))
    if not users and not groups:
        raise Invalid(f"{where} needs users or groups: somebody has to be called.")
    channel = raw.get("channel")
    if channel is not None and not isinstance(channel, str):
        raise Invalid(f'{where}: channel is a Slack id, "C...".')
    return Stage(users=frozenset(users), groups=frozenset(groups), channel_id=channel)


def _checklist(raw: Mapping[str, Any]) -> Checklist:
    where = "[[safety.checklists]]"
    _only(raw, {"country", "version", "authorities", "desks", "steps"}, where)
    steps = raw.get("steps")
    if not isinstance(steps, Mapping) or not all(
        isinstance(v, str) for v in steps.values()
    ):
        raise Invalid(f'{where} steps is written {{ name = "what to do", ... }}.')
    return Checklist(
        country=_text(raw, "country", where),
        version=_text(raw, "version", where),
        authorities=_text(raw, "authorities", where),
        steps=tuple(Step(id=name, text=says) for name, says in steps.items()),
        desks=frozenset(_texts(raw, "desks", where)),
    )


def _contact(raw: Mapping[str, Any]) -> Contact:
    where = "[[safety.contacts]]"
    _only(raw, {"site", "says"}, where)
    return Contact(site=_text(raw, "site", where), says=_text(raw, "says", where))


def _patience(raw: object) -> dict[Severity, timedelta]:
    where = "[safety] acknowledge_minutes"
    if not isinstance(raw, Mapping):
        raise Invalid(
            f"{where} is written {{ danger = 5, serious = 60, upsetting = 1440 }}."
        )
    _only(raw, {str(kind) for kind in _MINUTES}, where)
    minutes = {
        kind: _positive(raw.get(kind, usual), where) for kind, usual in _MINUTES.items()
    }
    return {kind: timedelta(minutes=given) for kind, given in minutes.items()}


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise Invalid(f"{where} has an unknown key: {unknown[0]}.")


def _list(raw: Mapping[str, Any], key: str, where: str) -> Sequence[Mapping[str, Any]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(
        isinstance(part, Mapping) for part in found
    ):
        raise Invalid(f"{where} {key} are sections of their own: [[safety.{key}]].")
    return found


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    found = raw.get(key)
    if not isinstance(found, str) or not found.strip():
        raise Invalid(f'{where} needs {key} = "...".')
    return found


def _texts(raw: Mapping[str, Any], key: str, where: str) -> list[str]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(
        isinstance(value, str) for value in found
    ):
        raise Invalid(f"{where}: {key} is a list of names or ids.")
    return found


def _positive(value: object, where: str) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 < value <= 60 * 24 * 366:  # type: ignore[operator]
        raise Invalid(f"{where} is a number above 0.")
    return float(value)  # type: ignore[arg-type]


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("[safety] monthly_drill is true or false.")
    return value
