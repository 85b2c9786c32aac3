"""Texts that people typed are shown in a terminal as they are, and cannot control it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.output import plain, print_mark, print_table


@pytest.mark.parametrize("typed", ["[/x]", "[bold]loud[/bold]", "[link=x]a", "\\[a]"])
def test_typed_markup_is_shown_and_not_interpreted(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(["text"], [[typed]], title=typed)
    print_mark(typed, passed=True)
    assert capsys.readouterr().out.count(typed) == 3


@given(st.text())
def test_no_control_character_reaches_the_terminal(typed: str) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in plain(typed))
    assert len(plain(typed)) == len(typed)


def test_escape_sequences_lose_their_effect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(["text"], [["\x1b[2Jgone\x9b31m"]])
    shown = capsys.readouterr().out
    assert "gone" in shown
    assert "\x1b" not in shown
    assert "\x9b" not in shown
