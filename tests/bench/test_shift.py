"""The scripted shift shows what the documentation states, on a few clips."""

from pathlib import Path

from tests.bench.shift import BEFORE, NOW, actions, open_shift, work

CLIPS = 30


def test_a_shift_asks_nothing_twice_and_takes_fewer_rulings(tmp_path: Path) -> None:
    shifts = {}
    for name, rules in {"before": BEFORE, "now": NOW}.items():
        folder = tmp_path / name
        folder.mkdir()
        shifts[name] = open_shift(folder, rules, CLIPS)
        work(shifts[name], CLIPS)
    before, now = shifts["before"], shifts["now"]
    assert before.counts["asked"] == now.counts["asked"]
    assert before.counts["asked twice"] > 0
    assert now.counts["asked twice"] == 0
    assert now.counts["ruled"] < before.counts["ruled"] / 2
    assert actions(now) < actions(before)
