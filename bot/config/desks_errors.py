"""From pydantic's first complaint about desks.toml to one sentence for its writer."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config.desks_models import DesksFile
from bot.errors import Invalid
from bot.text import text

_LISTED = ("stages", "checklists", "contacts")  # [[safety.NAME]]
_HIDDEN = (dict, list, BaseModel)  # too long for one line
_OF_KEY = "[key]"  # ends the path of a mistake in the key of a table

Part = str | int


def invalid(error: ValidationError) -> Invalid:
    """Return the error with a sentence about the first mistake."""
    return Invalid(_sentence(error.errors(include_url=False)[0]))


def _sentence(problem: Any) -> str:
    """Name the section, then the kind of mistake, then what would be right."""
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
    if first in ("desks", "sites") and len(path) > 1:
        return f"[{first}.{path[1]}]", _names(path[2:])
    in_list = len(path) > 2 and isinstance(path[2], int)
    if first == "safety" and in_list and path[1] in _LISTED:
        return f"[[safety.{path[1]}]]", _names(path[3:])
    if first == "safety":
        return "[safety]", _names(path[1:])
    return "desks.toml", _names(path)


def _names(path: tuple[Part, ...]) -> list[str]:
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
            wanted = field.description or wanted
            model = _model_in(field.annotation)
    return wanted


def _field(model: type[BaseModel] | None, part: Part) -> FieldInfo | None:
    if model is None or isinstance(part, int):
        return None
    return model.model_fields.get(part)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, in a list, in a table or alone."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
