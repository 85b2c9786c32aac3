"""Answers that differ go to a lead; what the lead rules is delivered with the
dissent.
"""

import re

import pytest

from tests.end_to_end.browser_people import (
    ENGLISH,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SPAN,
    Visitor,
    ask,
    hear_and_answer,
    link,
    replies,
    rule_url,
    shown,
    thread_of,
)
from tests.end_to_end.conftest import Stage
from tests.end_to_end.processes import json_lines, wait_for

_PERSON = re.compile(r"\bU0[A-Z0-9]{7}\b")


@pytest.fixture(scope="module")
def working(shared_stage: Stage) -> Stage:
    """A sandbox with one bot at work."""
    shared_stage.bot()
    return shared_stage


def dispute(stage: Stage, asker: str = ROSA, span: str = SPAN) -> str:
    """A request with two answers that differ; an open one about the same span would be
    joined.
    """
    name = ask(stage.sandbox, asker, span=span)
    url = link(thread_of(stage.sandbox, name))
    hear_and_answer(RAVI, url, "lamp")
    hear_and_answer(JONAS, url, "lump")
    wait_for(
        lambda: f"{name} needs a ruling" in replies(stage.sandbox, name), "the call"
    )
    return name


def test_a_lead_rules_and_the_result_carries_the_dissent(working: Stage) -> None:
    sandbox, name = working.sandbox, dispute(working)
    queue = sandbox.do("command", as_=LENA, channel=ENGLISH, text="/clip-queue")
    assert name in shown(queue["response"])
    url = rule_url(working.sandbox, name)
    with Visitor(LENA, url) as lena:
        assert not {RAVI, JONAS} & set(_PERSON.findall(lena.page.text))
        assert {"lamp", "lump"} <= set(re.findall(r"\w+", lena.page.text))
        assert "Ravi Nair" not in lena.page.text
        lena.hear()
        ruled = lena.post("", choice="words:lamp", reason="The vowel is open.")
        assert ruled.status_code < 400
        after = lena.open(url).text
        assert "Ravi Nair" in after  # the authors by name, once it is ruled
        assert "Jonas Weber" in after
    wait_for(
        lambda: f"{name} is settled" in replies(sandbox, name), "the settled reply"
    )
    wait_for(lambda: "Settled: lamp" in shown(thread_of(sandbox, name)), "the update")
    _expect_the_same_in_the_list_and_the_sink(working, name)


def _expect_the_same_in_the_list_and_the_sink(stage: Stage, name: str) -> None:
    listed = json_lines(stage.bots[0].command("results", "--json").stdout)
    [result] = [found for found in listed if found["request"] == name]
    expected = {
        "text": "lamp",
        "how": "adjudication",
        "dissent": ["lump"],
        "agreeing": 1,
    }
    assert {key: result[key] for key in expected} == expected
    sink = stage.folder / "results" / "results.jsonl"
    wait_for(lambda: sink.exists() and name in sink.read_text(), "the delivery")
    [line] = [
        found for found in json_lines(sink.read_text()) if found["request"] == name
    ]
    for key in (
        "id",
        "request",
        "clip_id",
        "locale",
        "answer",
        "text",
        "how",
        "dissent",
    ):
        assert line[key] == result[key], key


def test_nobody_but_a_lead_may_rule(working: Stage) -> None:
    name = dispute(working, span="1.2-1.8")
    for person in (RAVI, JONAS):
        with Visitor(person, rule_url(working.sandbox, name)) as visitor:
            assert visitor.page.status_code == 403
            ruled = visitor.post("", choice="words:lamp", reason="Because.")
            assert ruled.status_code == 403
    queue = working.sandbox.do("command", as_=RAVI, channel=ENGLISH, text="/clip-queue")
    assert queue["response"]["text"].startswith("The queue is for leads.")
    assert replies(working.sandbox, name) == [f"{name} needs a ruling"]


def test_a_lead_may_not_rule_on_what_they_asked(working: Stage) -> None:
    name = dispute(working, LENA, span="0.4-0.9")
    with Visitor(LENA, rule_url(working.sandbox, name)) as lena:
        assert lena.page.status_code == 403
        assert lena.post("", choice="words:lamp", reason="Mine.").status_code == 403
    assert replies(working.sandbox, name) == [f"{name} needs a ruling"]
