"""Numbers of any length: each is read or refused in a sentence, none is a traceback."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.app import app
from bot.config.desks_file import parse_desks
from bot.config.settings import read_desks_file, read_settings
from bot.errors import Invalid
from bot.rules.numbers import MAX_STORED, milliseconds, whole_number
from bot.rules.requests.spans import parse_span, read_span
from bot.slack.handlers.sharing import _attached
from bot.usecases.audit.parse_query import read_moment
from storage.records import Span
from tests.product import Product

# Python reads at most 4,300 digits.
LONG = "9" * 5_000
ODD = [LONG, "9" * 400, f"-{LONG}", "1e999", "inf", "-inf", "nan"]

anything = st.one_of(
    st.text(max_size=6),
    st.text("0123456789", max_size=40),
    st.just(LONG),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.integers(), max_size=1),
)


@given(anything, st.integers(0, MAX_STORED))
def test_a_whole_number_is_in_range_or_none(given_value: object, most: int) -> None:
    number = whole_number(given_value, most)
    assert number is None or 0 <= number <= most


@given(st.integers(0, MAX_STORED))
def test_every_number_in_range_is_read(number: int) -> None:
    assert whole_number(str(number)) == whole_number(number) == number


@given(st.floats())
def test_seconds_of_any_size_are_milliseconds_or_none(seconds: float) -> None:
    found = milliseconds(seconds)
    assert found is None or abs(found - seconds * 1000) <= 0.5


@given(st.floats(), st.floats())
def test_a_span_of_any_two_times_is_read_or_refused(start: float, end: float) -> None:
    try:
        span = read_span(start, end)
    except Invalid:
        return
    assert isinstance(span, Span)


@given(anything)
def test_the_size_of_a_file_in_slack_is_a_number_whatever_slack_sends(
    size: object,
) -> None:
    assert 0 <= _attached({"id": "F1", "size": size}).size <= MAX_STORED


@pytest.mark.parametrize("odd", ODD)
def test_a_span_and_a_moment_are_refused_in_a_sentence(
    product: Product, odd: str
) -> None:
    for typed in (f"{odd}-2", f"1-{odd}", f"{odd}-{odd}ms", odd):
        with pytest.raises(Invalid):
            parse_span(typed)
    for typed in (odd, f"{odd}d", f"{odd}-01-01"):
        with pytest.raises(Invalid):
            read_moment("since", typed, product.now)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "command",
    [
        ["snippet", "en-us-0001", "--end", "2", "-o", "x.wav", "--start"],
        ["snippet", "en-us-0001", "--start", "2", "-o", "x.wav", "--end"],
        ["hold", "--reason", "x", "--release"],
        ["hold", "--reason", "x", "--clip", "en-us-0001", "--days"],
        ["results", "--limit"],
        ["audit", "receipt"],
        ["check-times", "x", "--sample"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_command_refuses_an_odd_number_in_a_sentence(
    command: list[str], odd: str
) -> None:
    end = ["--"] if command[-1] == "receipt" else []
    answer = CliRunner().invoke(app, [*command, *end, odd])
    assert answer.exit_code != 0
    known = (SystemExit, Invalid)
    assert isinstance(answer.exception, known), repr(answer.exception)[:300]
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen", "127.0.0.1:{}"),
        ("operators_listen", "127.0.0.1:{}"),
        ("lease_seconds", "{}"),
        ("grave_idle_minutes", "{}"),
        ("session_idle_minutes", "{}"),
        ("recogniser_late_ms", "{}"),
    ],
)
def test_a_setting_refuses_an_odd_number_in_one_line(
    name: str, value: str, odd: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_settings(None, **{name: value.format(odd)})
    assert name.upper() in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "line",
    [
        "keep_drafts_days = {}",
        "[safety]\nreply_hours = {}",
        "[safety.acknowledge]\ndanger = {}",
        "[desks.x]\nquorum = {}",
        "[desks.x]\nkeep_hours = {}",
        "[desks.x.budgets]\nlisteners = {}",
        "[desks.x.care]\nstops_a_day = {}",
    ],
)
def test_desks_toml_refuses_an_odd_number_in_a_sentence(
    tmp_path: Path, line: str, odd: str
) -> None:
    path = tmp_path / "desks.toml"
    path.write_text(line.format(odd))
    with pytest.raises(Invalid) as refused:
        parse_desks(read_desks_file(path))
    assert "Exceeds the limit" not in str(refused.value)
