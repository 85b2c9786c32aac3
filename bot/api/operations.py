"""The operations of the API: parse a call, call one use case, render."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.api.models import (
    MOST_ROWS,
    AskedBody,
    Question,
    RequestBody,
    RequestListBody,
    SpanBody,
)
from bot.api.problems import NO_STORE, BadCall
from bot.errors import Invalid
from bot.rules.numbers import whole_number
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from bot.usecases.work_tools import asking, reading
from bot.usecases.work_tools.asking import ToolQuestion
from bot.usecases.work_tools.reading import ToolView
from storage.database import is_storable
from storage.records import Span, request_id_of

BASE = "/api/v1"
_JSON = "application/json"
_KEY = re.compile(r"[!-~]{1,128}")
_USUAL_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """One admitted call: `act` is that of the tool on behalf of the person."""

    services: Services
    act: Act
    request: Request
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of an operation; `place` is path, query or header."""

    name: str
    place: str
    is_required: bool
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation. Routes and the OpenAPI document are made from the same table.

    `statuses` are those of success, with their meaning; `problems` those of failure
    beside the ones that every operation has.
    """

    name: str
    method: str
    path: str
    summary: str
    perform: Callable[[ToolCall], Response]
    answer: type[BaseModel]
    statuses: dict[int, str]
    problems: tuple[int, ...] = ()
    body: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()
    must_be_signed_in: bool = False


def ask(call: ToolCall) -> Response:
    """POST /requests."""
    key = call.request.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        raise BadCall(400, "no_key", text("work_tools.call.key"))
    typed = _question(call)
    question = ToolQuestion(
        clip_id=typed.clip_id,
        span=Span(start_ms=typed.span.start_ms, end_ms=typed.span.end_ms),
        guess=typed.guess,
        difficulties=typed.difficulties,
        reason=typed.reason,
    )
    asked = asking.ask_by_tool(call.services, call.act, question, key)
    status = 201
    headers = {}
    if asked.joined or asked.replayed:
        status = 200
    else:
        headers["location"] = f"{BASE}/requests/{asked.view.name}"
    if asked.replayed:
        headers["idempotency-replayed"] = "true"
    body = AskedBody(request=_request_body(asked.view), joined=asked.joined)
    return _render(body, status, headers)


def read(call: ToolCall) -> Response:
    """GET /requests/{name}."""
    name = str(call.request.path_params["name"])
    view = reading.read_request(call.services, call.act, name)
    return _render(_request_body(view))


def list_mine(call: ToolCall) -> Response:
    """GET /requests."""
    query = call.request.query_params
    rows = whole_number(query.get("limit", str(_USUAL_ROWS)), MOST_ROWS)
    if not rows:
        sentence = text("work_tools.call.rows", most=MOST_ROWS)
        raise Invalid(sentence, field="limit")
    after = None
    if "after" in query:
        after = request_id_of(query["after"])
        if after is None:
            raise Invalid(text("work_tools.call.cursor"), field="after")
    page = reading.list_requests(
        call.services,
        call.act,
        rows=rows,
        after=after,
    )
    body = RequestListBody(
        requests=tuple(_request_body(view) for view in page.views),
        total=page.total,
        next_after=page.next_after,
    )
    return _render(body)


def _question(call: ToolCall) -> Question:
    content_type = call.request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind != _JSON:
        raise BadCall(415, "not_json", text("work_tools.call.not_json"))
    try:
        question = Question.model_validate_json(call.body)
    except ValidationError as error:
        raise _unreadable(error) from None
    if not all(is_storable(each) for each in (question.clip_id, question.guess)):
        raise Invalid(text("work_tools.call.unstorable"))
    if not is_storable(question.reason):
        raise Invalid(text("work_tools.call.unstorable"), field="reason")
    return question


def _unreadable(error: ValidationError) -> BadCall | Invalid:
    """Return the first mistake of a body, without what was sent."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[
        0
    ]
    if first["type"] == "json_invalid":
        return BadCall(400, "not_json", text("work_tools.call.not_json"))
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        # The name of an unknown field is what a caller wrote.
        field = ".".join(str(part) for part in first["loc"][:-1])
    sentence = text("work_tools.call.field", field=field, problem=first["msg"])
    return Invalid(sentence, field=field)


def _request_body(view: ToolView) -> RequestBody:
    return RequestBody(
        name=view.name,
        state=view.state,
        desk=view.desk,
        clip_id=view.clip_id,
        span=SpanBody(start_ms=view.span.start_ms, end_ms=view.span.end_ms),
        asked_at=view.asked_at,
        closed_at=view.closed_at,
        guess_agrees=view.guess_agrees,
        page=view.address,
    )


def _render(
    body: BaseModel,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    return Response(
        body.model_dump_json(),
        status,
        headers={**NO_STORE, **(headers or {})},
        media_type=_JSON,
    )


OPERATIONS = (
    Operation(
        name="ask",
        method="POST",
        path="/requests",
        summary="Ask about one span of one clip, or join the open request about it.",
        perform=ask,
        body=Question,
        answer=AskedBody,
        statuses={
            201: "The request was made.",
            200: "The question joined a request, or was asked with this key before.",
        },
        problems=(400, 404, 409, 415, 422),
        parameters=(
            Parameter(
                name="Idempotency-Key",
                place="header",
                is_required=True,
                meaning="1 to 128 visible ASCII characters, new for each question.",
            ),
        ),
        must_be_signed_in=True,
    ),
    Operation(
        name="listRequests",
        method="GET",
        path="/requests",
        summary="List what the person asked or joined on the tool's desks.",
        perform=list_mine,
        answer=RequestListBody,
        statuses={200: "One page, newest first."},
        problems=(422,),
        parameters=(
            Parameter(
                name="after",
                place="query",
                is_required=False,
                meaning="The name of the last request of the page before.",
            ),
            Parameter(
                name="limit",
                place="query",
                is_required=False,
                meaning=f"1 to {MOST_ROWS} requests; {_USUAL_ROWS} without it.",
            ),
        ),
    ),
    Operation(
        name="readRequest",
        method="GET",
        path="/requests/{name}",
        summary="Read the state of one request that the person asked or joined.",
        perform=read,
        answer=RequestBody,
        statuses={200: "The request."},
        problems=(404,),
        parameters=(
            Parameter(
                name="name",
                place="path",
                is_required=True,
                meaning="The name of the request, such as HC-1042.",
            ),
        ),
    ),
)
