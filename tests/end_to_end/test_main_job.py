"""From the question to the audit row, over HTTP and WebSocket."""

from tests.end_to_end.conftest import Stage
from tests.end_to_end.people import (
    AMIR,
    LENA,
    RAVI,
    ask,
    hear_and_answer,
    link,
    replies,
    shown,
    thread_of,
)
from tests.end_to_end.processes import json_lines, wait_for


def test_two_who_agree_settle_a_word_and_the_auditor_sees_who_heard_it(stage: Stage) -> None:
    bot = stage.bot()
    ask(stage.sandbox)
    url = link(thread_of(stage.sandbox))
    for person in (RAVI, LENA):
        hear_and_answer(stage.sandbox, person, url)
    wait_for(lambda: "HC-1001 is settled" in replies(stage.sandbox), "the settled reply")
    assert "Settled: *lamp*" in shown(thread_of(stage.sandbox))
    asked = stage.sandbox.do("command", as_=AMIR, channel="C0AUDIT001", text="/clip-audit HC-1001")
    told = shown(asked["response"])
    assert f"<@{RAVI}>  `snippet.heard`" in told
    assert f"<@{LENA}>  `snippet.heard`" in told
    results = json_lines(bot.command("results", "--json").stdout)
    assert [(r["id"], r["text"], r["agreeing"]) for r in results] == [("HC-1001/1", "lamp", 2)]
