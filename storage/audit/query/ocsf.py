"""Events as OCSF 1.6 File Hosting Activity (class 6006), one JSON object a line.

schema.ocsf.io/1.6.0/classes/file_hosting. The recording is the file. Actions without an
OCSF counterpart are activity 99 (Other) under our own name, and all our keys are kept
under `unmapped`.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from storage.audit.query.formats import as_row
from storage.records import Action, Event, Outcome, RecordedEvent

VERSION = "1.6.0"
CLASS_UID, CATEGORY_UID = 6006, 6
_OTHER = 99
# activity_id of class 6006, and its caption.
_ACTIVITIES: dict[Action, tuple[int, str]] = {
    Action.SNIPPET_HEARD: (14, "Open"),
    Action.SNIPPET_HEARD_CLOSER: (14, "Open"),
    Action.SNIPPET_HEARD_UNMASKED: (14, "Open"),
    Action.SNIPPET_PLAYED: (9, "Preview"),
    Action.SNIPPET_RENDERED: (6, "Copy"),
    Action.SNIPPET_PURGED: (4, "Delete"),
    Action.CLIP_ERASED: (4, "Delete"),
    Action.CLIP_QUARANTINED: (10, "Lock"),
    Action.CLIP_RELEASED: (11, "Unlock"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ocsf_lines(events: Iterable[RecordedEvent]) -> Iterator[str]:
    """Yield one OCSF event a line."""
    for found in events:
        yield json.dumps(ocsf(found), ensure_ascii=False) + "\n"


def ocsf(found: RecordedEvent) -> dict[str, Any]:
    """Return one OCSF event; times are milliseconds since 1970."""
    event = found.event
    activity, name = _ACTIVITIES.get(event.action, (_OTHER, event.action.value))
    severity = 1
    if event.outcome is not Outcome.ALLOWED:
        severity = 2
    detail = event.outcome.value
    if event.rule:
        detail = event.rule
    return {
        "class_uid": CLASS_UID,
        "class_name": "File Hosting Activity",
        "category_uid": CATEGORY_UID,
        "category_name": "Application Activity",
        "activity_id": activity,
        "activity_name": name,
        "type_uid": CLASS_UID * 100 + activity,
        "time": int((event.at - _EPOCH).total_seconds() * 1000),
        "severity_id": severity,
        "status_id": severity,
        "status_detail": detail,
        "actor": _actor(event),
        "file": _file(event),
        "src_endpoint": {
            "name": event.origin.value,
            **_address(event),
        },
        "metadata": {
            "version": VERSION,
            "uid": str(found.id),
            "product": {
                "name": "help-clip",
                "vendor_name": "help-clip",
            },
        },
        "unmapped": as_row(found),
    }


def _file(event: Event) -> dict[str, Any]:
    if event.clip_id:
        return {
            "name": event.clip_id,
            "type_id": 1,
            "uid": event.clip_id,
        }
    if event.request:
        return {
            "name": event.request,
            "type_id": 1,
        }
    return {
        "name": "access log",
        "type_id": 1,
    }


def _actor(event: Event) -> dict[str, Any]:
    if event.actor is None:
        return {"app_name": "help-clip"}
    organisation = {"uid": event.actor.team_id}
    return {
        "user": {
            "uid": event.actor.user_id,
            "org": organisation,
        }
    }


def _address(event: Event) -> dict[str, str]:
    # The uid is a keyed hash: it distinguishes two addresses and reveals neither.
    if event.address:
        return {"uid": event.address}
    return {}
