"""The routes of the API; the wiring puts them into the application for the public."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.api.openapi import openapi_document
from bot.api.operations import BASE, OPERATIONS, Operation, ToolCall
from bot.api.problems import BadCall, problem_of
from bot.pages.client_address import client_address
from bot.rules.listening.access_conditions import Network
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from bot.usecases.work_tools.admit import Call, admit
from storage.records import Origin

MAX_BYTES = 8_192
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SCHEME = "bearer"


def api_routes(
    services: Services,
    clock: Callable[[], datetime],
    trusted_proxies: Sequence[Network] = (),
) -> list[BaseRoute]:
    """Return all routes under /api/v1."""
    document = openapi_document(services.public_url)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    api = _Api(services, clock, trusted_proxies)
    routes: list[BaseRoute] = [
        Route(f"{BASE}/openapi.json", lambda _: JSONResponse(document)),
    ]
    for path, operations in by_path.items():
        endpoint = api.endpoint(operations)
        routes.append(Route(BASE + path, endpoint, methods=_METHODS))
    unknown = api.endpoint({})
    routes.append(Route(BASE + "/{rest:path}", unknown, methods=_METHODS))
    return routes


class _Api:
    """Answers calls: first it admits the tool, then it reads what was sent."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        trusted_proxies: Sequence[Network],
    ) -> None:
        self._services = services
        self._clock = clock
        self._trusted_proxies = trusted_proxies

    def endpoint(
        self, operations: Mapping[str, Operation]
    ) -> Callable[[Request], object]:
        """Return the endpoint of one path, with its operations by method."""

        async def endpoint(request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(self._answer, operations, request, body)

        return endpoint

    def _answer(
        self,
        operations: Mapping[str, Operation],
        request: Request,
        body: bytes,
    ) -> Response:
        token = _token(request)
        try:
            operation = _chosen(operations, request)
            if len(body) > MAX_BYTES:
                sentence = text("work_tools.call.too_large", limit=MAX_BYTES)
                raise BadCall(413, "too_large", sentence)
            act = admit(
                self._services,
                self._act(request),
                Call(token=token, user_id=_person(request)),
                must_be_signed_in=operation.must_be_signed_in,
            )
            call = ToolCall(
                services=self._services,
                act=act,
                request=request,
                body=body,
            )
            return operation.perform(call)
        except Exception as error:  # noqa: BLE001 - tools read every error as JSON
            return problem_of(error, has_token=bool(token))

    def _act(self, request: Request) -> Act:
        network = client_address(request, self._trusted_proxies)
        address = None
        if network is not None:
            key = self._services.snippet_key
            address = key.pseudonym(b"network address", str(network))
        return Act(
            person=None,
            origin=Origin.API,
            now=self._clock(),
            address=address,
            network=network,
        )


def _chosen(
    operations: Mapping[str, Operation],
    request: Request,
) -> Operation:
    if not operations:
        raise BadCall(404, "no_page", text("work_tools.call.no_page"))
    method = request.method
    if method == "HEAD":
        method = "GET"
    if method not in operations:
        raise BadCall(
            405,
            "wrong_method",
            text("work_tools.call.wrong_method"),
            allow=", ".join(sorted(operations)),
        )
    return operations[method]


def _token(request: Request) -> str:
    """Return the bearer token of a call (RFC 6750 section 2.1), or an empty text."""
    given = request.headers.getlist("authorization")
    if len(given) != 1:
        return ""
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != _SCHEME:
        return ""
    return token.strip()


def _person(request: Request) -> str:
    given = request.headers.getlist("help-clip-person")
    if len(given) != 1:
        return ""
    return given[0]
