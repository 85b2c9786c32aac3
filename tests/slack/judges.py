"""Judges of what is said to Slack: the vendor's schemas and models, the sandbox's
checker.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.block_kit.block_checks import check_message_blocks
from bot.sandbox.block_kit.view_checks import check_view

Json = dict[str, Any]


@dataclass
class Judges:
    """`schemas` is the folder with the schemas generated from @slack/types."""

    schemas: Path
    seen: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._block = _validator(self.schemas / "known_block.schema.json")
        self._view = _validator(self.schemas / "view.schema.json")

    def message(self, where: str, blocks: list[Json]) -> None:
        self.seen.add(where)
        self._note(where, check_message_blocks(blocks))
        for block in blocks:
            self._note(
                where, [error.message for error in self._block.iter_errors(block)]
            )
            self._note(where, _refused_by_models(block))

    def view(self, where: str, view: Json) -> None:
        self.seen.add(where)
        problems, too_large = check_view(view, view["type"])
        self._note(where, [*problems, *(["too large"] if too_large else [])])
        self._note(where, [error.message for error in self._view.iter_errors(view)])
        try:
            View(**view).to_dict()
        except (SlackObjectFormationError, TypeError) as problem:
            self._note(where, [str(problem)])
        for block in view["blocks"]:
            self._note(where, _refused_by_models(block))

    def call(self, entry: Json) -> None:
        """One entry of the sandbox's log: a Web API call, a response_url, an
        acknowledgement.
        """
        where = f"{entry['direction']} {entry['name']}"
        if entry["direction"] == "from_app" and entry["error"]:
            self._note(where, [str(entry["error"])])
        said = (
            entry["payload"] if entry["direction"] == "from_app" else entry["response"]
        )
        for key, value in _shown(said):
            if key == "blocks":
                self.message(where, value)
            else:
                self.view(where, value)

    def _note(self, where: str, problems: list[str]) -> None:
        self.problems += [f"{where}: {problem[:300]}" for problem in problems]


def _validator(path: Path) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(path.read_text("utf-8")))


def _refused_by_models(block: Json) -> list[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return [f"slack_sdk knows no block {block.get('type')!r}"]
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError) as problem:
        return [str(problem)]
    return []


def _shown(said: Any) -> Iterator[tuple[str, Any]]:
    """What a call or an acknowledgement shows: `blocks` of a message, a `view`."""
    if not isinstance(said, dict):
        return
    for key in ("blocks", "view"):
        value = said.get(key)
        value = json.loads(value) if isinstance(value, str) and value else value
        if value:
            yield key, value
