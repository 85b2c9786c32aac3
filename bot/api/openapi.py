"""The OpenAPI 3.1 document of the API, from its operations and models."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.api.models import Problem
from bot.api.operations import BASE, OPERATIONS, Operation, Parameter
from bot.api.problems import MEDIA_TYPE
from bot.rules.work_tools.tokens import TOKEN_PREFIX

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
# Every operation may fail so.
_ALWAYS = (401, 403, 413, 429, 500, 503)
_PERSON = Parameter(
    name="Help-Clip-Person",
    place="header",
    is_required=True,
    meaning="The Slack user id of the person on whose behalf the tool calls.",
)


def openapi_document(public_url: str) -> dict[str, Any]:
    """Return the document for an installation at this address."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = paths.setdefault(operation.path, {})
        path[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "help-clip",
            "version": VERSION,
            "summary": "Ask about a muddled word from a work tool, and read its state.",
        },
        "servers": [{"url": f"{public_url}{BASE}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": (
                        f"A token that begins with {TOKEN_PREFIX}, one for each tool."
                    ),
                }
            },
            "schemas": _schemas(),
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, meaning in operation.statuses.items():
        responses[str(status)] = {
            "description": meaning,
            "content": _content("application/json", operation.answer),
        }
    for status in sorted({*_ALWAYS, *operation.problems}):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": _content(MEDIA_TYPE, Problem),
        }
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_parameter(each) for each in (_PERSON, *operation.parameters)],
        "responses": responses,
    }
    if operation.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": _content("application/json", operation.body),
        }
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.is_required,
        "description": parameter.meaning,
        "schema": {"type": "string"},
    }


def _content(media_type: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _schemas() -> dict[str, Any]:
    models: dict[str, type[BaseModel]] = {Problem.__name__: Problem}
    for operation in OPERATIONS:
        models[operation.answer.__name__] = operation.answer
        if operation.body is not None:
            models[operation.body.__name__] = operation.body
    wanted = [(model, "validation") for model in models.values()]
    _, schema = models_json_schema(wanted, ref_template=_REF)  # type: ignore[arg-type]
    return dict(schema["$defs"])
