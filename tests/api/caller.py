"""A work tool that calls the API over HTTP, and the people on whose behalf it calls."""

import json
import warnings
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from httpx import Response
from starlette.applications import Starlette

from bot.api.app import api_routes
from bot.pages.app import middleware
from bot.pages.headers import SecurityHeaders
from bot.usecases.people.sessions import start_session
from bot.usecases.work_tools.manage import Made, Order, make
from storage.records import Event
from tests.product import CLIP, ROSA, Product

with warnings.catch_warnings():
    # Starlette would rather have httpx2; httpx is what the product itself uses.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

DESK = "english-us"
ADMIN = "U0ADMIN01"
QUESTION: dict[str, Any] = {
    "clip_id": CLIP,
    "span": {"start_ms": 2300, "end_ms": 2900},
}


@dataclass
class Api:
    """The API of one product, and the token of a tool for its first desk."""

    product: Product
    client: TestClient
    token: str = ""
    keys: "count[int]" = field(default_factory=lambda: count(1))

    def make(self, name: str = "transcriber", **changes: Any) -> Made:
        """An administrator makes a work tool."""
        wanted = {"name": name, "desks": [DESK], "days": 30, "reason": "for the shift"}
        order = Order(**{**wanted, **changes})
        return make(self.product.services, self.product.fresh(ADMIN), order)

    def sign_in(self, user_id: str) -> None:
        start_session(self.product.services, self.product.act(user_id), browser="b")

    def send(
        self,
        method: str,
        path: str,
        *,
        person: str = ROSA,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Response:
        """Call as the tool does, or with other headers."""
        given = self.token if token is None else token
        usual = {"Authorization": f"Bearer {given}", "Help-Clip-Person": person}
        return self.client.request(
            method, f"/api/v1{path}", headers={**usual, **(headers or {})}, **more
        )

    def get(self, path: str, **more: Any) -> Response:
        return self.send("GET", path, **more)

    def ask(self, *, key: str = "", **changes: Any) -> Response:
        """Ask with a new key; `changes` are other fields of the question."""
        more = {
            name: changes.pop(name) for name in ("person", "token") if name in changes
        }
        return self.send(
            "POST",
            "/requests",
            headers={
                "Idempotency-Key": key or f"key-{next(self.keys)}",
                "Content-Type": "application/json",
            },
            content=json.dumps({**QUESTION, **changes}),
            **more,
        )

    def events(self, action: str) -> list[Event]:
        return [each for each in self.product.events() if each.action == action]


def new_api(product: Product) -> Api:
    """Return the API with one tool; Rosa is signed in."""
    web = Starlette(
        routes=api_routes(product.services, product.clock), middleware=middleware()
    )
    client = TestClient(
        SecurityHeaders(web, is_secure=True), base_url="https://help-clip.test"
    )
    api = Api(product, client)
    api.token = api.make().token
    api.sign_in(ROSA)
    return api
