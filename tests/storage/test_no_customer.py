"""The schema has no place for what identifies a customer."""

import pytest

from bot.sources.clips.identifying import identifying_kind
from storage import store as all_tables  # noqa: F401
from storage.records import Clip, Word
from storage.tables import metadata

COLUMNS = sorted(
    (table.name, column.name)
    for table in metadata.tables.values()
    for column in table.columns
)

# Columns about people who work here.
STAFF = {("sessions", "name"), ("sessions", "login"), ("people", "name")}
# Columns about programs of the company.
PROGRAMS = {("work_tools", "name")}


def is_ours(table: str, column: str) -> bool:
    other = column.removesuffix("_user") + "_team"
    return column.endswith("_user") and other in metadata.tables[table].columns


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_column_is_for_a_customers_account_name_serial_or_position(
    table: str, column: str
) -> None:
    """A Slack user id is of somebody who works here; its team's id stands beside it. So
    is the name of a person who signed in, and whether a new login was shown.
    """
    staff = column in ("user_id", "person_team") or is_ours(table, column)
    staff |= (table, column) in STAFF | PROGRAMS
    assert identifying_kind(column) is None or staff


def test_no_field_of_a_clip_is_either() -> None:
    for name in (*Clip.__dataclass_fields__, *Word.__dataclass_fields__):
        assert identifying_kind(name) is None


def test_what_is_known_of_a_recording_is_its_id_its_language_its_pseudonym_and_its_words() -> (
    None
):
    assert set(Clip.__dataclass_fields__) == {
        *(
            "clip_id",
            "locale",
            "recorded_at",
            "speaker",
            "consent",
            "words",
            "timing",
            "child",
        )
    }
