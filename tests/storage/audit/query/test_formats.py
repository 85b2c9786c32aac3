"""Exports hold what the log holds, harmlessly, and nothing else."""

import csv
import io
import json
from dataclasses import fields
from typing import Any

from storage.audit.log.append import canonical, parse
from storage.audit.query.formats import COLUMNS, as_row, csv_lines, json_lines
from storage.audit.query.ocsf import ocsf, ocsf_lines
from storage.records import Action, Event, Outcome, RecordedEvent, Setting
from tests.storage.builders import BEN, NOW, event


def recorded(number: int, **changes: Any) -> RecordedEvent:
    one = event(**changes)
    return RecordedEvent(id=number, event=one, canonical=canonical(one))


PLAYED = recorded(
    7,
    action=Action.SNIPPET_PLAYED,
    numbers={"played_ms": 1400, "loops": 2},
    subject=BEN,
    address="0a1b",
)
DENIED = recorded(8, outcome=Outcome.DENIED, rule="own_request", clip_id='=cmd|"x"!A1')


def test_a_json_line_is_the_canonical_event_and_its_id() -> None:
    [line] = json_lines([PLAYED])
    assert json.loads(line) == {"id": 7, **json.loads(canonical(PLAYED.event))}


def test_every_field_an_event_can_have_is_kept_and_has_a_column() -> None:
    full = recorded(
        9,
        rule="own_request",
        address="0a1b",
        subject=BEN,
        digest="d",
        numbers={"n": 1},
        setting=Setting(name="desks.a.quorum", old="2", new="3"),
        tool="editor",
    )
    empty = [each.name for each in fields(Event) if not getattr(full.event, each.name)]
    assert not empty, (
        f"give {empty} a value here, and a key in canonical, parse and COLUMNS"
    )
    assert parse(full.canonical) == full.event
    assert set(as_row(full)) == set(COLUMNS)
    for lines in (json_lines, csv_lines, ocsf_lines):
        assert "own_request" in "".join(lines([full]))


def test_csv_reads_back_and_runs_nothing_in_a_spreadsheet() -> None:
    rows = list(
        csv.DictReader(io.StringIO("".join(csv_lines([PLAYED, DENIED])), newline=""))
    )
    assert [row["id"] for row in rows] == ["7", "8"]
    assert rows[0]["numbers"] == "played_ms=1400 loops=2" or rows[0]["numbers"] == (
        "loops=2 played_ms=1400"
    )
    assert rows[1]["clip"] == '\'=cmd|"x"!A1'


def test_an_empty_export_is_a_header_or_nothing() -> None:
    assert "".join(csv_lines([])).strip() == ",".join(COLUMNS)
    assert list(json_lines([])) == list(ocsf_lines([])) == []


def test_an_ocsf_event_has_what_its_class_requires() -> None:
    found = ocsf(PLAYED)
    assert (found["class_uid"], found["category_uid"]) == (6006, 6)
    assert (found["activity_id"], found["type_uid"]) == (9, 600609)
    assert found["time"] == int(NOW.timestamp() * 1000)
    assert found["actor"]["user"]["uid"] == "U_ANA"
    assert found["file"] == {"name": "clip-1", "type_id": 1, "uid": "clip-1"}
    assert found["src_endpoint"] == {"name": "page", "uid": "0a1b"}
    assert found["metadata"]["uid"] == "7"
    for required in ("metadata", "severity_id", "status_id", "unmapped"):
        assert found[required]


def test_a_refusal_is_a_failure_in_ocsf_and_says_its_rule() -> None:
    found = ocsf(DENIED)
    assert (found["status_id"], found["severity_id"]) == (2, 2)
    assert found["status_detail"] == "own_request"


def test_what_ocsf_has_no_word_for_keeps_our_name() -> None:
    found = ocsf(recorded(1, action=Action.LOG_QUERIED, actor=None))
    assert (found["activity_id"], found["activity_name"]) == (99, "log.queried")
    assert found["type_uid"] == 600699
    assert found["actor"] == {"app_name": "help-clip"}


def test_every_action_has_an_ocsf_event() -> None:
    for action in Action:
        assert ocsf(recorded(1, action=action))["type_uid"] // 100 == 6006
