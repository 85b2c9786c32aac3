"""Errors of the API as problem documents (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from bot.api.models import Problem
from bot.errors import (
    Conflict,
    HelpClipError,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
)
from bot.rules.work_tools.tokens import NOT_OF_TOOL, OF_TOKEN
from bot.text import text
from bot.usecases.work_tools.admit import TooManyCalls
from storage.errors import StorageError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
NO_STORE = {"cache-control": "no-store"}
_REALM = 'Bearer realm="help-clip"'
_STATUS: Mapping[type[HelpClipError], int] = {
    Invalid: 422,
    NotFound: 404,
    Refused: 403,
    Conflict: 409,
    Unavailable: 503,
}


class BadCall(HelpClipError):
    """A call that no operation can read, with its status and code."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        allow: str = "",
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.allow = allow


def problem_of(error: Exception, *, has_token: bool) -> Response:
    """Return the response to an error.

    One that is no fault of the call is logged by its kind alone. `has_token` is whether
    the call had any credentials (RFC 6750 section 3.1).
    """
    if isinstance(error, BadCall):
        headers = {"allow": error.allow} if error.allow else {}
        return _render(error.status, error.code, str(error), headers=headers)
    if isinstance(error, TooManyCalls):
        headers = {"retry-after": str(error.seconds)}
        return _render(429, error.rule, str(error), headers=headers)
    if isinstance(error, Refused):
        return _refused(error, has_token=has_token)
    if isinstance(error, HelpClipError):
        return _of_act(error)
    log.error("a call of the API failed: %s", type(error).__name__)
    status = 500
    if isinstance(error, StorageError):
        status = 503
    return _render(status, "broken", text("work_tools.call.broken"))


def _refused(error: Refused, *, has_token: bool) -> Response:
    if error.rule in OF_TOKEN:
        challenge = _REALM
        if has_token:
            challenge = f'{_REALM}, error="invalid_token"'
        headers = {"www-authenticate": challenge}
        return _render(401, error.rule, str(error), headers=headers)
    headers = {}
    if error.rule == NOT_OF_TOOL.rule:
        headers = {"www-authenticate": f'{_REALM}, error="insufficient_scope"'}
    return _render(403, error.rule, str(error), headers=headers)


def _of_act(error: HelpClipError) -> Response:
    kind = next(each for each in _STATUS if isinstance(error, each))
    field = None
    if isinstance(error, Invalid):
        field = error.field
    return _render(_STATUS[kind], kind.__name__.lower(), str(error), field=field)


def _render(
    status: int,
    code: str,
    sentence: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    problem = Problem(
        type=f"urn:help-clip:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=sentence,
        field=field,
    )
    return Response(
        problem.model_dump_json(exclude_none=True),
        status,
        headers={**NO_STORE, **(headers or {})},
        media_type=MEDIA_TYPE,
    )
