"""Telling talk with a business from commands to an assistant."""

import pytest

from bot.redaction.words.business_call import COMMANDS, BusinessCallModel
from bot.redaction.words.features import Lexicon
from bot.redaction.words.linear import gazetteer, load
from bot.redaction.words.tokens import group
from tools.train_words.corpus import Utterance

TALK = BusinessCallModel(-1.0, {"table": 3.0, "play": -4.0, "a": 0.5, "for": 0.5})


def share(text: str, talk: BusinessCallModel = TALK) -> float:
    return talk.share(group(text.split(), "en"))


def test_each_known_word_counts_once() -> None:
    assert share("a table for") == share("a table for table lovers a table") > 0.9
    assert share("play a table for") == pytest.approx(0.2689, abs=1e-4)
    assert share("play for a") < 0.1


@pytest.mark.parametrize(
    "text", ["", "zbigniew", "a table", "table table table zbigniew"]
)
def test_fewer_than_three_known_words_tell_nothing(text: str) -> None:
    assert share(text) == 0


def test_how_numbers_are_written_says_nothing() -> None:
    numbers = BusinessCallModel(
        0.0, dict.fromkeys(["2", "two", "#Td", "a", "table", "for"], 9.0) | {"for": -18}
    )
    for text in ("a table for 2", "a table for two", "a table for twenty two"):
        assert share(text, numbers) == 0.5


@pytest.mark.parametrize("bias", [-1e6, 1e6])
def test_any_odds_make_a_share(bias: float) -> None:
    assert 0 <= share("a table for", BusinessCallModel(bias, TALK.weights)) <= 1


def test_without_talk_to_learn_from_everything_is_a_command() -> None:
    assert share("i would like a table for two please", COMMANDS) == 0


@pytest.mark.parametrize(
    ("text", "business"),
    [
        ("i would like to cancel my reservation for two nights", True),
        ("can i pay the fees from my savings account", True),
        ("play the next song", False),
        ("remind me to email my boss", False),
    ],
)
def test_the_model_that_ships_tells_them_apart(text: str, business: bool) -> None:
    model = load("en")
    assert model is not None
    assert (share(text, model.talk) > 0.5) is business


def test_it_is_learnt_from_where_the_utterances_come_from() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is only there for training")
    from tools.train_words.fit_linear import fit_talk

    def utterance(source: str, text: str) -> Utterance:
        words = tuple(text.split())
        return Utterance(
            "1", source, "en-US", words, (0,) * len(words), ("O",) * len(words)
        )

    calls = [utterance("calls", "book the table once")] * 4
    heard = [*calls, *[utterance("home", "play the song")] * 8]
    counts = dict.fromkeys(
        "book the table play song".split(), (4, 0)
    )  # "once" was not counted
    talk = fit_talk(heard, ("calls",), Lexicon("en", counts, gazetteer()))
    assert talk.weights["table"] > 0 > talk.weights["song"]
    assert "once" not in talk.weights
    assert share("book the table", talk) > 0.5 > share("play the song", talk)
