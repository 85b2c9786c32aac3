"""Print docs/lifecycle.md: `python -m tools.lifecycle_page > docs/lifecycle.md`."""

import sys
from collections.abc import Iterable

from bot.rules.requests.lifecycle import (
    GROUPS,
    LIVE,
    MOVES,
    TRANSITIONS,
    UNDELIVERED,
    Move,
)
from storage.records import RequestState

_HEAD = """# A request's life

Printed by `python -m tools.lifecycle_page` from the one table in
`bot/rules/requests/lifecycle.py`. A request changes its state only by
`lifecycle.move`, which refuses every step that is not below; tests keep the page
current and walk the table.

Not drawn: `erased`, which every state can become.
"""

# States that the drawing frames together. A move from all of them is one arrow.
_FRAMES = {
    "live": LIVE,
    "undelivered": UNDELIVERED,
}


def page() -> str:
    """Return the page as Markdown."""
    lines = [_HEAD, "```mermaid", *drawing(), "```", ""]
    lines += ["## Moves", "", _row("cause", "from", "to"), _row("---", "---", "---")]
    lines += [_row(move.cause, _source(move), f"`{move.target}`") for move in MOVES]
    lines += ["", "## Groups of states", "", _row("group", "states")]
    lines += [_row("---", "---")]
    lines += [_row(name, _names(states)) for name, states in GROUPS.items()]
    lines += ["", "## From each state", "", _row("state", "next states")]
    lines += [_row("---", "---")]
    lines += [
        _row(f"`{state}`", _names(targets)) for state, targets in TRANSITIONS.items()
    ]
    return "\n".join(lines) + "\n"


def drawing() -> list[str]:
    """Return the lines of the Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for name, states in _FRAMES.items():
        lines.append(f"    state {name} {{")
        lines += [f"        {state}" for state in _in_order(states)]
        lines.append("    }")
    lines.append(f"    [*] --> {RequestState.RENDERING}: asked")
    lines.append(f"    [*] --> {RequestState.WAITING}: asked beyond a limit")
    for move in MOVES:
        if move.target is not RequestState.ERASED:
            lines += _arrows(move)
    return lines


def _arrows(move: Move) -> list[str]:
    starts: list[str] = []
    framed: set[RequestState] = set()
    for name, states in _FRAMES.items():
        if states <= move.sources:
            starts.append(name)
            framed |= states
    starts += _in_order(move.sources - framed)
    return [f"    {start} --> {move.target}: {move.cause}" for start in starts]


def _source(move: Move) -> str:
    if move.sources == frozenset(RequestState):
        return "every state"
    return _names(move.sources)


def _names(states: Iterable[RequestState]) -> str:
    return " ".join(f"`{state}`" for state in _in_order(states))


def _in_order(states: Iterable[RequestState]) -> list[RequestState]:
    chosen = frozenset(states)
    return [state for state in RequestState if state in chosen]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
