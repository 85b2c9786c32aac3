"""A changed setting is named; what it says only where that is harmless."""

import json
from typing import Any

import pytest

from bot.config.changes import (
    Known,
    find_changes,
    lines_to_record,
    read_environment,
    read_file,
)
from storage.records import Setting

FILE: dict[str, Any] = {
    "audit_channel": "C1",
    "auditors": {"users": ["U1"]},
    "vendors": {"users": ["U2"]},
    "safety": {"reply_hours": 48, "stages": [{"users": ["U3"]}]},
    "desks": {
        "a": {
            "channel": "C2",
            "quorum": 2,
            "vendors": True,
            "leads": {"users": ["U4"]},
        },
    },
}


def with_(*path: str, value: object) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(FILE))
    part = copy
    for key in path[:-1]:
        part = part.setdefault(key, {})
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return copy


def known(data: dict[str, Any]) -> Known:
    return find_changes({}, read_file(data))


def between(before: dict[str, Any], after: dict[str, Any]) -> list[Setting]:
    was, now = known(before), read_file(after)
    return lines_to_record(was, find_changes(was, now), set(was) - set(now))


def test_a_setting_goes_by_its_place_and_roles_are_left_out() -> None:
    assert set(read_file(FILE)) == {
        *("audit_channel", "safety.reply_hours", "safety.stages"),
        *("desks.a.channel", "desks.a.quorum", "desks.a.vendors"),
    }


def test_nothing_is_said_when_nothing_changed() -> None:
    assert between(FILE, FILE) == []


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("desks", "a", "quorum"), 3, Setting(name="desks.a.quorum", old="2", new="3")),
        (
            ("desks", "a", "vendors"),
            False,
            Setting(name="desks.a.vendors", old="true", new="false"),
        ),
        (("audit_channel",), "C9", Setting(name="audit_channel", old="C1", new="C9")),
        (("audit_channel",), None, Setting(name="audit_channel", old="C1")),
        (("safety", "stages"), [{"users": ["U5"]}], Setting(name="safety.stages")),
        (("desks", "a", "hours"), "Mon-Fri 08:00-18:00", Setting(name="desks.a.hours")),
        (
            ("sites", "x", "networks"),
            ["203.0.113.0/24"],
            Setting(name="sites.x.networks"),
        ),
    ],
)
def test_a_change_is_one_line(
    path: tuple[str, ...], value: object, line: Setting
) -> None:
    assert between(FILE, with_(*path, value=value)) == [line]


def test_a_desk_that_comes_or_goes_is_one_line() -> None:
    more = with_("desks", "b", value={"channel": "C3", "quorum": 2, "hours": "Mon-Fri"})
    assert between(FILE, more) == [Setting(name="desks.b", new="added")]
    assert between(more, FILE) == [Setting(name="desks.b", old="removed")]


def test_a_secret_is_named_and_neither_told_nor_kept() -> None:
    was = find_changes(
        {},
        read_environment({"hook_secret": "correct horse battery", "lease_seconds": 20}),
    )
    assert "horse" not in str(was)
    now = read_environment({"hook_secret": "staple", "lease_seconds": 30})
    assert lines_to_record(was, find_changes(was, now), set()) == [
        Setting(name="HOOK_SECRET"),
        Setting(name="LEASE_SECONDS", old="20", new="30"),
    ]


def test_two_equal_secrets_do_not_look_equal() -> None:
    was = find_changes({}, read_environment({"a": "same", "b": "same"}))
    assert was["A"][0][32:] != was["B"][0][32:]


def test_where_a_replica_listens_is_its_own_affair() -> None:
    assert read_environment({"listen": "127.0.0.1:1", "desks": "x"}) == {}
