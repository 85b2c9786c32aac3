"""Signed calls of the system that keeps the recordings."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.pages.handlers.hooks import PATH, hook_route
from bot.sources.results.webhook import signature
from storage.records import Action, Origin, Request, RequestState
from tests.product import CLIP, ROSA, Product, build_product

SECRET = "correct horse battery"


class Caller:
    """The other system."""

    def __init__(self, product: Product) -> None:
        route = hook_route(product.services, [SECRET], product.clock)
        self._client = TestClient(Starlette(routes=[route]))
        self._product = product

    def call(
        self,
        *,
        secret: str = SECRET,
        late_s: float = 0,
        raw: bytes | None = None,
        **body: Any,
    ) -> tuple[int, dict[str, str]]:
        sent = json.dumps(body).encode() if raw is None else raw
        timestamp = str(int(self._product.now.timestamp() - late_s))
        answer = self._client.post(
            PATH,
            content=sent,
            headers={
                "X-Help-Clip-Timestamp": timestamp,
                "X-Help-Clip-Signature": signature(secret, timestamp, sent),
            },
        )
        return answer.status_code, answer.json()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    built = build_product(tmp_path)
    yield built
    built.services.store.close()


@pytest.fixture
def caller(product: Product) -> Caller:
    return Caller(product)


def state(product: Product, request: Request) -> RequestState:
    return product.request(request).state


def test_consent_withdrawn_closes_the_clip_before_the_answer(
    product: Product, caller: Caller
) -> None:
    request = product.open(ROSA)
    assert caller.call(id="1", event="withdraw_consent", clip_id=CLIP) == (
        200,
        {"done": "now"},
    )
    assert state(product, request) is RequestState.CONSENT_WITHDRAWN
    assert not product.services.blobs.exists(request.blob)
    assert product.services.clip_keys.get(CLIP) is None
    closing = [e for e in product.events() if e.action is Action.CONSENT_WITHDRAWN]
    assert [e.origin for e in closing] == [Origin.HOOK]


def test_erasing_by_call_leaves_a_tombstone(product: Product, caller: Caller) -> None:
    request = product.open(ROSA)
    speaker = product.services.clips.clip(CLIP).speaker
    assert caller.call(id="1", event="erase", speaker=speaker)[0] == 200
    assert state(product, request) is RequestState.ERASED
    assert product.last_event().action is Action.CLIP_ERASED


def test_a_call_sent_again_does_nothing(product: Product, caller: Caller) -> None:
    caller.call(id="1", event="erase", clip_id=CLIP)
    before = len(product.events())
    assert caller.call(id="1", event="erase", clip_id=CLIP) == (200, {"done": "before"})
    assert len(product.events()) == before


@pytest.mark.parametrize("late_s", [301, -301, 1e9])
def test_an_old_or_a_future_signature_is_refused(
    product: Product, caller: Caller, late_s: float
) -> None:
    request = product.open(ROSA)
    assert caller.call(late_s=late_s, id="1", event="erase", clip_id=CLIP)[0] == 401
    assert state(product, request) is RequestState.OPEN


def test_another_secret_or_another_body_is_refused(
    product: Product, caller: Caller
) -> None:
    request = product.open(ROSA)
    assert (
        caller.call(secret="another secret altogether", id="1", event="erase")[0] == 401
    )
    client = TestClient(
        Starlette(routes=[hook_route(product.services, [SECRET], product.clock)])
    )
    timestamp = str(int(product.now.timestamp()))
    signed = signature(SECRET, timestamp, b"{}")
    for headers in (
        {},
        {"X-Help-Clip-Timestamp": "now", "X-Help-Clip-Signature": signed},
        {"X-Help-Clip-Timestamp": "9" * 40, "X-Help-Clip-Signature": signed},
        {"X-Help-Clip-Timestamp": timestamp, "X-Help-Clip-Signature": signed},
        {"X-Help-Clip-Timestamp": timestamp, "X-Help-Clip-Signature": "v1=\xff"},
    ):
        raw = {name: value.encode("latin-1") for name, value in headers.items()}
        body = json.dumps({"id": "1", "event": "erase", "clip_id": CLIP})
        assert client.post(PATH, content=body, headers=raw).status_code == 401
    assert state(product, request) is RequestState.OPEN


@pytest.mark.parametrize(
    "body",
    [
        {"event": "erase", "clip_id": CLIP},
        {"id": "", "event": "erase", "clip_id": CLIP},
        {"id": "x" * 65, "event": "erase", "clip_id": CLIP},
        {"id": "1", "event": "erase"},
        {"id": "1", "event": "erase", "clip_id": CLIP, "speaker": "spk"},
        {"id": "1", "event": "erase", "clip_id": "../../etc"},
        {"id": "1", "event": "erase", "speaker": "Ann Smith"},
        {"id": "1", "event": "burn", "clip_id": CLIP},
        {"id": 1, "event": "erase", "clip_id": CLIP},
        {"id": "1", "event": "erase", "clip_id": None},
        {"id": "1", "event": "erase", "clip_id": CLIP, "account": "42"},
    ],
)
def test_a_call_that_says_nothing_sensible_is_told_so(
    product: Product, caller: Caller, body: dict[str, Any]
) -> None:
    request = product.open(ROSA)
    status, said = caller.call(**body)
    assert status == 422
    assert said["error"]
    assert state(product, request) is RequestState.OPEN


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b"[" * 8000, b"\xff\xfe", b'"erase"']
)
def test_a_body_that_is_no_object_is_told_so(caller: Caller, raw: bytes) -> None:
    assert caller.call(raw=raw)[0] == 422


def test_a_body_without_end_is_refused_unread(caller: Caller) -> None:
    assert caller.call(raw=b" " * 9_000)[0] == 413
