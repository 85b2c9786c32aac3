"""The schemas in the documentation are those of the models."""

import json

import pytest

from bot.rules.people.roles import COMPANY_KEYS, DESK_KEYS
from tools.schemas import REFERENCE, schemas


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_schema_is_current(name: str) -> None:
    printed = (REFERENCE / name).read_text("utf-8")
    assert printed == schemas()[name], "run python -m tools.schemas"


def test_every_role_is_a_key_of_the_schema() -> None:
    schema = json.loads(schemas()["desks.schema.json"])
    assert schema["properties"].keys() >= COMPANY_KEYS
    assert schema["$defs"]["DeskSection"]["properties"].keys() >= DESK_KEYS


def test_every_key_of_a_desk_has_a_description() -> None:
    schema = json.loads(schemas()["desks.schema.json"])
    for name, entry in schema["$defs"]["DeskSection"]["properties"].items():
        assert entry.get("description"), f"{name} has no description"
