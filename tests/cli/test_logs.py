"""A log line names the class and the place of an error, and never its values."""

import io
import logging

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from bot.cli.logs import PlaceFormatter
from storage.errors import Unstorable
from storage.store import Store
from storage.tables import drafts
from tests.tools.conftest import database_url, postgres, store  # noqa: F401

CANARY = "Canaryname Smith 5551234"


def logged(error: BaseException) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlaceFormatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.Logger("canary")
    logger.addHandler(handler)
    logger.error("the request failed", exc_info=error)
    return stream.getvalue()


def test_neither_message_nor_source_nor_values_are_logged() -> None:
    typed = CANARY
    try:
        try:
            raise ValueError(f"cannot read {typed}")
        except ValueError as error:
            raise RuntimeError(typed) from error
    except RuntimeError as error:
        text = logged(error)
    assert CANARY not in text
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text


@pytest.mark.parametrize(
    "row",
    [
        {"form": CANARY, "body": "a\0b"},
        {"form": CANARY, "body": "\ud800"},
        {"form": CANARY, "body": None},
    ],
    ids=["NUL", "surrogate", "missing"],
)
def test_a_database_error_hides_the_row(store: Store, row: dict[str, object]) -> None:  # noqa: F811
    values = {"team_id": CANARY, "user_id": CANARY, "saved_at": None} | row
    with pytest.raises((DBAPIError, Unstorable)) as caught:
        with store.begin() as tx:
            tx.connection.execute(insert(drafts).values(**values))
    assert CANARY not in logged(caught.value)
