"""From the first error of pydantic about desks.toml to one sentence for its author."""

from collections.abc import Sequence
from typing import Any, TypeGuard, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config.desks_models import DesksFile
from bot.errors import Invalid
from bot.text import text

# These lists are written [[safety.NAME]].
_LISTED = ("stages", "checklists", "contacts")
# Such values are too long for one line.
_HIDDEN = (dict, list, BaseModel)
# pydantic ends the path with this for a mistake in the key of a table.
_OF_KEY = "[key]"

Part = str | int


def invalid(error: ValidationError) -> Invalid:
    """Return the error with a sentence about the first mistake."""
    return Invalid(_sentence(error.errors(include_url=False)[0]))


def _sentence(problem: Any) -> str:
    """Return a sentence: the section, then the kind of mistake, then the right form."""
    path: tuple[Part, ...] = problem["loc"]
    kind: str = problem["type"]
    if path == ("desks",):
        return text("desks_file.error.no_desk")
    if path[-1] == _OF_KEY:
        where, _ = _section(path[:2])
        return text("desks_file.error.desk_name", where=where)
    where, names = _section(path)
    if kind == "no_stage_holder":
        return text("desks_file.error.no_stage_holder", where=where)
    if kind == "settles_two_ways":
        return text("desks_file.error.settles_two_ways", where=where)
    if not names:
        return text("desks_file.error.section", where=where, wanted=_wanted(path))
    name = names[-1]
    if len(names) > 1:
        where = _joined(where, names[:-1])
    if kind == "extra_forbidden":
        return text("desks_file.error.unknown", where=where, name=name)
    wanted = _wanted(path)
    if kind == "missing":
        return text(
            "desks_file.error.missing",
            where=where,
            name=name,
            wanted=wanted,
        )
    return _wrong(problem, where, name, wanted)


def _wrong(
    problem: Any,
    where: str,
    name: str,
    wanted: str,
) -> str:
    kind, value = problem["type"], problem["input"]
    if kind == "value_error":
        reason = problem["ctx"]["error"]
        return text(
            "desks_file.error.wrong_because",
            where=where,
            name=name,
            wanted=wanted,
            reason=reason,
        )
    if isinstance(value, _HIDDEN):
        return text(
            "desks_file.error.wrong",
            where=where,
            name=name,
            wanted=wanted,
        )
    return text(
        "desks_file.error.wrong_value",
        where=where,
        name=name,
        wanted=wanted,
        value=repr(value),
    )


def _section(path: tuple[Part, ...]) -> tuple[str, list[str]]:
    """Return the section as it is written in the file, and the keys below it."""
    first = str(path[0])
    if first == "safety":
        return _safety_section(path)
    is_below_name = len(path) > 1
    if all((first in {"desks", "sites"}, is_below_name)):
        return f"[{first}.{path[1]}]", _names(path[2:])
    return "desks.toml", _names(path)


def _safety_section(path: tuple[Part, ...]) -> tuple[str, list[str]]:
    match path:
        case (_, list_name, int(), *rest) if list_name in _LISTED:
            return f"[[safety.{list_name}]]", _names(rest)
    return "[safety]", _names(path[1:])


def _names(path: Sequence[Part]) -> list[str]:
    return [part for part in path if isinstance(part, str)]


def _joined(section: str, names: list[str]) -> str:
    if section == "desks.toml":
        return " ".join(names)
    return " ".join([section, *names])


def _wanted(path: tuple[Part, ...]) -> str:
    """Return the description of the innermost field of this path."""
    model: type[BaseModel] | None = DesksFile
    wanted = "a table"
    for part in path:
        field = _field(model, part)
        if field is not None:
            if field.description:
                wanted = field.description
            model = _model_in(field.annotation)
    return wanted


def _field(model: type[BaseModel] | None, part: Part) -> FieldInfo | None:
    if model is None:
        return None
    if isinstance(part, int):
        return None
    return model.model_fields.get(part)


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    if not isinstance(annotation, type):
        return False
    return issubclass(annotation, BaseModel)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, in a list, in a table or alone."""
    if _is_model(annotation):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
