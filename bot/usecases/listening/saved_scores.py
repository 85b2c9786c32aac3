"""Scores of a long query in a file, so that an interrupted query is continued."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import Invalid
from bot.redaction.watermark.score import Score
from bot.text import text
from bot.usecases.listening.trace_original import Basis

Scored = tuple[Basis, list[Score]]


class SavedScores:
    """The scores of one query, one line of JSON for each group of listens.

    The first line is the digest of the query. The file holds ids of listens and no
    names, and only its owner can read it. Without a path nothing is kept.
    """

    def __init__(self, path: Path | None, query: Sequence[str]) -> None:
        """Read what is kept. Raises `Invalid` for the file of another query."""
        self.path = path
        self._scores: dict[str, dict[str, Any]] = {}
        if path is None:
            return
        digest = hashlib.sha256(json.dumps(list(query)).encode()).hexdigest()
        try:
            if path.exists():
                self._read(path, digest)
            else:
                path.touch(mode=0o600)
                self._append({"query": digest})
        except (OSError, ValueError, KeyError, TypeError):
            raise Invalid(text("listening.trace.scores_unusable")) from None

    def find(self, group: str, listen_ids: Sequence[str]) -> Scored | None:
        """Return the kept scores of exactly these listens, or None."""
        kept = self._scores.get(group)
        if kept is None or list(kept["listens"]) != list(listen_ids):
            return None
        scores = [Score(z, places) for z, places in kept["scores"]]
        return Basis(kept["basis"]), scores

    def keep(
        self,
        group: str,
        listen_ids: Sequence[str],
        scored: Scored,
    ) -> None:
        basis, scores = scored
        line = {
            "group": group,
            "basis": basis,
            "listens": list(listen_ids),
            "scores": [(float(score.z), score.places) for score in scores],
        }
        self._append(line)

    def _append(self, line: Mapping[str, object]) -> None:
        if self.path is None:
            return
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self, path: Path, digest: str) -> None:
        """Read the whole lines; a line that broke off is removed from the file.

        Raises `ValueError`, `KeyError` or `TypeError` for any other content.
        """
        content = path.read_text()
        whole = content[: content.rfind("\n") + 1]
        if whole != content:
            path.write_text(whole)
        first, *lines = whole.splitlines() or [""]
        if first != json.dumps({"query": digest}):
            raise ValueError
        for line in lines:
            kept = json.loads(line)
            self._scores[kept["group"]] = kept
