"""The groups of `Transaction`: each name once, and no method that nothing calls."""

import ast
import inspect
from collections import Counter
from pathlib import Path

from storage.database import open_engine
from storage.store import Transaction

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py")
]


def group_names() -> list[str]:
    """Return the names that `Transaction.__init__` gives, in order."""
    tree = ast.parse(inspect.getsource(Transaction))
    return [
        target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    ]


def public_methods() -> set[tuple[str, str]]:
    """Return the group and the name of each public method."""
    with open_engine("sqlite://").connect() as connection:
        tx = Transaction(connection)
        return {
            (group, name)
            for group, held in vars(tx).items()
            if type(held).__module__.startswith("storage.")
            for name, value in vars(type(held)).items()
            if inspect.isfunction(value) and not name.startswith("_")
        }


def called_methods() -> set[tuple[str, str]]:
    """Return what the code calls: `tx.GROUP.METHOD`, and `self.METHOD` in a group."""
    found = set()
    classes = {type(held).__name__: group for group, held in groups().items()}
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(
                node.value, ast.Attribute
            ):
                found.add((node.value.attr, node.attr))
            if isinstance(node, ast.ClassDef) and node.name in classes:
                found |= {(classes[node.name], name) for name in _own_calls(node)}
    return found


def groups() -> dict[str, object]:
    with open_engine("sqlite://").connect() as connection:
        return dict(vars(Transaction(connection)))


def _own_calls(owner: ast.ClassDef) -> set[str]:
    return {
        node.attr
        for node in ast.walk(owner)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    }


def test_no_two_groups_share_a_name() -> None:
    names = Counter(group_names())
    assert len(names) > 25
    assert [name for name, n in names.items() if n > 1] == []


def test_no_two_groups_are_of_one_class() -> None:
    classes = Counter(type(held).__name__ for held in groups().values())
    assert [name for name, n in classes.items() if n > 1] == []


def test_each_public_method_of_a_group_has_a_caller() -> None:
    methods = public_methods()
    assert len(methods) > 150
    assert sorted(methods - called_methods()) == []
