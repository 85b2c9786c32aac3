"""A work tool asks on behalf of a person, reads how it stands, and is on record."""

import pytest
from openapi_spec_validator import validate

from bot.api.openapi import openapi_document
from bot.usecases.requests.ask_form import keep_draft
from bot.usecases.requests.choose_span import Typed
from bot.usecases.work_tools.admit import hash_token
from storage.records import Origin
from storage.seal import MasterKey, new_master_key
from storage.tables import work_tools
from tests.api.caller import CLIP, Api
from tests.product import JONAS, RAVI, ROSA

ON_BOTH_DATABASES = True


def test_a_question_is_asked_on_behalf_of_a_person(api: Api) -> None:
    asked = api.ask(guess="lamp", difficulties=["noise"])
    assert asked.status_code == 201
    found = asked.json()["request"]
    assert asked.headers["location"] == f"/api/v1/requests/{found['name']}"
    assert (found["state"], found["desk"], found["clip_id"]) == (
        "preparing",
        "english-us",
        CLIP,
    )
    event = api.events("request.asked")[0]
    assert event.actor == api.product.act(ROSA).actor
    assert (event.origin, event.tool) == (Origin.API, "transcriber")
    assert api.get(f"/requests/{found['name']}").json() == found


def test_every_call_is_on_record_with_its_tool(api: Api) -> None:
    name = api.ask().json()["request"]["name"]
    api.get("/requests")
    api.get(f"/requests/{name}")
    assert [each.tool for each in api.events("tool.called")] == ["transcriber"] * 3
    assert api.events("request.viewed")[-1].request == name


def test_a_colleagues_question_is_joined(api: Api) -> None:
    api.sign_in(RAVI)
    first = api.ask().json()["request"]
    second = api.ask(person=RAVI)
    assert (second.status_code, second.json()["joined"]) == (200, True)
    assert second.json()["request"]["name"] == first["name"]
    assert api.get(f"/requests/{first['name']}", person=RAVI).status_code == 200


def test_the_list_has_true_totals_and_pages_by_name(api: Api) -> None:
    names = []
    for start in range(0, 5_000, 1_000):
        span = {"start_ms": start, "end_ms": start + 500}
        names.append(api.ask(clip_id="en-us-0009", span=span))
    asked = [each.json()["request"]["name"] for each in names if each.is_success]
    assert len(asked) > 2
    seen, after = [], None
    while True:
        query = "?limit=2" + (f"&after={after}" if after else "")
        page = api.get(f"/requests{query}").json()
        assert page["total"] == len(asked)
        seen += [each["name"] for each in page["requests"]]
        after = page["next_after"]
        if after is None:
            break
    assert seen == list(reversed(asked))


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=x"])
def test_a_page_that_is_none_is_refused(api: Api, query: str) -> None:
    assert api.get(f"/requests?{query}").status_code == 422


def test_a_guess_that_was_right_is_told_and_a_personal_one_is_not(api: Api) -> None:
    name = api.ask(guess="Lamp").json()["request"]["name"]
    with api.product.services.store.read() as tx:
        request = tx.requests.by_id(1)
    assert request is not None
    request = api.product.render(request)
    assert api.get(f"/requests/{name}").json()["guess_agrees"] is None
    api.product.answer(RAVI, request, "lamp")
    api.product.answer(JONAS, request, "lamp")
    assert api.get(f"/requests/{name}").json()["guess_agrees"] is True


def test_what_the_person_types_elsewhere_is_left_alone(api: Api) -> None:
    typed = Typed(clip=CLIP, guess="half typed")
    keep_draft(api.product.services, api.product.act(ROSA), typed)
    assert api.ask(span={"start_ms": 5, "end_ms": 6}).status_code == 422
    assert api.ask().status_code == 201
    with api.product.services.store.read() as tx:
        kept = tx.drafts.by_form(api.product.act(ROSA).actor, "ask")
    assert kept is not None
    assert "half typed" in kept


def test_only_a_keyed_hash_of_the_token_is_stored(api: Api) -> None:
    with api.product.services.store.read() as tx:
        row = tx.connection.execute(work_tools.select()).mappings().one()
    assert api.token not in str(dict(row))
    assert row["token_hash"] == hash_token(api.product.services, api.token)
    assert row["used_at"] is None
    api.get("/requests")
    with api.product.services.store.read() as tx:
        used = tx.work_tools.by_name("transcriber")
    assert used is not None
    assert used.used_at == api.product.now


def test_a_token_outlives_a_rotation_of_the_snippet_key(api: Api) -> None:
    asked = api.ask(key="before")
    old = api.product.services.snippet_key
    new = new_master_key()
    both = MasterKey([*MasterKey.read(new)._by_id.values(), *old._by_id.values()])
    api.product.services.snippet_key = both
    assert api.ask(key="before").json()["request"] == asked.json()["request"]
    api.product.services.snippet_key = MasterKey.read(new)
    assert api.get("/requests").json()["total"] == 1


def test_the_openapi_document_is_valid_and_complete(api: Api) -> None:
    document = api.client.get("/api/v1/openapi.json").json()
    validate(document)
    assert document == openapi_document(api.product.services.public_url)
    assert set(document["paths"]) == {"/requests", "/requests/{name}"}
    assert document["openapi"] == "3.1.0"


def test_an_answer_is_never_kept_by_a_cache(api: Api) -> None:
    for answer in (api.ask(), api.get("/requests"), api.get("/requests", token="x")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
