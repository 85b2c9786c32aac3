"""Answers that differ go to a lead; what the lead rules is delivered with the dissent."""

import httpx

from tests.end_to_end.conftest import Stage
from tests.end_to_end.people import (
    ENGLISH,
    JONAS,
    LENA,
    RAVI,
    Visitor,
    ask,
    hear_and_answer,
    link,
    replies,
    shown,
    thread_of,
)
from tests.end_to_end.processes import json_lines, wait_for


def dispute(stage: Stage) -> str:
    """Two answers that differ; the address of the ruling page."""
    ask(stage.sandbox)
    url = link(thread_of(stage.sandbox))
    hear_and_answer(stage.sandbox, RAVI, url, "lamp")
    hear_and_answer(stage.sandbox, JONAS, url, "lump")
    wait_for(lambda: "HC-1001 needs a ruling" in replies(stage.sandbox), "the call for a lead")
    return link(thread_of(stage.sandbox), "rule")


def rule(visitor: Visitor, **form: str) -> httpx.Response:
    return visitor.post("", **form)


def test_a_lead_rules_and_the_result_carries_the_dissent(stage: Stage) -> None:
    bot = stage.bot()
    rule_url = dispute(stage)
    queue = stage.sandbox.do("command", as_=LENA, channel=ENGLISH, text="/clip-queue")
    assert "HC-1001" in shown(queue["response"])
    with Visitor(stage.sandbox, LENA, rule_url) as lena:
        assert RAVI not in lena.page.text
        assert JONAS not in lena.page.text
        assert "lamp" in lena.page.text
        assert "lump" in lena.page.text
        ruled = rule(lena, choice="words:lamp", reason="The vowel is open.")
        assert ruled.status_code < 400
        after = lena.open(rule_url)
        assert RAVI in after.text  # the authors, once it is ruled
    wait_for(lambda: "HC-1001 is settled" in replies(stage.sandbox), "the settled reply")
    wait_for(lambda: "Settled: *lamp*" in shown(thread_of(stage.sandbox)), "the update")
    [result] = json_lines(bot.command("results", "--json").stdout)
    expected = {"text": "lamp", "how": "adjudication", "dissent": ["lump"], "agreeing": 1}
    assert {name: result[name] for name in expected} == expected
    sink = stage.folder / "results" / "results.jsonl"
    [line] = wait_for(lambda: json_lines(sink.read_text()) or None, "the delivery")
    for name in ("id", "request", "clip_id", "locale", "answer", "text", "how", "dissent"):
        assert line[name] == result[name], name


def test_nobody_but_a_lead_who_took_no_part_may_rule(stage: Stage) -> None:
    stage.bot()
    rule_url = dispute(stage)
    for person in (RAVI, JONAS):
        with Visitor(stage.sandbox, person, rule_url) as visitor:
            assert visitor.page.status_code == 403
    queue = stage.sandbox.do("command", as_=RAVI, channel=ENGLISH, text="/clip-queue")
    assert queue["response"]["text"].startswith("The queue is for leads.")
    assert replies(stage.sandbox) == ["HC-1001 needs a ruling"]


def test_a_lead_who_asked_may_not_rule(stage: Stage) -> None:
    bot = stage.bot()
    ask(stage.sandbox, LENA)
    url = link(thread_of(stage.sandbox))
    hear_and_answer(stage.sandbox, RAVI, url, "lamp")
    hear_and_answer(stage.sandbox, JONAS, url, "lump")
    wait_for(lambda: "HC-1001 needs a ruling" in replies(stage.sandbox), "the call for a lead")
    with Visitor(stage.sandbox, LENA, link(thread_of(stage.sandbox), "rule")) as lena:
        assert lena.page.status_code == 403
    with stage.open_store() as store, store.read() as tx:
        assert tx.results(10) == []
    assert bot.is_ready()
