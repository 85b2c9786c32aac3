"""A use case that writes cannot end without a word in the access log."""

import ast
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "bot" / "usecases"
RECORDERS = {"record", "record_with"}

# What is no act on a recording: a form half filled in, tidying up, and Slack's own numbers.
EXEMPT = {
    ("ask", "keep_draft"),
    ("propose", "keep_draft"),
    ("expire", "forget"),
    ("sessions", "begin_sign_in"),
}

Key = tuple[str, str]


def functions() -> dict[Key, ast.FunctionDef]:
    return {
        (path.stem, node.name): node
        for path in FOLDER.glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def mentioned(node: ast.FunctionDef) -> set[str]:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def records(key: Key, known: dict[Key, ast.FunctionDef], seen: set[Key]) -> bool:
    """Whether a function, or one of ours that it calls, appends to the log."""
    seen.add(key)
    names = mentioned(known[key])
    if names & RECORDERS:
        return True
    called = [other for other in known if other[1] in names and other not in seen]
    return any(records(other, known, seen) for other in called)


def silent() -> set[Key]:
    known = functions()
    return {
        key
        for key, node in known.items()
        if not key[1].startswith("_")
        and "store.begin()" in ast.unparse(node)
        and not records(key, known, set())
    }


def test_every_use_case_that_writes_records_its_act() -> None:
    unrecorded = silent() - EXEMPT
    assert not unrecorded, f"these write but record nothing: {sorted(unrecorded)}"


def test_no_exemption_outlives_its_need() -> None:
    assert silent() >= EXEMPT
    assert len(functions()) > 40, "the use cases were not found"
