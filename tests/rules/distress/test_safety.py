"""The `[safety]` part of desks.toml."""

from datetime import timedelta
from typing import Any

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.distress.safety import Safety, Stage
from storage.records import Severity

ALONE = Stage(users=frozenset({"U1"}), channel_id="C1")
LIST = {
    "country": "DE",
    "version": "1",
    "authorities": "Legal.",
    "steps": {"a": "Do a."},
}


def safety_of(raw: object) -> Safety:
    """Return what follows a stop where U1 is the only safety officer named."""
    data = {
        "desks": {"en": {"locale": "en", "channel": "C2"}},
        "safety_channel": "C1",
        "safety_officers": {"users": ["U1"]},
        "safety": raw,
    }
    return parse_desks(data).safety


def test_without_a_section_the_safety_officers_are_the_only_stage() -> None:
    safety = safety_of({})
    assert safety.stages == (ALONE,)
    assert safety.patience[Severity.DANGER] == timedelta(minutes=5)
    assert safety.patience[Severity.SERIOUS] == timedelta(hours=1)
    assert safety.patience[Severity.UPSETTING] == timedelta(days=1)
    assert safety.checklist("german") is None


def test_a_desks_own_checklist_comes_before_the_one_for_all() -> None:
    raw = {
        "checklists": [{**LIST, "country": "Anywhere"}, {**LIST, "desks": ["german"]}]
    }
    safety = safety_of(raw)
    found = [safety.checklist(desk) for desk in ("german", "english", None)]
    assert [checklist.country for checklist in found if checklist] == [
        "DE",
        "Anywhere",
        "Anywhere",
    ]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ([], "[safety]"),
        ({"stage": []}, "stage"),
        ({"stages": {}}, "stages"),
        ({"stages": [{"channel": "C1"}]}, "users or groups"),
        ({"stages": [{"users": "U1"}]}, "users"),
        ({"stages": [{"users": ["U1"], "channel": 1}]}, "channel"),
        ({"acknowledge_minutes": {"unknown": 5}}, "unknown"),
        ({"acknowledge_minutes": {"danger": 0}}, "acknowledge_minutes"),
        ({"acknowledge_minutes": 5}, "acknowledge_minutes"),
        ({"reply_hours": True}, "reply_hours"),
        ({"monthly_drill": "yes"}, "monthly_drill"),
        ({"contacts": [{"site": "Here"}]}, "says"),
        ({"checklists": [{**LIST, "version": ""}]}, "version"),
        ({"checklists": [{**LIST, "steps": ["a"]}]}, "steps"),
    ],
)
def test_what_cannot_be_used_is_named(raw: Any, names: str) -> None:
    with pytest.raises(Invalid) as error:
        safety_of(raw)
    assert names in str(error.value)
