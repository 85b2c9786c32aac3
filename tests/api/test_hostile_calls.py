"""What a stolen, old or careless tool sends: refused, and on record without its text."""

import json
from dataclasses import replace

import pytest

from bot.usecases.people.roles import set_membership
from bot.usecases.work_tools.manage import revoke
from storage.records import Membership, Outcome, RequestState
from tests.api.caller import ADMIN, DESK, QUESTION, Api
from tests.product import AMIR, CLIP, JONAS, RAVI, ROSA, STRANGER

ON_BOTH_DATABASES = True
CANARY = "hclip-canary\r\nfake log line"


def last_denial(api: Api, action: str = "tool.called") -> str | None:
    event = api.events(action)[-1]
    assert event.outcome is Outcome.DENIED
    return event.rule


@pytest.mark.parametrize(
    "token", ["", "hclip_short", "hclip_" + "A" * 43, "x" * 7_000, "hclip_" + "é" * 43]
)
def test_an_unknown_token_opens_nothing(api: Api, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    found = api.send("GET", "/requests", headers=headers)  # type: ignore[arg-type]
    assert found.status_code == 401
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["www-authenticate"].startswith("Bearer ")
    assert last_denial(api) == "unknown_token"


def test_unknown_tokens_do_not_fill_the_log(api: Api) -> None:
    for _ in range(20):
        assert api.get("/requests", token="hclip_" + "B" * 43).status_code == 401
    assert len(api.events("tool.called")) == 1


def test_a_token_is_sent_once_and_as_bearer(api: Api) -> None:
    for given in (f"Basic {api.token}", api.token, f"Bearer{api.token}"):
        headers = {"Authorization": given}
        assert api.send("GET", "/requests", headers=headers).status_code == 401


def test_a_revoked_token_opens_nothing(api: Api) -> None:
    revoke(api.product.services, api.product.act(ADMIN), "transcriber", "it leaked")
    assert api.get("/requests").status_code == 401
    assert last_denial(api) == "revoked_token"


def test_an_expired_token_opens_nothing(api: Api) -> None:
    api.product.pass_time(days=30)
    assert api.get("/requests").status_code == 401
    assert last_denial(api) == "expired_token"


def test_a_token_of_another_desk_asks_nothing_here(api: Api) -> None:
    other = next(d for d in api.product.services.desks.desks if d != DESK)
    token = api.make("other", desks=[other]).token
    found = api.ask(token=token)
    assert found.status_code == 403
    assert CLIP not in found.text
    assert api.product.waiting() == []


def test_a_tool_reads_no_request_of_a_desk_outside_of_it(api: Api) -> None:
    name = api.ask().json()["request"]["name"]
    desks = dict(api.product.services.desks.desks)
    desks["second"] = replace(desks[DESK], id="second")
    api.product.services.desks = replace(api.product.services.desks, desks=desks)
    token = api.make("second-tool", desks=["second"]).token
    assert api.get(f"/requests/{name}", token=token).status_code == 404
    assert api.get("/requests", token=token).json()["total"] == 0
    joined = api.ask(token=token)
    assert joined.status_code == 403
    assert "Location" not in joined.headers


@pytest.mark.parametrize(
    "person",
    [STRANGER, AMIR, "", "u0review1", "U0REVIEW1 ", "U" + "0" * 400, "../../x"],
)
def test_only_people_of_the_tools_desks_ask(api: Api, person: str) -> None:
    found = api.ask(person=person)
    assert found.status_code == 403
    assert last_denial(api) == "not_of_tool"


def test_a_person_whose_account_was_closed_asks_nothing(api: Api) -> None:
    services, act = api.product.services, api.product.worker()
    set_membership(services, act, ROSA, Membership.DEACTIVATED)
    assert api.ask().status_code == 403
    assert api.get("/requests").status_code == 403
    assert last_denial(api) == "not_of_tool"


def test_nothing_is_asked_for_a_person_who_is_not_signed_in(api: Api) -> None:
    found = api.ask(person=JONAS)
    assert (found.status_code, last_denial(api)) == (403, "not_signed_in")
    assert api.get("/requests", person=JONAS).status_code == 200


def test_a_key_with_another_question_is_refused(api: Api) -> None:
    first = api.ask(key="same")
    again = api.ask(key="same")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["request"]["name"] == first.json()["request"]["name"]
    other = api.ask(key="same", guess="lamp")
    assert (other.status_code, other.json()["field"]) == (422, "key")
    api.sign_in(RAVI)
    assert api.ask(key="same", person=RAVI).status_code == 422
    assert len(api.events("request.asked")) == 1


def test_the_key_of_one_tool_is_not_that_of_another(api: Api) -> None:
    assert api.ask(key="same").status_code == 201
    other = api.make("other").token
    assert api.ask(key="same", token=other).json()["joined"] is True


@pytest.mark.parametrize("key", [None, "", "a b", "é", "k" * 129])
def test_a_question_without_a_proper_key_is_not_asked(
    api: Api, key: str | None
) -> None:
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key.encode()  # type: ignore[assignment]
    found = api.send("POST", "/requests", headers=headers, content=json.dumps(QUESTION))
    assert found.status_code == 400
    assert api.product.waiting() == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[1]", 422),
        (b"{", 400),
        (b'{"clip_id": NaN}', 422),
        (b"[" * 8_000, 400),
        (b"\xff\xfe", 400),
        (b'{"a":"' + b"x" * 9_000 + b'"}', 413),
        (b"x" * 2_000_000, 413),
    ],
)
def test_a_body_that_is_no_question_is_refused(
    api: Api, content: bytes, status: int
) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    found = api.send("POST", "/requests", headers=headers, content=content)
    assert found.status_code == status


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded"]
)
def test_another_content_type_is_refused(api: Api, kind: str) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": kind}
    found = api.send("POST", "/requests", headers=headers, content=json.dumps(QUESTION))
    assert found.status_code == 415


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"clip_id": "en\x00us"}, 422),
        ({"clip_id": "en-us-0001\r\nX: y"}, 422),
        ({"clip_id": "../../etc/passwd"}, 422),
        ({"clip_id": "x" * 129}, 422),
        ({"clip_id": 7}, 422),
        ({"clip_id": "en-us-9999"}, 404),
        ({"guess": "lamp\x00"}, 422),
        ({"guess": "x" * 101}, 422),
        ({"guess": "\ud800"}, 400),
        ({"span": {"start_ms": 1.5, "end_ms": 900}}, 422),
        ({"span": {"start_ms": -1, "end_ms": 900}}, 422),
        ({"span": {"start_ms": 0, "end_ms": 10**400}}, 422),
        ({"span": {"start_ms": 900, "end_ms": 100}}, 422),
        ({"span": {"start_ms": 0, "end_ms": 60_000}}, 422),
        ({"difficulties": ["loud"]}, 422),
        ({"difficulties": ["noise"] * 100}, 422),
        ({"surprise": CANARY}, 422),
    ],
)
def test_a_field_with_nonsense_is_refused(
    api: Api, change: dict[str, object], status: int
) -> None:
    found = api.ask(**change)
    assert found.status_code == status, found.text
    assert "canary" not in found.text
    assert api.product.waiting() == []


