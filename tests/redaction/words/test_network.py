"""The network as it runs: what it is given, what it returns, and that training meant
the same.
"""

import numpy as np
import pytest

from bot.redaction.words.features import Lexicon
from bot.redaction.words.linear import gazetteer, load
from bot.redaction.words.network import REACHES, Net, load_net
from bot.redaction.words.network_features import MOST_ROWS, N_ROWS, NO_WORD, rows
from bot.redaction.words.tokens import group

LEXICON = Lexicon("en", {"call": (50, 0), "mary": (9, 9), "once": (1, 0)}, gazetteer())


def odds(text: str, net: Net | None = None) -> np.ndarray:
    model = load("en")
    assert model is not None
    return (net or load_net()).odds(group(text.split(), "en"), model.lexicon)


def test_a_name_has_higher_odds_than_the_words_around_it() -> None:
    found = odds("please call zbigniew about the lights").max(axis=1)
    assert found.argmax() == 2
    assert found[2] > 0


def test_the_words_around_it_change_the_odds_of_a_word() -> None:
    assert not np.allclose(odds("call rose")[1], odds("a rose")[1], atol=0.5)


@pytest.mark.parametrize(
    "text", ["", "<?>", "x" * 5000, "🙂 ☎", "one two three " * 200]
)
def test_any_text_gets_two_finite_odds_a_unit(text: str) -> None:
    found = odds(text)
    assert found.shape == (len(group(text.split(), "en")), 2)
    assert np.isfinite(found).all()


def test_several_networks_vote_with_their_mean() -> None:
    both = load_net()
    n_nets = len(both.table)
    assert n_nets >= 2
    each = [
        Net(
            both.table[i : i + 1],
            both.scale[i : i + 1],
            {name: array[i : i + 1] for name, array in both.weights.items()},
            both.first_of_tier,
        )
        for i in range(n_nets)
    ]
    text = "remind me to email siobhan"
    alone = [odds(text, net) for net in each]
    assert np.allclose(odds(text), np.mean(alone, axis=0), atol=1e-3)


def test_a_word_too_rare_for_a_row_of_its_own_shares_one() -> None:
    call, mary, once, never = rows(
        group("call mary once zbigniew".split(), "en"), LEXICON
    )
    assert NO_WORD not in (call[0], mary[0])
    assert (once[0], never[0]) == (NO_WORD, NO_WORD)


def test_in_training_no_word_vouches_for_itself() -> None:
    units = group(["mary"], "en")
    (seen,), (alone,) = rows(units, LEXICON), rows(units, LEXICON, {"mary": (9, 9)})
    assert seen[0] != NO_WORD
    assert alone[0] == NO_WORD
    assert alone == rows(units, Lexicon("en", {}, gazetteer()))[0]


def test_rows_stay_within_the_table() -> None:
    for found in rows(group(["zażółć", "y" * 300, "<?>", "20", "b"], "en"), LEXICON):
        assert 0 < len(found) <= MOST_ROWS
        assert all(0 < row < N_ROWS for row in found)


def test_the_network_that_runs_computes_what_was_trained() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is only there for training")
    from tools.train_words import fit_network

    n_labels = 5
    fit_network.torch.manual_seed(1)
    layers = fit_network._layers(n_labels)
    units = group("please call zbigniew about the twenty one lights".split(), "en")
    numbers = np.zeros((1, len(units), MOST_ROWS), np.int32)
    for row, found in zip(numbers[0], rows(units, LEXICON), strict=True):
        row[: len(found)] = found
    example = fit_network.Example(numbers[0], np.zeros(len(units), np.int64), 1.0)
    tiers = np.array([0, 0, 1, 2, 3])
    net = fit_network._packed([layers], fit_network._met([example]), tiers)
    left_out = ("_DROPPED", "_WORDS_DROPPED", "_ROWS_DROPPED")
    with pytest.MonkeyPatch.context() as patch:
        for name in left_out:
            patch.setattr(fit_network, name, 0.0)
        there = torch.ones(1, len(units), dtype=torch.bool)
        trained = (
            fit_network._forward(layers, torch.from_numpy(numbers), there)
            .detach()
            .numpy()
        )
    run = net._labels(net._entries(rows(units, LEXICON)))
    assert np.allclose(run, trained, atol=0.05)  # eight bits a value
    assert list(net.first_of_tier) == [0, 2, 3, 4]
    assert len(REACHES) == 3
