"""All results in one table, a row a request, with tabs between its columns."""

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import Invalid, Unavailable
from bot.sources.results.annotation.clip_files import revision_of
from bot.sources.results.annotation.writers import AnnotationFormat
from bot.sources.results.deletion_json import deletion_to_json
from bot.sources.results.locked_file import append_once, open_locked, open_private
from bot.sources.results.result_json import result_from_json, result_to_json
from bot.text import text
from storage.records import Deletion, Result
from storage.spreadsheet import harmless_cell

FILE_NAME = "results.tsv"
COLUMNS = (
    "request", "id", "clip_id", "start_s", "end_s", "locale", "answer", "text", "how",
    "settled_at", "result",
)  # fmt: skip
_ERASED = "erased"

Row = dict[str, str]


class TsvSink:
    """A row a request; a correction replaces it. `result` is the whole as JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, result: Result) -> None:
        """Write the request's row, unless a later revision or an erasure stands there."""
        with self._rows() as rows:
            known = next(
                (row for row in rows if row["request"] == result.request), None
            )
            if known is None:
                rows.append(_row(result))
            elif _is_replaced(known, result):
                known.update(_row(result))

    def request_deletion(self, deletion: Deletion) -> None:
        """Empty the rows of the requests, and append the deletion to a file beside."""
        with self._rows() as rows:
            for row in rows:
                is_of_clip = row["clip_id"] == deletion.clip_id
                if is_of_clip or row["request"] in deletion.requests:
                    kept = {key: row[key] for key in ("request", "id")}
                    row.update(dict.fromkeys(COLUMNS, ""))
                    row.update(kept | {"answer": _ERASED})
        try:
            deletions = self._path.with_suffix(".deletions.jsonl")
            append_once(deletions, deletion_to_json(deletion))
        except OSError:
            raise Unavailable(text("results.file.unusable")) from None

    def results(self) -> Iterator[Result]:
        """Yield the results, oldest first."""
        try:
            with self._path.open("rb") as file:
                rows = _read(file)
        except FileNotFoundError:
            return
        except OSError:
            raise Unavailable(text("results.file.unusable")) from None
        found = [result_from_json(row["result"].encode()) for row in _kept(rows)]
        yield from sorted(found, key=lambda result: result.settled_at)

    @contextmanager
    def _rows(self) -> Iterator[list[Row]]:
        """Yield the rows under the lock, and write them if they were changed."""
        try:
            self._path.parent.mkdir(
                parents=True,
                exist_ok=True,
                mode=0o700,
            )
            with open_locked(self._path) as file:
                rows = _read(file)
                before = [dict(row) for row in rows]
                yield rows
                if rows != before:
                    self._replace(rows)
        except OSError:
            raise Unavailable(text("results.file.unusable")) from None

    def _replace(self, rows: Sequence[Row]) -> None:
        replacement = self._path.with_suffix(".new")
        with open_private(replacement) as file:
            file.truncate(0)
            file.write(_written(rows))
            file.flush()
            os.fsync(file.fileno())
        replacement.replace(self._path)


def _write_table(_clip_id: str, results: Sequence[Result]) -> str:
    return _written([_row(result) for result in results]).decode()


TABLE = AnnotationFormat("tsv", _write_table)


def _is_replaced(row: Row, result: Result) -> bool:
    if row["answer"] == _ERASED:
        return False
    return revision_of(result.id) >= revision_of(row["id"])


def _kept(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["answer"] != _ERASED]


def _read(file: BinaryIO) -> list[Row]:
    """Return the rows; raise `Invalid` for a table with other columns."""
    try:
        written = file.read().decode()
        reader = csv.DictReader(io.StringIO(written, newline=""), delimiter="\t")
        rows = list(reader)
    except (csv.Error, ValueError):
        raise Invalid(text("results.file.not_a_table")) from None
    if written and tuple(reader.fieldnames or ()) != COLUMNS:
        raise Invalid(text("results.file.not_a_table"))
    if any(None in (*row, *row.values()) for row in rows):
        raise Invalid(text("results.file.not_a_table"))
    return rows


def _written(rows: Sequence[Row]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _row(result: Result) -> Row:
    whole = result_to_json(result).decode()
    document = json.loads(whole)
    return {
        "request": result.request,
        "id": result.id,
        "clip_id": result.clip_id,
        "start_s": f"{result.span.start_ms / 1000:.3f}",
        "end_s": f"{result.span.end_ms / 1000:.3f}",
        "locale": result.locale,
        "answer": str(result.answer),
        "text": harmless_cell(result.text or ""),
        "how": result.how,
        "settled_at": document["settled_at"],
        "result": whole,
    }
