"""Typed text is text in every output: each nasty string through each of them."""

import csv
import io
import json
import logging
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

from bot.cli.logs import PlaceFormatter
from bot.cli.output import json_text, print_mark, print_table
from bot.pages.rich_text import rich_text
from bot.slack import blocks
from bot.slack.handlers import thread
from bot.sources.results.annotation.writers import FORMATS
from bot.sources.results.result_json import result_from_json, result_to_json
from bot.sources.results.tsv import TABLE
from storage.records import (
    Answer,
    Request,
    RequestState,
    Result,
)
from tests.product import RAVI, Product
from tests.sources.conftest import RESULT

NASTY = {
    "formula": "=HYPERLINK('http://evil.example')",
    "plus": "+1+1",
    "minus": "-1-1",
    "at": "@SUM(A1)",
    "full-width formula": "\uff1d1+1",
    "formula behind a blank": " =1+1",
    "everybody": "<!here> <!channel> <!subteam^S0LEADS001>",
    "plain everybody": "@channel @here",
    "person": "<@U1>",
    "channel": "<#C0HELPENUS>",
    "link": "<http://evil.example|lamp> http://evil.example",
    "emphasis": "_a_ *b* ~c~ `d`",
    "emoji": ":fire:",
    "entities": "&lt;!here&gt; &amp;",
    "quote": '"lamp" """',
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }} {result} %s",
    "terminal markup": "[bold]loud[/bold] [/x] \\[a]",
    "bidi": "a\u202egpj.exe\u202c \u2066b\u2069",
    "arrow": "a --> b",
    "cue": "00:00:01.000 --> 00:00:02.000",
    "NOTE": "NOTE this",
    "comment": ";; a # b",
    "textgrid": 'text = "x" intervals [1]:',
    "json": '{"a": "b\\\\"}',
}
CONTROL = "\x1b[2J\x9b31m\x07\r\nERROR root: forged\u2028x"

nasty = pytest.mark.parametrize("typed", NASTY.values(), ids=NASTY.keys())


def result(typed: str) -> Result:
    return replace(RESULT, answer=Answer.WORDS, text=typed)


@nasty
def test_a_terminal_shows_it(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["text"], [[typed]], title=typed)
    print_mark(typed, passed=True)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    visible = "".join(c for c in typed if c.isprintable())
    assert visible in shown.replace("\ufffd", "")


def test_a_terminal_obeys_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(["text"], [[CONTROL]])
    print_mark(CONTROL, passed=True)
    print(json_text({"text": CONTROL}))  # noqa: T201
    shown = capsys.readouterr().out
    assert not set("\x1b\x9b\x07\r\u2028") & set(shown)


@pytest.mark.parametrize("typed", [*NASTY.values(), CONTROL])
def test_a_json_line_on_a_terminal_is_one_line_and_reads_back(typed: str) -> None:
    written = json_text({"text": typed})
    assert written.isprintable()
    assert json.loads(written) == {"text": typed}


@pytest.mark.parametrize("typed", [*NASTY.values(), CONTROL])
def test_a_log_line_stays_one_line(typed: str) -> None:
    record = logging.LogRecord("bot", logging.INFO, "x.py", 1, "%s", (typed,), None)
    line = PlaceFormatter("%(message)s").format(record)
    assert line.isprintable()


def cells_of(table: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(table), delimiter="\t"))
    assert len(rows) == 2
    return rows[1]


@nasty
def test_no_cell_of_a_table_is_a_formula(typed: str) -> None:
    cells = cells_of(TABLE.write("En-0001", [result(typed)]))
    for cell in cells:
        assert not cell.strip().startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))
    assert result_from_json(cells[-1].encode()).text == typed


@nasty
def test_a_line_of_results_is_one_line_and_reads_back(typed: str) -> None:
    line = result_to_json(result(typed))
    assert b"\n" not in line
    assert result_from_json(line).text == typed


@pytest.mark.parametrize("kind", ["textgrid", "vtt", "srt"])
@nasty
def test_an_annotation_file_has_no_more_lines_than_for_a_plain_word(
    kind: str, typed: str
) -> None:
    plain_word = FORMATS[kind].write("En-0001", [result("lamp")])
    written = FORMATS[kind].write("En-0001", [result(typed)])
    assert len(written.splitlines()) == len(plain_word.splitlines())
    if kind != "textgrid":
        # A TextGrid knows no other sign than its quotation marks.
        assert written.count("-->") == plain_word.count("-->")
        assert written.count("<") == plain_word.count("<")
    quotes = written.count('"') - plain_word.count('"')
    assert kind != "textgrid" or quotes % 2 == 0


@nasty
def test_a_ctm_file_has_a_line_a_word(typed: str) -> None:
    written = FORMATS["ctm"].write("En-0001", [result(typed)])
    lines = written.splitlines()
    assert len(lines) == len(typed.split())
    assert all(line.startswith("En-0001 1 ") for line in lines)


@nasty
def test_label_studio_reads_it_back(typed: str) -> None:
    written = FORMATS["label-studio"].write("En-0001", [result(typed)])
    region = json.loads(written)[0]["annotations"][0]["result"][1]
    assert region["value"]["text"] == [" ".join(typed.split())]


class Tags(HTMLParser):
    """The tags and the text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@nasty
def test_a_page_shows_it(typed: str) -> None:
    page = Tags()
    page.feed(f"<p>{rich_text('requests.thread.settled', result=typed)}</p>")
    assert page.tags == ["p"]
    assert page.text == f"Settled: {typed}"


def test_no_template_takes_a_text_for_markup() -> None:
    templates = (Path(__file__).parents[2] / "bot/pages/templates").rglob("*.html")
    written = [path.read_text("utf-8") for path in templates]
    assert written
    assert not [page for page in written if re.search(r"\|\s*safe\b", page)]


def settled(product: Product, typed: str) -> Request:
    request = product.open()
    return replace(
        request,
        state=RequestState.DELIVERED,
        settled_answer=Answer.WORDS,
        settled_text=typed,
    )


def texts(part: Any) -> list[dict[str, Any]]:
    """Return every text object in blocks."""
    if isinstance(part, list):
        return [found for inner in part for found in texts(inner)]
    if not isinstance(part, dict):
        return []
    if part.get("type") in ("mrkdwn", "plain_text", "text"):
        return [part]
    return [found for inner in part.values() for found in texts(inner)]


def test_slack_reads_no_typed_text_as_markup(product: Product) -> None:
    for typed in NASTY.values():
        request = settled(product, typed)
        desk = product.services.desks[request.desk]
        _, reply = thread.build_settled_reply(
            request, [product.act(RAVI).actor], typed, is_ruled_again=False
        )
        parent = thread.build_parent(request, desk, "https://x.test", product.now)
        visible = typed.translate(dict.fromkeys(map(ord, "\u202e\u202c\u2066\u2069")))
        shown = texts([parent, reply, blocks.quote(typed), blocks.literal(typed)])
        holding = [part for part in shown if visible in part["text"]]
        assert len(holding) >= 4, typed
        for part in holding:
            assert part["type"] in ("plain_text", "text")
            assert not part.get("emoji", False)
        for part in shown:
            assert part["type"] != "mrkdwn" or part["verbatim"] is True
            assert "\u202e" not in part["text"] or part["type"] == "text"


def test_a_name_in_markup_of_slack_calls_nobody() -> None:
    for typed in NASTY.values():
        assert not set("<>") & set(blocks.escape(typed))


def test_rich_would_read_the_markup() -> None:
    """The strings would do harm if they were given to Rich as they are."""
    assert Text.from_markup("[bold]loud[/bold]").plain == "loud"
