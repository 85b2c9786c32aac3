"""Identity after a restore: no name, row or message of the lost time is used again."""

from sqlalchemy import Connection, Table, func, select, text, update

from storage.tables import events, metadata, outbox

# At most this many entries are not anchored yet (see `storage.audit.proofs.anchors`),
# and the new numbers begin after the next multiple of it.
STEP = 10_000


def skip_numbers(connection: Connection, lost: int) -> None:
    """Push the numbers of every table past those that were given after the backup.

    No act gives more numbers of a kind than it records entries; `lost` are the anchored
    ones. Events keep theirs: the log itself shows where it was restored.
    """
    for table in metadata.sorted_tables:
        if table.autoincrement_column is None or table is events:
            continue
        last = _last_number(connection, table)
        _set_last_number(connection, table, _pushed(last + lost))


def let_messages_be_looked_for(connection: Connection) -> None:
    """Let each waiting message be searched for in Slack before it is posted.

    It may have been posted after the backup was made.
    """
    connection.execute(
        update(outbox)
        .where(outbox.c.done_at.is_(None), outbox.c.attempts == 0)
        .values(attempts=1)
    )


def _pushed(last: int) -> int:
    return ((last + STEP) // STEP + 1) * STEP


def _last_number(connection: Connection, table: Table) -> int:
    """Return the last number that the table gave, or holds."""
    column = table.autoincrement_column
    held = connection.execute(select(func.max(column))).scalar_one() or 0
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    else:
        query = text(
            "SELECT pg_sequence_last_value("
            "pg_get_serial_sequence(:name, 'id')::regclass)"
        )
    given = connection.execute(query, {"name": table.name}).scalar_one_or_none() or 0
    return int(max(held, given))


def _set_last_number(
    connection: Connection,
    table: Table,
    number: int,
) -> None:
    values = {"name": table.name, "number": number}
    if connection.dialect.name == "sqlite":
        delete = text("DELETE FROM sqlite_sequence WHERE name = :name")
        insert = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)")
        connection.execute(delete, {"name": table.name})
        connection.execute(insert, values)
        return
    push = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")
    connection.execute(push, values)