@pytest.mark.parametrize("name", ["HC-1001%0d%0afake", "HC-999999", "x", "HC-", "1001"])
def test_no_name_of_a_caller_reaches_the_log(api: Api, name: str) -> None:
    assert api.get(f"/requests/{name}").status_code == 404
    event = api.events("request.viewed")[-1]
    assert (event.outcome, event.request) == (Outcome.DENIED, None)


def test_a_request_of_a_colleague_is_not_found(api: Api) -> None:
    name = api.ask().json()["request"]["name"]
    assert api.get(f"/requests/{name}", person=RAVI).status_code == 404
    assert api.get("/requests", person=RAVI).json()["total"] == 0


def test_a_tool_that_calls_too_often_waits_and_the_log_does_not_grow(api: Api) -> None:
    token = api.make("eager", calls_per_minute=3).token
    answers = [api.get("/requests", token=token) for _ in range(8)]
    assert [each.status_code for each in answers] == [200] * 3 + [429] * 5
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    ours = [each for each in api.events("tool.called") if each.tool == "eager"]
    assert [each.rule for each in ours] == [None] * 3 + ["too_many_calls"]
    api.product.pass_time(seconds=61)
    assert api.get("/requests", token=token).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nothing", 404),
        ("DELETE", "/requests", 405),
        ("POST", "/requests/HC-1001", 405),
        ("OPTIONS", "/requests", 405),
    ],
)
def test_an_address_that_is_none_is_a_problem_document(
    api: Api, method: str, path: str, status: int
) -> None:
    found = api.send(method, path)
    assert found.status_code == status
    assert found.json()["status"] == status


def test_no_settled_word_leaves_by_the_api(api: Api) -> None:
    name = api.ask(guess="lamp").json()["request"]["name"]
    with api.product.services.store.read() as tx:
        request = tx.requests.by_id(1)
    assert request is not None
    request = api.product.render(request)
    api.product.answer(RAVI, request, "evening")
    api.product.answer(JONAS, request, "evening")
    settled = api.get(f"/requests/{name}")
    assert settled.json()["state"] == "settled"
    assert settled.json()["guess_agrees"] is False
    anew = api.ask()
    assert anew.status_code == 409
    assert name in anew.json()["detail"]
    for answer in (settled, anew, api.get("/requests")):
        assert "evening" not in answer.text
    assert api.product.request(request).state is RequestState.AGREED
